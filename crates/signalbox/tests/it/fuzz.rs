//! Configuration texts under random bytes, and under bytes that look like YAML: every mistake has a place
//! in the text. And the ids that people type: what is read as one is written as the same one.

use std::panic::AssertUnwindSafe;

use signalbox::config::{Document, Environment, compile};
use signalbox_pipeline::stream::Checkpoint;
use signalbox_sdk::testkit::fuzz::{MOMENT, compose};
use signalbox_store::desk::DeadLetterId;

const YAML: &[&str] = &[
    "http:",
    "integrations:",
    "routes:",
    "alert_rules:",
    "mappings:",
    "templates:",
    "journal:",
    "\n",
    "\n  ",
    "\n    ",
    "  ",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "'",
    "\"",
    "&a ",
    "*a",
    "!!str ",
    "|\n",
    ">-\n",
    "#",
    "?",
    "---\n",
    "...\n",
    "connector: webhook",
    "direction: receive",
    "env:X",
    "${X}",
    "when: severity >= high",
    "notify: [{to: x}]",
    "~",
    "null",
    "12",
    "1.5e3",
    "true",
    "\t",
    "\u{feff}",
    "%YAML 1.2\n",
    "<<: *a",
    "listen: 127.0.0.1:0",
    "include: [x.yaml]",
];

#[test]
fn a_configuration_is_read_or_refused_with_a_place_in_it() {
    // Nothing of it is looked at again after a failure.
    let validator = AssertUnwindSafe(compile::validator());
    let environment = AssertUnwindSafe(Environment::of_variables([("X", "value")]));
    bolero::check!().with_test_time(MOMENT).for_each(|random: &[u8]| {
        let text = String::from_utf8_lossy(&compose(random, YAML)).into_owned();

        let diagnostics = match Document::of_text("signalbox.yaml", &text) {
            Ok(mut document) => {
                let (validator, environment) = (&validator, &environment);
                validator.validate(&mut document, environment)
            }
            Err(unreadable) => {
                assert!(unreadable.has_errors());
                unreadable
            }
        };

        // YAML ends a line with either.
        let lines = text.split(['\n', '\r']).count();
        for told in diagnostics.iter() {
            assert!((1..=lines + 1).contains(&told.line) && !told.message.is_empty(), "{told:?}");
        }
        assert!(diagnostics.to_string().len() < 4_000 * (diagnostics.iter().count() + 1));
    });
}

const IDS: &[&str] = &[
    "3",
    "-",
    "1842",
    ".",
    "17",
    ":",
    "stream",
    "0",
    "00",
    "+",
    "99999999999999999999",
    "6f1e9a52-3c1d-5b7e-9a40-2f6d8c0b7e15",
];

#[test]
fn an_id_that_is_read_is_written_as_it_reads() {
    bolero::check!().with_test_time(MOMENT).for_each(|random: &[u8]| {
        let text = String::from_utf8_lossy(&compose(random, IDS)).into_owned();

        if let Ok(checkpoint) = Checkpoint::parse(&text) {
            assert_eq!(Checkpoint::parse(&checkpoint.to_string()), Ok(checkpoint));
        }
        if let Some(id) = DeadLetterId::parse(&text) {
            assert_eq!(DeadLetterId::parse(&id.to_string()), Some(id));
        }
    });
}
