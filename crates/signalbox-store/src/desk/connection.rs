//! Opening the file, and the transactions that everything else runs in.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{DeskError, FORMAT, Job, Reader, Writer};

/// How long a connection waits for another process's lock (a backup, a command without a hub).
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Prepared statements kept per connection: more than the desk has statements.
const STATEMENTS_KEPT: usize = 128;

/// After how many pages of 4 KiB the write-ahead log is moved into the database. Ids are derived, so rows lie all over,
/// and a page that is written many times until then is moved once.
const WAL_PAGES: u32 = 4000;

/// Turns a rusqlite error into one of the desk's, naming the operation.
pub(super) fn failed(operation: &'static str) -> impl Fn(rusqlite::Error) -> DeskError {
    move |cause| match cause.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            DeskError::Malformed { operation, cause: Arc::new(cause) }
        }
        _ => DeskError::Sqlite { operation, cause: Arc::new(cause) },
    }
}

pub(super) fn open_writer(path: &Path) -> Result<Connection, DeskError> {
    make_private(path)?;
    connect_writer(path)
}

/// Opens the file that is there. Whoever has other connections to it may not open and close it besides: that
/// would take the file's locks from all of them.
pub(super) fn connect_writer(path: &Path) -> Result<Connection, DeskError> {
    let connection = Connection::open(path).map_err(failed("open"))?;
    configure(&connection)?;
    let format: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(failed("read the format"))?;
    if format > FORMAT {
        return Err(DeskError::Newer { path: path.to_owned(), found: format });
    }
    let settings = format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = {WAL_PAGES};"
    );
    connection.execute_batch(&settings).map_err(failed("configure"))?;
    match format {
        0 => create_tables(&connection)?,
        FORMAT => {}
        before => {
            let known = usize::try_from(before).unwrap_or_default();
            let script: String = MIGRATIONS.iter().skip(known.saturating_sub(1)).copied().collect();
            run_script(&connection, &script, "migrate from an earlier format")?;
        }
    }
    Ok(connection)
}

/// The way from each format to the next, from format 1 on.
const MIGRATIONS: [&str; 5] = [
    include_str!("format_2.sql"),
    include_str!("format_3.sql"),
    include_str!("format_4.sql"),
    include_str!("format_5.sql"),
    include_str!("format_6.sql"),
];

pub(super) fn create_tables(connection: &Connection) -> Result<(), DeskError> {
    run_script(connection, include_str!("schema.sql"), "create the tables")
}

/// Brings the tables to the present format, wholly or not at all.
fn run_script(
    connection: &Connection,
    script: &str,
    operation: &'static str,
) -> Result<(), DeskError> {
    let script = format!("BEGIN IMMEDIATE; {script} PRAGMA user_version = {FORMAT}; COMMIT;");
    connection.execute_batch(&script).map_err(failed(operation))
}

/// Makes the file where it is missing, readable by its owner alone; SQLite's further files take its mode.
pub(super) fn make_private(path: &Path) -> Result<(), DeskError> {
    let made = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    made.map(drop)
        .map_err(|cause| DeskError::File { path: path.to_owned(), cause: Arc::new(cause) })
}

pub(super) fn open_reader(path: &Path) -> Result<Connection, DeskError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed("open to read"))?;
    configure(&connection)?;
    Ok(connection)
}

pub(super) fn configure(connection: &Connection) -> Result<(), DeskError> {
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed("configure"))?;
    // Savepoints would make files otherwise: there may be no file descriptor left, and another disk could be full.
    connection.execute_batch("PRAGMA temp_store = MEMORY").map_err(failed("configure"))?;
    // Or else a statement is prepared anew whenever a value is bound to it that another plan might serve better.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(failed("configure"))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(())
}

/// Runs `change` so that nothing of it remains if it fails.
///
/// SQLite keeps a copy of each page that is changed behind a savepoint, in memory. A change that is alone in its
/// transaction needs none: where it fails the whole is taken back.
pub(super) fn run_change<T>(
    writer: &Writer<'_>,
    operation: &'static str,
    change: impl FnOnce(&Writer<'_>) -> Result<T, DeskError>,
) -> Result<T, DeskError> {
    // Without a transaction around it each statement would commit by itself: BEGIN failed, or SQLite rolled
    // everything back after an error of the disk.
    if writer.connection.is_autocommit() {
        return Err(DeskError::RolledBack { operation });
    }
    if !writer.is_alone {
        run(writer.connection, "SAVEPOINT change").map_err(failed(operation))?;
    }
    let result = change(writer);
    if let Err(error) = &result
        && (writer.is_alone || writer.connection.is_autocommit())
    {
        writer.failure.replace(Some(error.clone()));
    } else if !writer.is_alone {
        end_savepoint(writer.connection, result.is_ok()).map_err(failed(operation))?;
    }
    result
}

fn end_savepoint(connection: &Connection, is_kept: bool) -> rusqlite::Result<()> {
    if !is_kept {
        run(connection, "ROLLBACK TO change")?;
    }
    run(connection, "RELEASE change")
}

/// Runs a statement that begins or ends something, prepared once.
fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

/// Commits the jobs in one transaction, tells each what became of it, and returns that.
pub(super) fn commit(connection: &Connection, jobs: Vec<Job>) -> Result<(), DeskError> {
    let begun = run(connection, "BEGIN IMMEDIATE").map_err(failed("begin"));
    let writer = Writer::new(connection, jobs.len() == 1);
    let replies: Vec<_> = jobs.into_iter().map(|job| job(&writer)).collect();
    let outcome = begun.and_then(|()| match writer.failure.take() {
        None => run(connection, "COMMIT").map_err(failed("commit")),
        Some(error) => Err(error),
    });
    if outcome.is_err() && !connection.is_autocommit() {
        // The next transaction must not find this one open; a failing rollback shows at its BEGIN.
        drop(run(connection, "ROLLBACK"));
    }
    for reply in replies {
        reply(&outcome);
    }
    outcome
}

/// Tells each of the jobs that nothing can be written.
pub(super) fn refuse(connection: &Connection, jobs: Vec<Job>, error: DeskError) {
    let writer = Writer::new(connection, false);
    let outcome = Err(error);
    // Outside of a transaction a job does nothing.
    for reply in jobs.into_iter().map(|job| job(&writer)) {
        reply(&outcome);
    }
}

/// Moves everything that was committed to the database, durably, and leaves nothing in the WAL.
pub(super) fn empty_wal(connection: &Connection) -> Result<(), DeskError> {
    let operation = "empty the write-ahead log";
    let is_busy = connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0))
        .map_err(failed(operation))?;
    if is_busy { Err(DeskError::RolledBack { operation }) } else { Ok(()) }
}

pub(super) fn in_view<T>(
    connection: &Connection,
    query: impl FnOnce(&Reader<'_>) -> Result<T, DeskError>,
) -> Result<T, DeskError> {
    run(connection, "BEGIN").map_err(failed("begin to read"))?;
    let result = query(&Reader { connection });
    run(connection, "COMMIT").map_err(failed("end reading"))?;
    result
}
