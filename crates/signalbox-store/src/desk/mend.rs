//! What follows an error of the disk.
//!
//! Disk full: room is asked for and the next transaction is tried as ever. Any other error: whether what the failed
//! transaction left in the WAL is on the disk nobody knows, and a recovery might take it for committed. So before anything
//! else is written, the connection that knows where the good part ends moves that to the database and empties the WAL; then
//! the file is closed and opened anew. That is tried at most every 5 s, and until it succeeds every write is refused.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

use super::{Desk, DeskError, Inner, Writer, connection};

/// Why nothing is written, and until when that is not even tried.
#[derive(Clone)]
pub(super) struct Trouble {
    cause: DeskError,
    retry_at: Instant,
}

/// What is asked for room on the disk.
pub(super) type WhenFull = Box<dyn Fn() + Send + Sync>;

/// How long after an error of the disk the next try is made.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// How long it is tried to write an outcome down: less than the lease of what it is about.
const OUTCOME_TRIES: usize = 30;

/// How often.
const OUTCOME_PAUSE: Duration = Duration::from_secs(1);

impl Desk {
    /// Says what makes room on the disk when it is full. The first word counts.
    pub fn when_full(&self, make_room: impl Fn() + Send + Sync + 'static) {
        self.inner.when_full.get_or_init(|| Box::new(make_room));
    }

    /// Returns why nothing can be written, since the last try.
    pub fn trouble(&self) -> Option<DeskError> {
        self.inner.trouble.lock().as_ref().map(|trouble| trouble.cause.clone())
    }

    /// As [`write`](Self::write), for what happened outside and cannot be found out again: while the disk fails it is
    /// tried once more every second, for half a minute.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn write_outcome<T, F>(
        &self,
        operation: &'static str,
        change: F,
    ) -> Result<T, DeskError>
    where
        T: Send + 'static,
        F: Fn(&Writer<'_>) -> Result<T, DeskError> + Send + Sync + 'static,
    {
        let change = Arc::new(change);
        let mut tries = 0;
        loop {
            let change = Arc::clone(&change);
            let outcome = self.write(operation, move |writer| change(writer)).await;
            tries += 1;
            match outcome {
                Err(error) if error.is_of_disk() && tries < OUTCOME_TRIES => {
                    tokio::time::sleep(OUTCOME_PAUSE).await;
                }
                outcome => return outcome,
            }
        }
    }
}

impl DeskError {
    /// Returns whether the disk is the reason, not the change.
    fn is_of_disk(&self) -> bool {
        let fails = [ErrorCode::SystemIoFailure, ErrorCode::CannotOpen, ErrorCode::ReadOnly];
        self.is_full() || self.code().is_some_and(|code| fails.contains(&code))
    }

    fn is_full(&self) -> bool {
        self.code() == Some(ErrorCode::DiskFull)
    }

    fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Sqlite { cause, .. } => cause.sqlite_error_code(),
            _ => None,
        }
    }
}

impl Inner {
    /// Draws the conclusion from a transaction that failed.
    pub(super) fn note_failure(&self, cause: DeskError) {
        if cause.is_full()
            && let Some(make_room) = self.when_full.get()
        {
            return make_room();
        }
        if !cause.is_of_disk() {
            return;
        }
        let trouble = Trouble { cause: cause.clone(), retry_at: Instant::now() + RETRY_AFTER };
        if self.trouble.lock().replace(trouble).is_none() {
            tracing::error!(error = %cause, "Desk cannot write, trying again every {RETRY_AFTER:?}");
        }
    }

    /// Makes the writer good again after an error of the disk; says why where that is not so.
    pub(super) fn mend(&self, writer: &mut Connection) -> Result<(), DeskError> {
        let Some(trouble) = self.trouble.lock().clone() else { return Ok(()) };
        if Instant::now() < trouble.retry_at {
            return Err(trouble.cause);
        }
        if let Err(error) = self.reopen(writer) {
            if error.is_full()
                && let Some(make_room) = self.when_full.get()
            {
                make_room();
            }
            // Somebody reads: the disk is still the reason, and outcomes are to wait for it.
            let cause = if error.is_of_disk() { error } else { trouble.cause };
            let retry_at = Instant::now() + RETRY_AFTER;
            *self.trouble.lock() = Some(Trouble { cause: cause.clone(), retry_at });
            return Err(cause);
        }
        *self.trouble.lock() = None;
        tracing::info!("Desk can write again");
        Ok(())
    }

