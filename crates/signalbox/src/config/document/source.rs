//! The texts a configuration was read from.

use std::path::Path;

/// One file of the configuration.
pub(crate) struct Source {
    /// The path as the operator knows it, from where the program was started.
    pub(crate) name: String,
    pub(crate) text: String,
    /// Whether it could be read to its end; if not, nothing is known about its values.
    pub(crate) is_parsed: bool,
}

impl Source {
    /// Names a file whose text is yet to come.
    pub(crate) fn new(path: &Path) -> Self {
        Self { name: path.display().to_string(), text: String::new(), is_parsed: false }
    }
}
