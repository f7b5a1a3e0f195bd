//! A look at every page of the file, for damage that nobody has touched yet.

use super::connection::failed;
use super::{Desk, DeskError};

/// More is not told: one page of damage is enough to act.
const FINDINGS_MAX: usize = 10;

impl Desk {
    /// Reads the whole file and returns what is wrong with it, with the numbers of the pages; nothing where all is
    /// well. Blocks for as long as reading it takes; writing goes on meanwhile.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn inspect(&self) -> Result<Vec<String>, DeskError> {
        let sql = format!("PRAGMA quick_check({FINDINGS_MAX})");
        let mut found: Vec<String> = Vec::new();
        let looked = self.inner.read(|reader| {
            let look = reader
                .connection
                .prepare(&sql)
                .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect());
            found = look.map_err(failed("look for damage"))?;
            Ok(())
        });
        found.retain(|finding| finding != "ok");
        match looked {
            // So bad that it cannot even be looked at.
            Err(DeskError::Malformed { cause, .. }) if found.is_empty() => {
                Ok(vec![cause.to_string()])
            }
            Err(DeskError::Malformed { .. }) | Ok(()) => Ok(found),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt;

    use super::super::*;

    /// A desk with some pages of settings, closed.
    async fn file() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.sqlite");
        let desk = Desk::open(&path).unwrap();
        let fill = |writer: &Writer<'_>| {
            (0..200).try_for_each(|n| writer.set_meta(&format!("name {n}"), &"x".repeat(500)))
        };
        desk.write("test", fill).await.unwrap();
        desk.inner.reopen(&mut desk.inner.writer.lock()).unwrap();
        (folder, path)
    }

    fn overwrite(path: &Path, offset: u64) {
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.write_all_at(&[0xff; 4096], offset).unwrap();
    }

    #[tokio::test]
    async fn a_damaged_page_is_named_and_the_rest_goes_on() {
        let (_folder, path) = file().await;
        let length = std::fs::metadata(&path).unwrap().len();
        overwrite(&path, length - 4096);

        let desk = Desk::open(&path).unwrap();
        let found = desk.inspect().unwrap();
        let all =
            desk.write("test", |w| (0..200).try_for_each(|n| w.remove_meta(&format!("name {n}"))));
        let refused = all.await.unwrap_err();
        let other = desk.write("test", |w| w.create_checkpoint("siem", "")).await;

        assert!(found.iter().any(|finding| finding.contains("age ")), "{found:?}");
        assert!(matches!(refused, DeskError::Malformed { .. }), "{refused}");
        assert!(refused.to_string().contains("of a backup"), "{refused}");
        assert!(other.is_ok() && desk.trouble().is_none());
    }

    #[tokio::test]
    async fn a_file_that_is_no_desk_any_more_is_refused_with_words() {
        let (_folder, path) = file().await;
        overwrite(&path, 0);

        let refused = Desk::open(&path).map(drop).unwrap_err();

        assert!(matches!(refused, DeskError::Malformed { .. }), "{refused}");
    }
}
