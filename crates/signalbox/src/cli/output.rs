//! How results are written: for people as tables, for programs as JSON.

use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// To be read.
    #[default]
    Table,
    /// To be piped: one JSON document.
    Json,
}

/// Columns of a table that no terminal shows.
const WIDTH_PIPED: u16 = 160;

/// Prints one JSON document.
pub(super) fn print_json<T: Serialize>(value: &T) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Prints a table, or a sentence where it would be empty. Control characters of texts from outside
/// are not printed.
pub(super) fn print_table(heads: &[&str], rows: Vec<Vec<String>>, empty: &str) {
    if rows.is_empty() {
        println!("{empty}");
        return;
    }
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic);
    if !table.is_tty() {
        table.set_width(WIDTH_PIPED);
    }
    table.set_header(heads);
    for row in rows {
        table.add_row(row.iter().map(|cell| signalbox_sdk::role::inert_text(cell).into_owned()));
    }
    println!("{table}");
}
