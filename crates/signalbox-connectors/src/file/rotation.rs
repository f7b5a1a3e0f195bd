//! When a file is finished, what it is called then, and how many of them stay.
//!
//! Old files are numbered upwards and never renamed again, so that a log shipper that has read
//! `events.000007.ndjson` never meets its content under another name.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use signalbox_model::time::Timestamp;

use super::config::Config;

/// The rules of one file.
pub(super) struct Rotation {
    path: PathBuf,
    size_bytes_max: u64,
    age_max: Option<Duration>,
    keep_files: usize,
}

impl Rotation {
    /// Reads the rules from a configuration without mistakes.
    pub(super) fn new(config: Config) -> Self {
        Self {
            path: config.path,
            size_bytes_max: config.rotate_size.as_bytes(),
            age_max: config.rotate_age.map(Duration::from),
            keep_files: config.keep_files,
        }
    }

    /// Returns the path of the current file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the folder of the files.
    pub(super) fn folder(&self) -> &Path {
        folder_of(&self.path)
    }

    /// Tells whether a file of `bytes` bytes, begun at `begun`, is finished before `next_bytes` more.
    pub(super) fn is_due(
        &self,
        bytes: u64,
        begun: Timestamp,
        next_bytes: u64,
        now: Timestamp,
    ) -> bool {
        let is_old = self.age_max.is_some_and(|age_max| now.since(begun) >= age_max);
        bytes > 0 && (is_old || bytes.saturating_add(next_bytes) > self.size_bytes_max)
    }

    /// Returns the name that the current file gets when it is finished.
    pub(super) fn next_path(&self) -> io::Result<PathBuf> {
        let last = self.finished()?.last().map_or(0, |(number, _)| *number);
        let (stem, extension) = self.name_parts();
        Ok(self.folder().join(format!("{stem}.{:06}{extension}", last.saturating_add(1))))
    }

    /// Deletes the oldest finished files beyond those that are kept.
    pub(super) fn prune(&self) -> io::Result<()> {
        let finished = self.finished()?;
        let surplus = finished.len().saturating_sub(self.keep_files);
        finished.iter().take(surplus).try_for_each(|(_, path)| fs::remove_file(path))
    }

    /// Returns the finished files with their numbers, oldest first.
    fn finished(&self) -> io::Result<Vec<(u64, PathBuf)>> {
        let mut finished = Vec::new();
        for entry in fs::read_dir(self.folder())? {
            let entry = entry?;
            if let Some(number) = entry.file_name().to_str().and_then(|name| self.number(name)) {
                finished.push((number, entry.path()));
            }
        }
        finished.sort_unstable();
        Ok(finished)
    }

    fn number(&self, name: &str) -> Option<u64> {
        let (stem, extension) = self.name_parts();
        let rest = name.strip_prefix(stem)?.strip_prefix('.')?;
        let digits = rest.strip_suffix(extension)?;
        let is_ours = digits.len() >= 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|_| is_ours)
    }

    /// Splits the file's name before its last period: `events` and `.ndjson`.
    fn name_parts(&self) -> (&str, &str) {
        let name = self.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        match name.rfind('.') {
            Some(period) if period > 0 => name.split_at(period),
            _ => (name, ""),
        }
    }
}

/// Returns the folder that `path` is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_finished_by_size_or_age_but_never_empty() {
        let rotation = rotation("/x/events.ndjson");
        let at = Timestamp::from_millis;
        let is_due = |bytes, next, now| rotation.is_due(bytes, at(0), next, at(now));

        assert!(!is_due(90, 10, 0));
        assert!(is_due(90, 11, 0));
        assert!(!is_due(0, 1000, 0));
        assert!(!is_due(1, 1, 59_999));
        assert!(is_due(1, 1, 60_000));
        assert!(!is_due(1, 1, -60_000));
    }

    #[test]
    fn numbers_stand_before_the_last_period() {
        let named = |path: &str, name: &str| rotation(path).number(name);

        assert_eq!(named("/x/events.ndjson", "events.000007.ndjson"), Some(7));
        assert_eq!(named("/x/events.ndjson", "events.1000000.ndjson"), Some(1_000_000));
        assert_eq!(named("/x/a.b.log", "a.b.000001.log"), Some(1));
        assert_eq!(named("/x/events", "events.000002"), Some(2));
        for other in
            ["events.ndjson", "events.7.ndjson", "events.00000x.ndjson", "other.000001.ndjson"]
        {
            assert_eq!(named("/x/events.ndjson", other), None, "{other}");
        }
    }

    #[test]
    fn the_next_number_follows_the_highest_even_where_older_ones_are_gone() {
        let folder = tempfile::tempdir().unwrap();
        let rotation = rotation(folder.path().join("events.ndjson").to_str().unwrap());
        fs::write(folder.path().join("events.000041.ndjson"), "").unwrap();

        assert_eq!(rotation.next_path().unwrap(), folder.path().join("events.000042.ndjson"));
    }

    #[test]
    fn the_oldest_beyond_those_kept_go() {
        let folder = tempfile::tempdir().unwrap();
        let rotation = rotation(folder.path().join("events.ndjson").to_str().unwrap());
        for name in
            ["events.000009.ndjson", "events.000010.ndjson", "events.000011.ndjson", "other"]
        {
            fs::write(folder.path().join(name), "").unwrap();
        }

        rotation.prune().unwrap();

        let mut left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["events.000010.ndjson", "events.000011.ndjson", "other"]);
    }

    fn rotation(path: &str) -> Rotation {
        let age_max = Some(Duration::from_secs(60));
        Rotation { path: path.into(), size_bytes_max: 100, age_max, keep_files: 2 }
    }
}