    pub(super) fn reopen(&self, writer: &mut Connection) -> Result<(), DeskError> {
        connection::empty_wal(writer)?;
        self.readers.lock().clear();
        *writer = connection::connect_writer(&self.path)?;
        Ok(())
    }

    /// Keeps a reader's connection for the next one, unless the disk failed it.
    pub(super) fn keep_reader<T>(&self, connection: Connection, result: &Result<T, DeskError>) {
        let is_good = result.as_ref().err().is_none_or(|error| !error.is_of_disk());
        let mut readers = self.readers.lock();
        if is_good && connection.is_autocommit() && readers.len() < READERS_KEPT {
            readers.push(connection);
        }
    }
}

/// Readers kept open; more are opened under load and closed again.
const READERS_KEPT: usize = 4;

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use rusqlite::ffi;

    use super::*;

    async fn set(desk: &Desk, name: &'static str, bytes: usize) -> Result<(), DeskError> {
        desk.write("test", move |writer| writer.set_meta(name, &"x".repeat(bytes))).await
    }

    fn is_set(desk: &Desk, name: &str) -> bool {
        desk.read_now(|reader| reader.meta(name)).unwrap().is_some()
    }

    fn input_output_error() -> DeskError {
        let source = rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR_FSYNC), None);
        connection::failed("commit")(source)
    }

    #[tokio::test]
    async fn a_full_disk_asks_for_room_and_an_outcome_is_written_into_it() {
        let folder = tempfile::tempdir().unwrap();
        let desk = Desk::open(&folder.path().join("desk.sqlite")).unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        desk.when_full(move || {
            count.fetch_add(1, Ordering::Relaxed);
        });
        limit_pages(&desk, 1);

        let refused = set(&desk, "large", 1 << 20).await.unwrap_err();
        limit_pages(&desk, 1 << 20);
        let written = desk.write_outcome("test", |writer| writer.set_meta("outcome", "x")).await;

        assert!(refused.is_full(), "{refused}");
        assert!(refused.to_string().contains("check the disk"), "{refused}");
        assert!(written.is_ok() && desk.trouble().is_none());
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        assert_eq!((is_set(&desk, "large"), is_set(&desk, "outcome")), (false, true));
    }

    fn limit_pages(desk: &Desk, pages: u32) {
        let writer = desk.inner.writer.lock();
        writer.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
    }

    #[tokio::test]
    async fn after_an_error_of_the_disk_nothing_is_written_until_the_file_was_opened_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.sqlite");
        let desk = Desk::open(&path).unwrap();
        set(&desk, "before", 1).await.unwrap();

        desk.inner.note_failure(input_output_error());
        let refused = set(&desk, "during", 1).await.unwrap_err();
        let trouble = desk.trouble();
        desk.inner.trouble.lock().as_mut().unwrap().retry_at = Instant::now();
        set(&desk, "after", 1).await.unwrap();

        assert!(refused.is_of_disk(), "{refused}");
        assert!(trouble.is_some() && desk.trouble().is_none());
        let found = ["before", "during", "after"].map(|name| is_set(&desk, name));
        assert_eq!(found, [true, false, true]);
    }

    #[tokio::test]
    async fn what_a_failed_transaction_left_in_the_log_is_not_taken_for_committed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.sqlite");
        let desk = Desk::open(&path).unwrap();
        set(&desk, "before", 1).await.unwrap();

        desk.inner.reopen(&mut desk.inner.writer.lock()).unwrap();

        let log = std::fs::metadata(path.with_extension("sqlite-wal")).unwrap().len();
        assert_eq!((log, is_set(&desk, "before")), (0, true));
    }
}
