//! The `.env` beside a configuration: one `KEY=VALUE` a line.
//!
//! `#` begins a comment at the start of a line or behind white space; `export ` before the key is
//! skipped; a value may stand in single quotes, as it is, or in double quotes, with the escapes
//! `\n`, `\r`, `\t`, `\"`, `\\` and `\$`. Nothing is substituted and no value spans lines: what has
//! lines belongs into a file and is named by `file:`. The file is refused if anyone but its owner
//! can read or change it, and no error repeats what stands in it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use signalbox_model::secret::{Secret, is_variable_name};

use super::diagnostic::{Diagnostic, Diagnostics};

/// Reads a `.env` file. None is no mistake: it may be absent.
///
/// # Errors
/// When others can read it, or for each line that is wrong.
pub(crate) fn read(path: &Path) -> Result<BTreeMap<String, Secret>, Diagnostics> {
    let name = path.display().to_string();
    let refused =
        |message: String| Diagnostics::from_iter([Diagnostic::in_file(&name, 1, message)]);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(refused(unreadable(&error))),
    };
    let text = text_of(file).map_err(refused)?;
    parse(&name, text.expose())
}

/// Parses the text of a `.env` file; `name` is shown as its file.
///
/// # Errors
/// One diagnostic for each line that is wrong.
pub(crate) fn parse(name: &str, text: &str) -> Result<BTreeMap<String, Secret>, Diagnostics> {
    let mut variables: BTreeMap<String, Secret> = BTreeMap::new();
    let mut lines = BTreeMap::new();
    let mut wrong = Diagnostics::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line_number = index + 1;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let parsed = variable_of(line).map_err(str::to_owned).and_then(|(key, value)| {
            let first = lines.insert(key.to_owned(), line_number);
            match first {
                Some(first) => Err(format!("`{key}` is set in line {first} already; remove one")),
                None => Ok((key, value)),
            }
        });
        match parsed {
            Ok((key, value)) => drop(variables.insert(key.to_owned(), value)),
            Err(message) => wrong.push(Diagnostic::in_file(name, line_number, message)),
        }
    }
    if wrong.is_empty() { Ok(variables) } else { Err(wrong) }
}

/// Reads an opened file whole, if it is nobody else's business.
fn text_of(file: File) -> Result<Secret, String> {
    let metadata = file.metadata().map_err(|error| unreadable(&error))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & OTHERS != 0 {
        return Err(format!(
            "`.env` can be read or changed by others (mode {mode:o}); run `chmod 600` on it"
        ));
    }
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(
            "`.env` is larger than 64 KiB; keep long values in files and write `file:`".into()
        );
    }
    String::from_utf8(bytes).map(Secret::new).map_err(|_| "`.env` is no UTF-8 text".into())
}

fn unreadable(error: &io::Error) -> String {
    format!("`.env` cannot be read: {}", error.kind())
}

fn variable_of(line: &str) -> Result<(&str, Secret), &'static str> {
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let (key, value) = line.split_once('=').ok_or("there is no `=`; write `KEY=VALUE`")?;
    if !is_variable_name(key) {
        return Err("what is before `=` is no name; use letters, digits and `_`, and no spaces");
    }
    value_of(value.trim()).map(|value| (key, Secret::new(value)))
}

fn value_of(text: &str) -> Result<String, &'static str> {
    if let Some(quoted) = text.strip_prefix('\'') {
        let (value, rest) = quoted.split_once('\'').ok_or(UNCLOSED)?;
        return nothing_behind(rest).map(|()| value.to_owned());
    }
    match text.strip_prefix('"') {
        Some(quoted) => unescaped(quoted),
        None => Ok(without_comment(text).to_owned()),
    }
}

/// Reads up to the closing double quote.
fn unescaped(quoted: &str) -> Result<String, &'static str> {
    let mut value = String::new();
    let mut characters = quoted.chars();
    loop {
        match characters.next().ok_or(UNCLOSED)? {
            '"' => break,
            '\\' => value.push(match characters.next().ok_or(UNCLOSED)? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                character @ ('"' | '\\' | '$') => character,
                _ => return Err(ESCAPE),
            }),
            character => value.push(character),
        }
    }
    nothing_behind(characters.as_str()).map(|()| value)
}

fn nothing_behind(rest: &str) -> Result<(), &'static str> {
    let is_nothing = without_comment(rest).is_empty();
    is_nothing.then_some(()).ok_or("something follows the closing quote; remove it")
}

