//! The rows as `docs/certification.md`.

use super::{Row, Verdict};

/// Returns the page of these rows: a table for each role of each connector.
pub fn page(rows: &[Row]) -> String {
    let mut page = format!("{HEAD}\n{}", overview(rows));
    for section in rows.chunk_by(|one, other| heading(one) == heading(other)) {
        let Some(first) = section.first() else { continue };
        let heads = "| case | verdict | evidence |\n|---|---|---|\n";
        page.push_str(&format!("\n## {}\n\n{heads}", heading(first)));
        for row in section {
            let evidence = row.evidence.replace('|', "\\|").replace('\n', " ");
            page.push_str(&format!("| {} | {} | {evidence} |\n", row.case, word(row.verdict)));
        }
    }
    page
}

fn heading(row: &Row) -> String {
    let way = row.case.split_once(" (").map_or("", |(_, way)| way.trim_end_matches(')'));
    match way {
        "" => format!("{} as {}", row.connector, row.role),
        way => format!("{} as {}, {way}", row.connector, row.role),
    }
}

fn overview(rows: &[Row]) -> String {
    let mut table = "| | pass | fail | not applicable |\n|---|---|---|---|\n".to_owned();
    for section in rows.chunk_by(|one, other| heading(one) == heading(other)) {
        let Some(first) = section.first() else { continue };
        let count = |verdict| section.iter().filter(|row| row.verdict == verdict).count();
        let [pass, fail, other] = [Verdict::Pass, Verdict::Fail, Verdict::NotApplicable].map(count);
        table.push_str(&format!("| {} | {pass} | {fail} | {other} |\n", heading(first)));
    }
    table
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "**fail**",
        Verdict::NotApplicable => "not applicable",
    }
}

const HEAD: &str = "\
# Certification

What `signalbox certify --all` found, role by role: the seven tests that integrations are asked to pass
before they go live, and twelve more. Each row is a whole hub on a folder of its own, against the
connector's simulator, with the fault planted; what counts is what the line did. Time is a clock that
is moved, so `after 7 s` is exact and takes no seven seconds.

This page is made by `cargo xtask docs`. There is no list of exceptions: what does not apply says why.
";
