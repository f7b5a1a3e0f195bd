//! `cargo xtask docs`: the documentation that is made from code, so that it cannot differ from it.

mod certification;
mod configuration;
mod reference;
mod severity;

use std::fs;

use anyhow::{Context as _, bail};

use crate::workspace;

/// What is done with the generated files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// They are written.
    Write,
    /// They are compared with what is there.
    Check,
}

impl Mode {
    /// Returns the mode of the option `--check`.
    pub(crate) fn of(check: bool) -> Self {
        if check { Self::Check } else { Self::Write }
    }
}

/// Writes or checks every generated file.
pub(crate) fn generate(mode: Mode) -> anyhow::Result<()> {
    let schema = signalbox::config::model::schema().to_value();
    let files = [
        ("docs/certification.md", certification::page()?),
        ("docs/severity.md", severity::page()),
        ("docs/configuration.md", configuration::page(&schema)),
        ("config/schema.json", format!("{}\n", serde_json::to_string_pretty(&schema)?)),
    ];
    let mut stale = Vec::new();
    for (name, text) in files {
        let path = workspace::root().join(name);
        if fs::read_to_string(&path).is_ok_and(|stored| stored == text) {
            continue;
        }
        match mode {
            Mode::Check => stale.push(name),
            Mode::Write => {
                fs::write(&path, text).with_context(|| format!("write `{name}`"))?;
                eprintln!("wrote {name}");
            }
        }
    }
    if !stale.is_empty() {
        bail!("`{}` is stale; run `cargo xtask docs`", stale.join("`, `"));
    }
    Ok(())
}
