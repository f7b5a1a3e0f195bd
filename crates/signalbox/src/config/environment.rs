//! The variables that `env:NAME` speaks of: the process's own, then those of `.env`.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use signalbox_model::secret::Secret;

use super::diagnostic::Diagnostics;
use super::dotenv;

/// Environment variables and the folder they are looked up for.
#[derive(Clone)]
pub struct Environment {
    process: BTreeMap<String, Secret>,
    dotenv: BTreeMap<String, Secret>,
    folder: PathBuf,
    is_complete: bool,
}

impl Environment {
    /// Takes the variables of this process, except those that are no UTF-8.
    pub fn of_process() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self::of_variables(std::env::vars_os().filter_map(text))
    }

    /// Takes exactly these variables.
    pub fn of_variables<N: Into<String>, V: Into<String>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let variables = variables.into_iter();
        Self {
            process: variables.map(|(name, value)| (name.into(), Secret::new(value))).collect(),
            dotenv: BTreeMap::new(),
            folder: PathBuf::new(),
            is_complete: true,
        }
    }

    /// Adds what the `.env` in the folder of a configuration file has beyond the process; relative
    /// `file:` references start at that folder too. A `.env` that is refused adds nothing.
    pub fn beside(self, configuration: &Path) -> (Self, Diagnostics) {
        let folder = configuration.parent().unwrap_or(Path::new("")).to_path_buf();
        match dotenv::read(&folder.join(DOTENV)) {
            Ok(dotenv) => (Self { dotenv, folder, is_complete: true, ..self }, Diagnostics::new()),
            Err(wrong) => {
                (Self { dotenv: BTreeMap::new(), folder, is_complete: false, ..self }, wrong)
            }
        }
    }

    /// Returns a variable.
    pub fn get(&self, name: &str) -> Option<&Secret> {
        self.process.get(name).or_else(|| self.dotenv.get(name))
    }

    /// Returns a variable of the process alone.
    pub(crate) fn process_variable(&self, name: &str) -> Option<&Secret> {
        self.process.get(name)
    }

    /// Returns the folder of the configuration.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Tells whether a variable that is absent here is absent for certain. After a `.env` was
    /// refused it is not, and every complaint about it would be a false one.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_complete
    }
}

/// Shows the names only.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.process.keys().chain(self.dotenv.keys())).finish()
    }
}

/// The file of variables beside a configuration.
pub(crate) const DOTENV: &str = ".env";

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn configuration_with_dotenv(text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(DOTENV);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let configuration = folder.path().join("signalbox.yaml");
        (folder, configuration)
    }

    #[test]
    fn dotenv_adds_to_the_process_and_never_overrides_it() {
        let (_folder, configuration) = configuration_with_dotenv("A=dotenv\nB=dotenv\n", 0o600);
        let process = Environment::of_variables([("A", "process")]);

        let (environment, wrong) = process.beside(&configuration);

        assert!(wrong.is_empty());
        assert_eq!(environment.get("A").unwrap().expose(), "process");
        assert_eq!(environment.get("B").unwrap().expose(), "dotenv");
        assert!(environment.get("C").is_none());
    }

    #[test]
    fn nothing_of_a_refused_dotenv_is_used() {
        let (_folder, configuration) = configuration_with_dotenv("A=dotenv\n", 0o644);

        let (environment, wrong) = Environment::of_variables([("B", "1")]).beside(&configuration);

        assert!(wrong.has_errors());
        assert!(environment.get("A").is_none());
        assert!(!environment.is_complete());
    }

    #[test]
    fn debug_shows_names_and_no_values() {
        let environment = Environment::of_variables([("TOKEN", "hunter2")]);

        assert_eq!(format!("{environment:?}"), "{\"TOKEN\"}");
    }
}
