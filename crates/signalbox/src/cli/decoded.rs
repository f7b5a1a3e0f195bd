//! How `signalbox decode` shows what became of saved bytes.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};

use serde_json::{Value, json};
use signalbox_sdk::role::Normalized;

use super::Output;
use super::output::{inert_json, line, pretty};

/// Writes the parts in order: as JSON one object a line, otherwise to be read, with a summary.
pub(super) fn show(parts: &[Normalized], output: Output) -> anyhow::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    match output {
        Output::Json => parts.iter().try_for_each(|part| write_line(part, &mut out))?,
        Output::Table => {
            let mut summary = Summary::default();
            for part in parts {
                write_readable(part, &mut summary, &mut out)?;
            }
            out.flush()?;
            summary.print();
        }
    }
    Ok(out.flush()?)
}

fn write_line(part: &Normalized, out: &mut impl Write) -> std::io::Result<()> {
    match part {
        Normalized::Event(mapped) => {
            let mut json = Vec::new();
            mapped.event.write_json(&mut json);
            writeln!(out, "{}", inert_json(&String::from_utf8_lossy(&json)))
        }
        Normalized::Quarantine { reason, .. } => {
            let told = json!({"quarantined": true, "reason": reason}).to_string();
            writeln!(out, "{}", inert_json(&told))
        }
    }
}

/// What all parts together were.
#[derive(Default)]
struct Summary {
    events: usize,
    quarantined: usize,
    parse_errors: usize,
    unmapped: BTreeMap<String, usize>,
}

fn write_readable(
    part: &Normalized,
    summary: &mut Summary,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let mapped = match part {
        Normalized::Event(mapped) => mapped,
        Normalized::Quarantine { reason, .. } => {
            summary.quarantined += 1;
            return Ok(writeln!(out, "quarantined: {}\n", line(reason))?);
        }
    };
    let mut json = Vec::new();
    mapped.event.write_json(&mut json);
    let event: Value = serde_json::from_slice(&json)?;
    summary.count(&event);
    writeln!(out, "{}", pretty(&event)?)?;
    if let Some(error) = event["unmapped"]["parse_error"].as_str() {
        writeln!(out, "parse error: {}", line(error))?;
    }
    Ok(writeln!(out)?)
}

impl Summary {
    fn count(&mut self, event: &Value) {
        self.events += 1;
        for key in event["unmapped"].as_object().into_iter().flatten().map(|(key, _)| key) {
            match key.as_str() {
                "parse_error" => self.parse_errors += 1,
                _ => *self.unmapped.entry(key.clone()).or_default() += 1,
            }
        }
    }

    /// Tells the sums on standard error, where they are in nobody's way.
    fn print(&self) {
        eprintln!(
            "{} events, {} of them with a parse error; {} parts quarantined",
            self.events, self.parse_errors, self.quarantined
        );
        if !self.unmapped.is_empty() {
            let mut keys: Vec<_> = self.unmapped.iter().collect();
            keys.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            let keys: Vec<_> = keys.iter().map(|(key, count)| format!("{key} ({count})")).collect();
            eprintln!("unmapped keys: {}", line(&keys.join(", ")));
        }
    }
}
