//! One integration as a person reads it: how it is and why, what waits, how calls go, and what else is known.

use serde_json::Value;
use signalbox_sdk::role::inert_text;

use super::{word, words};
use crate::cli::table::{columns_shown, named};
use crate::cli::time::second;
use crate::words::{counted, lasting, size};

/// Prints the page of one integration.
pub(super) fn print(row: &Value) {
    let text = text(row, columns_shown());
    println!("{}", inert_text(&text));
}

fn text(row: &Value, columns: usize) -> String {
    let mut page = Page { text: String::new(), columns };
    page.line(
        "Integration",
        &format!("{}: {}, {}", word(&row["name"]), word(&row["connector"]), words(&row["roles"])),
    );
    standing(row, &mut page);
    page.gap();
    if !row["hold"].is_null() {
        backlog(row, &mut page);
        page.gap();
    }
    calls(row, &mut page);
    page.gap();
    source(row, &mut page);
    canaries(row, &mut page);
    page.text.trim_end().to_owned()
}

/// The page as far as it is written.
struct Page {
    text: String,
    columns: usize,
}

impl Page {
    /// Adds a line, unless there is nothing to say in it.
    fn line(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            let value = value.replace(['\n', '\t'], " ");
            self.text.push_str(&named(name, &value, NAMES, self.columns));
            self.text.push('\n');
        }
    }

    fn gap(&mut self) {
        if !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
}

/// The longest name with its colon.
const NAMES: usize = 13;

fn standing(row: &Value, page: &mut Page) {
    page.line("State", &word(&row["state"]));
    page.line("Why", &word(&row["why"]));
    page.line("Do", &word(&row["advice"]));
    page.line("People told", &words(&row["troubles"]));
}

fn backlog(row: &Value, page: &mut Page) {
    let hold = &row["hold"];
    let oldest = match row["lag_seconds"].as_u64() {
        Some(seconds) if !hold["oldest_at"].is_null() => {
            format!(", the oldest for {}, since {}", lasting(seconds), second(&hold["oldest_at"]))
        }
        _ => String::new(),
    };
    page.line("Waiting", &format!("{}{oldest}", row["pending"]));
    let dead = match row["dead"].as_u64() {
        None | Some(0) => "none".to_owned(),
        Some(dead) => {
            format!("{dead}, see `signalbox dlq list --integration {}`", word(&row["name"]))
        }
    };
    page.line("Dead letters", &dead);
    let mut held = format!(
        "{} % of what may wait, {}",
        hold["percent"],
        size(hold["bytes"].as_u64().unwrap_or_default())
    );
    if let Some(left) = hold["seconds_left"].as_u64() {
        held.push_str(&format!("; full in {} at this pace", lasting(left)));
    }
    if hold["stops_intake"] == true {
        held.push_str("; intake is stopped because of it");
    }
    page.line("Hold", &held);
}

fn calls(row: &Value, page: &mut Page) {
    let calls = &row["calls"];
    let lately = match calls["count"].as_u64() {
        None | Some(0) => "none in the last 5 min".to_owned(),
        Some(count) => format!(
            "{count} in the last 5 min, {} % failed, 95 of 100 took at most {} ms",
            calls["error_percent"], calls["p95_ms"]
        ),
    };
    page.line("Calls", &lately);
    page.line("Last success", &second(&row["last_success_at"]));
    let error = match row["last_error_at"].is_null() {
        true => String::new(),
        false => format!("{}: {}", second(&row["last_error_at"]), word(&row["last_error"])),
    };
    page.line("Last error", &error);
    page.line("Breaker", &word(&row["breaker"]).replace('_', " "));
}

fn source(row: &Value, page: &mut Page) {
    let silence = &row["silence"];
    if !silence.is_null() {
        let last = match silence["last_event_at"].is_null() {
            true => "no event since the hub started".to_owned(),
            false => format!("last event {}", second(&silence["last_event_at"])),
        };
        page.line("Heard", &format!("{last}; {}", silence_limit(silence)));
    }
    let parsing = &row["parsing"];
    if !parsing.is_null() {
        let received = counted(&parsing["received"], "event");
        page.line(
            "Read",
            &format!(
                "{received} since the start, {} of them not readable, lately {} of 100",
                parsing["errors"], parsing["error_percent"]
            ),
        );
    }
    let sockets = row["sockets"].as_object();
    let counts = sockets.into_iter().flatten();
    let counts = counts.map(|(name, count)| format!("{} {count}", name.replace('_', " ")));
    page.line("Sockets", &counts.collect::<Vec<_>>().join(", "));
}

fn silence_limit(silence: &Value) -> String {
    let silent = lasting(silence["seconds"].as_u64().unwrap_or_default());
    match silence["limit_seconds"].as_u64() {
        Some(limit) => {
            let whence = if silence["is_learnt"] == true { "learnt" } else { "configured" };
            format!("silent for {silent}, {} are alarming ({whence})", lasting(limit))
        }
        None => format!("silent for {silent}, no limit is configured or learnt yet"),
    }
}

fn canaries(row: &Value, page: &mut Page) {
    for (rule, canary) in row["canary"].as_object().into_iter().flatten() {
        let mut told = format!("`{rule}`: {}", word(&canary["state"]));
        let failure = word(&canary["failure"]);
        if !failure.is_empty() {
            told.push_str(&format!(", {failure}"));
        }
        if let Some(latency) = canary["latency_ms"].as_u64() {
            let at = second(&canary["last_ok_at"]);
            told.push_str(&format!("; last arrived {at}, after {latency} ms"));
        }
        page.line("Canary", &told);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_wrong_and_what_to_do_come_first_and_numbers_have_their_units() {
        let row = json!({
            "name": "snow", "connector": "servicenow", "roles": ["ticketing"], "state": "down",
            "breaker": "half_open", "why": "create incident: not reachable", "troubles": ["down"],
            "pending": 9, "dead": 2, "lag_seconds": 250, "last_success_at": 0,
            "last_error": "create incident: not reachable", "last_error_at": 60_000,
            "calls": {"count": 40, "error_percent": 5, "p95_ms": 230},
            "hold": {"oldest_at": 1000, "bytes": 2048, "percent": 51, "seconds_left": 604_800},
        });

        let shown = text(&row, 120);

        let expected = "\
Integration:  snow: servicenow, ticketing
State:        down
Why:          create incident: not reachable
People told:  down

Waiting:      9, the oldest for 4 min, since 1970-01-01T00:00:01Z
Dead letters: 2, see `signalbox dlq list --integration snow`
Hold:         51 % of what may wait, 2.0 KiB; full in 7 days at this pace

Calls:        40 in the last 5 min, 5 % failed, 95 of 100 took at most 230 ms
Last success: 1970-01-01T00:00:00Z
Last error:   1970-01-01T00:01:00Z: create incident: not reachable
Breaker:      half open";
        assert_eq!(shown, expected);
    }
}
