//! References in values: `env:NAME` in any text, and secrets that are read at each use.
//!
//! A text `env:NAME` is replaced when the configuration is loaded, if the name is written in
//! capitals; `env:prod` stays a text, for tags of clouds look like that. A secret is not replaced:
//! its reference is kept and resolved whenever it is needed, so that a rotated file or `.env` counts
//! at once, and each reading is told to the ledger.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use signalbox_model::IntegrationName;
use signalbox_model::secret::{Secret, SecretError, SecretRef, SecretResolver};

use super::dotenv;
use super::environment::{DOTENV, Environment};

/// Returns the variable that a text stands for, if it is nothing but a reference.
pub(crate) fn variable_of(text: &str) -> Option<&str> {
    let name = text.strip_prefix("env:")?;
    let starts_well = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
    let is_capitals =
        name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    (starts_well && is_capitals).then_some(name)
}

/// Resolves secrets from the environment, `.env` and files.
pub struct ReferenceResolver {
    environment: Environment,
    ledger: Arc<dyn AccessLedger>,
}

impl ReferenceResolver {
    /// Makes a resolver that tells `ledger` of each reading.
    pub fn new(environment: Environment, ledger: Arc<dyn AccessLedger>) -> Arc<Self> {
        Arc::new(Self { environment, ledger })
    }

    /// Returns the resolver for one reader, under whose name its readings are told.
    pub fn for_reader(self: &Arc<Self>, reader: Reader) -> Arc<dyn SecretResolver> {
        Arc::new(ReaderResolver { resolver: Arc::clone(self), reader })
    }

    /// Reads a secret now, with what is known of its file. Told to no ledger: nobody makes use of it.
    pub(crate) fn read(&self, reference: &SecretRef) -> Result<Reading, SecretError> {
        let reading = match reference {
            SecretRef::Environment(name) => self.read_variable(name)?,
            SecretRef::File(path) => read_file(&self.environment.folder().join(path))?,
        };
        if reading.secret.expose().is_empty() {
            return Err(SecretError::Empty { reference: reference.clone() });
        }
        Ok(reading)
    }

    /// The process's variables never change; `.env` is read again each time, for it may have.
    fn read_variable(&self, name: &str) -> Result<Reading, SecretError> {
        if let Some(secret) = self.environment.process_variable(name) {
            return Ok(Reading { secret: secret.clone(), changed_at: None });
        }
        let path = self.environment.folder().join(DOTENV);
        let variables = dotenv::read(&path).map_err(|wrong| SecretError::DotenvRefused {
            path: path.clone(),
            reason: wrong.into_iter().next().map(|first| first.message).unwrap_or_default(),
        })?;
        let secret = variables.get(name).cloned();
        let secret = secret.ok_or_else(|| SecretError::Unset { name: name.to_owned() })?;
        Ok(Reading { secret, changed_at: changed_at(&path) })
    }
}

/// Who reads a secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reader {
    /// The hub itself, for its own listeners and tokens.
    Hub,
    /// An integration.
    Integration(IntegrationName),
}

/// One reading of a secret, as the ledger sees it.
#[derive(Clone, Copy, Debug)]
pub struct SecretAccess<'a> {
    /// Who read.
    pub reader: &'a Reader,
    /// What was read.
    pub reference: &'a SecretRef,
    /// When the file with the secret was last changed, as far as that is known.
    pub changed_at: Option<SystemTime>,
    /// Why it could not be read, if it could not.
    pub error: Option<&'a SecretError>,
}

/// Is told of every reading of a secret. It must not block.
pub trait AccessLedger: Send + Sync {
    /// Notes a reading.
    fn record(&self, access: SecretAccess<'_>);
}

struct ReaderResolver {
    resolver: Arc<ReferenceResolver>,
    reader: Reader,
}

impl SecretResolver for ReaderResolver {
    fn resolve(&self, reference: &SecretRef) -> Result<Secret, SecretError> {
        let reading = self.resolver.read(reference);
        self.resolver.ledger.record(SecretAccess {
            reader: &self.reader,
            reference,
            changed_at: reading.as_ref().ok().and_then(|reading| reading.changed_at),
            error: reading.as_ref().err(),
        });
        reading.map(|reading| reading.secret)
    }
}

/// A secret as it was read.
pub(crate) struct Reading {
    pub(crate) secret: Secret,
    /// When the file that it is in was last changed, as far as that is known.
    pub(crate) changed_at: Option<SystemTime>,
}

/// Tells whether a secret could be read from a file, without reading it.
pub(crate) fn probe_file(path: &Path) -> Result<(), SecretError> {
    open(path).map(drop)
}

fn read_file(path: &Path) -> Result<Reading, SecretError> {
    let file = open(path)?;
    let mut bytes = Vec::new();
    let mut limited = file.take(SECRET_BYTES_MAX as u64 + 1);
    limited.read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    if bytes.len() > SECRET_BYTES_MAX {
        return Err(not_text(path));
    }
    let mut text = String::from_utf8(bytes).map_err(|_| not_text(path))?;
    if text.ends_with('\n') {
        text.pop();
        text.truncate(text.strip_suffix('\r').map_or(text.len(), str::len));
    }
    Ok(Reading { secret: Secret::new(text), changed_at: changed_at(path) })
}

/// Opens a regular file; the name is asked first, for opening a pipe would wait for its writer.
fn open(path: &Path) -> Result<File, SecretError> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if !metadata.is_file() {
        return Err(not_text(path));
    }
    File::open(path).map_err(|error| unreadable(path, &error))
}