/// Cuts off a comment, which white space or the value's beginning must precede.
fn without_comment(text: &str) -> &str {
    let is_comment =
        |at: &usize| text.get(..*at).is_some_and(|b| b.is_empty() || b.ends_with([' ', '\t']));
    let comment = text.match_indices('#').map(|(at, _)| at).find(is_comment);
    comment.and_then(|at| text.get(..at)).unwrap_or(text).trim_end()
}

/// Permission to read or write for group and others.
const OTHERS: u32 = 0o066;

/// Far more than a list of credentials needs.
const FILE_BYTES_MAX: u64 = 64 << 10;

const UNCLOSED: &str = "the quote is not closed in this line; keep values of several lines in a file and write `file:`";
const ESCAPE: &str =
    "unknown escape in double quotes; known are `\\n`, `\\r`, `\\t`, `\\\"`, `\\\\`, `\\$`";

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn exposed(variables: BTreeMap<String, Secret>) -> Vec<(String, String)> {
        variables.into_iter().map(|(key, value)| (key, value.expose().to_owned())).collect()
    }

    fn file_with_mode(mode: u32) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        fs::write(&path, "TOKEN=hunter2\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (folder, path)
    }

    #[test]
    fn every_way_to_write_a_value_is_read() {
        let text = "# comment\n\nA=plain\nexport B = no\n";
        assert!(parse(".env", text).is_err(), "spaces before `=` are refused");

        let text = concat!(
            "\u{feff}# comment\n",
            "\n",
            "A=plain text  # comment\r\n",
            "export B='single # \\n' # comment\n",
            "C=\"double \\\"q\\\" \\\\ \\n\\t\\$X\"\n",
            "D=\n",
            "E=pa#ss=word\n",
            "  F=${A}\n",
            "G=# only a comment\n",
        );

        assert_eq!(
            exposed(parse(".env", text).unwrap()),
            [
                ("A", "plain text"),
                ("B", "single # \\n"),
                ("C", "double \"q\" \\ \n\t$X"),
                ("D", ""),
                ("E", "pa#ss=word"),
                ("F", "${A}"),
                ("G", ""),
            ]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn each_wrong_line_is_named_and_none_is_repeated() {
        let text =
            "hunter2\nA=1\n2B=hunter2\nC='hunter2\nD=\"hunter2\\q\"\nE=\"hunter2\" hunter2\nA=2\n";

        let wrong = parse(".env", text).unwrap_err();

        let told: Vec<_> = wrong.iter().map(|d| (d.line, d.message.as_str())).collect();
        assert_eq!(
            told,
            [
                (1, "there is no `=`; write `KEY=VALUE`"),
                (3, "what is before `=` is no name; use letters, digits and `_`, and no spaces"),
                (4, UNCLOSED),
                (5, ESCAPE),
                (6, "something follows the closing quote; remove it"),
                (7, "`A` is set in line 2 already; remove one"),
            ]
        );
        assert!(!wrong.to_string().contains("hunter2"));
    }

    #[test]
    fn a_file_that_others_can_read_or_change_is_refused() {
        for mode in [0o640, 0o604, 0o620, 0o666] {
            let (_folder, path) = file_with_mode(mode);

            let refused = read(&path).unwrap_err();

            let diagnostic = refused.iter().next().unwrap();
            assert_eq!(
                diagnostic.message,
                format!(
                    "`.env` can be read or changed by others (mode {mode:o}); run `chmod 600` on it"
                )
            );
            assert_eq!(diagnostic.file, path.display().to_string());
        }
    }

    #[test]
    fn a_file_of_the_owner_alone_is_read() {
        for mode in [0o600, 0o400] {
            let (_folder, path) = file_with_mode(mode);

            assert_eq!(exposed(read(&path).unwrap()), [("TOKEN".into(), "hunter2".into())]);
        }
    }

    #[test]
    fn an_absent_file_is_an_empty_one_and_an_endless_one_is_refused() {
        let (folder, path) = file_with_mode(0o600);
        fs::write(&path, "A=1\n".repeat(20_000)).unwrap();

        assert!(read(&folder.path().join("absent")).unwrap().is_empty());
        assert!(read(&path).unwrap_err().to_string().contains("larger than 64 KiB"));
    }
}
