//! Rows for people: a table where it fits the terminal with its words whole, otherwise a paragraph a row.
//!
//! What people copy, such as ids, is never broken. Columns in which nothing stands are left out.

use std::io::IsTerminal;

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};

use super::output::cell;

/// Prints a table or a list, or a sentence where it would be empty.
pub(crate) fn print_table(heads: &[&str], rows: Vec<Vec<String>>, empty: &str) {
    match rows.is_empty() {
        true => println!("{empty}"),
        false => println!("{}", laid_out(heads, &rows, columns_shown())),
    }
}

/// Columns of what is printed to: the terminal's, otherwise as `COLUMNS` says, otherwise those that most print well.
pub(super) fn columns_shown() -> usize {
    let named = || std::env::var("COLUMNS").ok()?.parse().ok().filter(|columns| *columns > 0);
    let terminal = Table::new().width().filter(|_| std::io::stdout().is_terminal());
    terminal.map(usize::from).or_else(named).unwrap_or(COLUMNS_PIPED)
}

const COLUMNS_PIPED: usize = 120;

fn laid_out(heads: &[&str], rows: &[Vec<String>], columns: usize) -> String {
    let columns_of = (0..heads.len()).map(|place| Column::of(heads, rows, place));
    let shown: Vec<Column> = columns_of.filter(|column| !column.is_empty()).collect();
    let borders = shown.len() * BORDERS_OF_COLUMN + 1;
    let least: usize = shown.iter().map(Column::least).sum();
    match columns.checked_sub(least + borders) {
        Some(spare) => table(&shown, spare),
        None => list(&shown, columns),
    }
}

/// A column with its cells as they are shown.
struct Column<'a> {
    head: &'a str,
    cells: Vec<String>,
}

impl<'a> Column<'a> {
    fn of(heads: &[&'a str], rows: &[Vec<String>], place: usize) -> Self {
        let cells =
            rows.iter().map(|row| row.get(place).map(|text| cell(text)).unwrap_or_default());
        Self { head: heads.get(place).copied().unwrap_or_default(), cells: cells.collect() }
    }

    fn is_empty(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.head).chain(self.cells.iter().map(String::as_str))
    }

    /// The least width in which its words stay whole and its sentences can be read.
    fn least(&self) -> usize {
        let word = longest(self.texts().flat_map(str::split_whitespace));
        word.max(self.most().min(SENTENCE))
    }

    /// The width in which no line of it is broken.
    fn most(&self) -> usize {
        longest(self.texts().flat_map(str::lines))
    }
}

fn longest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or_default()
}

/// Narrower than this, sentences become towers.
const SENTENCE: usize = 36;

/// A rule, and a space on either side of what stands in it.
const BORDERS_OF_COLUMN: usize = 3;

/// Columns have their least width, and of what is spare the first that want more.
fn table(shown: &[Column<'_>], mut spare: usize) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::MAX)
        .set_header(shown.iter().map(|column| column.head));
    for row in 0..shown.iter().map(|column| column.cells.len()).max().unwrap_or_default() {
        table.add_row(shown.iter().filter_map(|column| column.cells.get(row)));
    }
    for (column, shown) in table.column_iter_mut().zip(shown) {
        let least = shown.least();
        let more = shown.most().saturating_sub(least).min(spare);
        spare -= more;
        let width = u16::try_from(least + more + BORDERS_OF_COLUMN - 1).unwrap_or(u16::MAX);
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
    }
    table.to_string()
}

fn list(shown: &[Column<'_>], columns: usize) -> String {
    let rows = shown.iter().map(|column| column.cells.len()).max().unwrap_or_default();
    let names = shown.iter().map(|column| column.head.chars().count() + 1).max().unwrap_or(0);
    let paragraph = |row: usize| {
        let cells = shown.iter().filter_map(|column| Some((column.head, column.cells.get(row)?)));
        let told = cells.filter(|(_, text)| !text.is_empty());
        let lines = told.map(|(head, text)| named(head, text, names, columns));
        lines.collect::<Vec<_>>().join("\n")
    };
    (0..rows).map(paragraph).collect::<Vec<_>>().join("\n\n")
}

/// Returns `name: value`, the value beginning after `names` columns and a space, and broken between its words so that
/// all of it stands there.
pub(super) fn named(name: &str, value: &str, names: usize, columns: usize) -> String {
    hanging(&format!("{:names$}", format!("{name}:")), names, value, columns)
}

/// Returns `value` behind a head that takes `width` columns, and broken between its words so that all of it stands
/// there.
pub(super) fn hanging(head: &str, width: usize, value: &str, columns: usize) -> String {
    let mut text = head.to_owned();
    let (mut used, mut is_first) = (width, true);
    for line in value.lines() {
        for (place, word) in line.split(' ').enumerate() {
            let length = word.chars().count() + 1;
            let is_new = !is_first && (place == 0 || used + length > columns);
            if is_new {
                text.push('\n');
                text.push_str(&" ".repeat(width));
                used = width;
            }
            text.push(' ');
            text.push_str(word);
            used += length;
            is_first = false;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0f1e2d3c-4b5a-5978-8696-a5b4c3d2e1f0";

    fn rows() -> Vec<Vec<String>> {
        let why =
            "post events: not reachable: connection refused by 192.0.2.7 and by 192.0.2.8 as well";
        let row = ["snow-prod", "12", "", why, ID];
        vec![row.map(str::to_owned).to_vec(); 2]
    }

    const HEADS: [&str; 5] = ["Integration", "Pending", "Dead", "Why", "Id"];

    #[test]
    fn where_it_fits_it_is_a_table_with_its_words_whole_and_no_empty_column() {
        let shown = laid_out(&HEADS, &rows(), 120);

        assert!(shown.starts_with('┌') && shown.lines().all(|line| line.chars().count() <= 120));
        for word in ["Integration", "Pending", ID, "refused"] {
            assert!(shown.contains(word), "{word}: {shown}");
        }
        assert!(!shown.contains("Dead"), "{shown}");
    }

    #[test]
    fn where_it_does_not_fit_each_row_is_a_paragraph() {
        let shown = laid_out(&HEADS, &rows(), 60);

        let row = format!(
            "Integration: snow-prod\n\
             Pending:     12\n\
             Why:         post events: not reachable: connection refused\n             \
             by 192.0.2.7 and by 192.0.2.8 as well\n\
             Id:          {ID}"
        );
        assert_eq!(shown, format!("{row}\n\n{row}"));
    }

    #[test]
    fn a_table_is_as_wide_as_it_must_be_and_not_wider_than_it_may_be() {
        let heads = ["Stream", "Pending"];
        let rows = [vec!["splunk".to_owned(), "3".to_owned()]];

        let widths = [19, 21, 200].map(|columns| {
            laid_out(&heads, &rows, columns).lines().map(|line| line.chars().count()).max()
        });

        assert_eq!(widths, [Some(15), Some(20), Some(20)]);
    }
}
