//! Reads files that are small by their nature, such as certificates.
//!
//! Whoever configures one may name something else by mistake. A pipe would wait for its writer, a device never end, and a
//! huge file take all memory; so only so much of a regular file is read, and what is wrong is told.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// All certificate authorities that browsers trust fit four times.
const BYTES_MAX: u64 = 1 << 20;

/// Reads a whole file.
///
/// # Errors
/// In words that follow the file's name: it cannot be read, is no regular file, or is larger than 1 MiB.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let unreadable = |error: io::Error| format!("cannot be read: {error}");
    // The name is asked first, for opening a pipe would wait for its writer.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err("is no regular file; name the file itself".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err("is larger than 1 MiB; is it the right file?".to_owned());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn what_is_as_large_as_permitted_is_read_and_a_byte_more_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let read_of = |bytes: u64| {
            File::create(&path).unwrap().set_len(bytes).unwrap();
            read(&path).map(|bytes| bytes.len() as u64)
        };

        assert_eq!(read_of(BYTES_MAX), Ok(BYTES_MAX));
        let refused = Err("is larger than 1 MiB; is it the right file?".to_owned());
        assert_eq!([read_of(BYTES_MAX + 1), read_of(1 << 33)], [refused.clone(), refused]);
    }

    #[test]
    fn a_pipe_a_device_and_a_folder_are_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());

        for path in [pipe.as_path(), Path::new("/dev/zero"), folder.path()] {
            let refused = read(path).unwrap_err();
            assert_eq!(refused, "is no regular file; name the file itself", "{}", path.display());
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_told_in_the_words_of_the_system() {
        let refused = read(Path::new("/nowhere/ca.pem")).unwrap_err();

        assert!(refused.starts_with("cannot be read: No such file"), "{refused}");
    }
}