fn changed_at(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

fn unreadable(path: &Path, error: &std::io::Error) -> SecretError {
    SecretError::Unreadable { path: PathBuf::from(path), reason: error.kind() }
}

fn not_text(path: &Path) -> SecretError {
    SecretError::NotText { path: PathBuf::from(path), bytes_max: SECRET_BYTES_MAX }
}

/// A private key with its chain of certificates fits many times.
const SECRET_BYTES_MAX: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Recorded(Mutex<Vec<(Reader, String, bool, bool)>>);

    impl AccessLedger for Recorded {
        fn record(&self, access: SecretAccess<'_>) {
            self.0.lock().unwrap().push((
                access.reader.clone(),
                access.reference.to_string(),
                access.changed_at.is_some(),
                access.error.is_none(),
            ));
        }
    }

    struct Fixture {
        folder: tempfile::TempDir,
        ledger: Arc<Recorded>,
        secrets: Arc<dyn SecretResolver>,
    }

    fn jira() -> Reader {
        Reader::Integration(IntegrationName::new("jira-prod"))
    }

    fn fixture(variables: &[(&str, &str)]) -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment::of_variables(variables.iter().copied());
        let (environment, _) = environment.beside(&folder.path().join("signalbox.yaml"));
        let ledger = Arc::new(Recorded::default());
        let secrets = ReferenceResolver::new(environment, ledger.clone()).for_reader(jira());
        Fixture { folder, ledger, secrets }
    }

    impl Fixture {
        fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
            let path = self.folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            path
        }

        fn resolve(&self, reference: &str) -> Result<String, String> {
            let secret = self.secrets.resolve(&reference.parse().unwrap());
            secret.map(|secret| secret.expose().to_owned()).map_err(|error| error.to_string())
        }
    }

    #[test]
    fn only_capitals_are_a_variable_in_a_text() {
        assert_eq!(variable_of("env:JIRA_URL2"), Some("JIRA_URL2"));
        assert_eq!(variable_of("env:_X"), Some("_X"));
        for text in ["env:prod", "env:Prod", "env:", "env:2X", "env:A B", "environment", " env:A"] {
            assert_eq!(variable_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_secret_is_read_anew_at_each_use() {
        let fixture = fixture(&[("A", "process")]);

        fixture.write(".env", b"A=dotenv\nB=first\n");
        fixture.write("key", b"first\n");
        assert_eq!(fixture.resolve("env:A"), Ok("process".into()));
        assert_eq!(fixture.resolve("env:B"), Ok("first".into()));
        assert_eq!(fixture.resolve("file:key"), Ok("first".into()));

        fixture.write(".env", b"B=second\n");
        fixture.write("key", b"second\r\n");
        assert_eq!(fixture.resolve("env:B"), Ok("second".into()));
        assert_eq!(fixture.resolve("file:key"), Ok("second".into()));
    }

    #[test]
    fn one_line_break_at_the_end_is_no_part_of_the_secret() {
        let fixture = fixture(&[]);
        fixture.write("key", b"a\nb\n\n");

        assert_eq!(fixture.resolve("file:key"), Ok("a\nb\n".into()));
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_reference_only() {
        let fixture = fixture(&[("EMPTY", "")]);
        let absent = fixture.folder.path().join("absent");
        let binary = fixture.write("binary", b"hunter2\xff");
        let large = fixture.write("large", &vec![b'x'; SECRET_BYTES_MAX + 1]);
        fixture.write(".env", b"A=hunter2\n=\n");

        assert_eq!(
            fixture.resolve("env:EMPTY").unwrap_err(),
            "the secret at `env:EMPTY` is empty; put the secret there"
        );
        assert_eq!(
            fixture.resolve("file:absent").unwrap_err(),
            format!(
                "secret file `{}` cannot be read: No such file or directory; check the path and its owner",
                absent.display()
            )
        );
        for path in [&binary, &large] {
            assert_eq!(
                fixture.resolve(&format!("file:{}", path.display())).unwrap_err(),
                format!("secret file `{}` is no text of at most 65536 bytes", path.display())
            );
        }
        let refused = fixture.resolve("env:A").unwrap_err();
        assert!(refused.contains(".env` is refused: what is before `=`"), "{refused}");
    }

    #[test]
    fn every_reading_is_told_to_the_ledger() {
        let fixture = fixture(&[("A", "hunter2")]);
        fixture.write("key", b"hunter2");

        for reference in ["env:A", "file:key", "env:ABSENT"] {
            drop(fixture.resolve(reference));
        }

        assert_eq!(
            *fixture.ledger.0.lock().unwrap(),
            [
                (jira(), "env:A".into(), false, true),
                (jira(), "file:key".into(), true, true),
                (jira(), "env:ABSENT".into(), false, false),
            ]
        );
    }
}
