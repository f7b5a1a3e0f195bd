//! Files that integrations write to: each is one integration's, however its path is spelled.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::{Built, Compiler, names};

impl Compiler<'_> {
    /// Checks that no two destinations write to the same file: one would keep the other out for ever.
    pub(super) fn check_files(&mut self, integrations: &[Built]) {
        let mut taken: BTreeMap<PathBuf, &Built> = BTreeMap::new();
        for built in integrations {
            let file = built.roles.destination.as_ref().and_then(|destination| destination.file());
            let Some(file) = file else { continue };
            let Some(before) = taken.insert(resolved(file), built) else { continue };
            let message =
                format!("`{}` is written by integration `{}`", file.display(), before.name);
            let error = self.document.error_at(&path_of(built), message);
            let other = self.document.place_of(&path_of(before));
            self.diagnostics.push(
                error.with_help(format!("it is named at `{other}`; give each a file of its own")),
            );
        }
    }
}

/// Where an integration names its file. One whose connector has another key for it is pointed at as a whole.
fn path_of(built: &Built) -> String {
    names::below(&names::below("/integrations", built.name.as_str()), "path")
}

/// Returns the one spelling of a path: absolute, and behind the links of all of it that is there.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut resolved = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => drop(resolved.pop()),
            part => resolved.push(part),
        }
        if let Ok(real) = resolved.canonicalize() {
            resolved = real;
        }
    }
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_spelling_whether_it_is_there_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().canonicalize().unwrap();
        std::fs::create_dir(real.join("logs")).unwrap();
        std::os::unix::fs::symlink(real.join("logs"), real.join("link")).unwrap();
        let same = |spelled: &str| resolved(&real.join(spelled));

        for spelled in ["logs/a", "./logs//a", "logs/./a", "nowhere/../logs/a", "link/a"] {
            assert_eq!(same(spelled), real.join("logs/a"), "{spelled}");
        }
        assert_eq!(same("link/../b"), real.join("b"));
        assert_eq!(resolved(Path::new("./a")), resolved(Path::new("a")));
    }
}
