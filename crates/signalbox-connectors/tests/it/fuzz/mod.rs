//! What vendors and senders write, under random bytes and under bytes that look like it.

mod answers;
mod bodies;

use std::panic::AssertUnwindSafe;

use signalbox_sdk::testkit::fuzz::{MOMENT, compose};

/// Runs a target on what is composed of random bytes and [`JSON`]. What it shares is not looked at again
/// after a failure.
fn fuzz(target: impl Fn(Vec<u8>)) {
    let target = AssertUnwindSafe(target);
    bolero::check!().with_test_time(MOMENT).for_each(|random: &[u8]| {
        let target = &target;
        target(compose(random, JSON));
    });
}

/// Pieces of JSON as vendors write it.
const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "null",
    "true",
    "false",
    "1",
    "-1",
    "1e999",
    "\"x\"",
    "{}",
    "[]",
    "\"event\":",
    "\"time\":",
    "\"host\":",
    "\"fields\":{",
    "\"ok\":true",
    "\"ok\":false",
    "\"error\":",
    "\"ts\":\"1.2\"",
    "\"channel\":\"C1\"",
    "\"result\":",
    "\"result\":{\"sys_id\":",
    "\"result\":[{",
    "\"sys_id\":\"b7d1f0c24e9843a5961c3e8f5a2d7b60\"",
    "\"number\":\"INC1\"",
    "\"items\":[{",
    "\"nextPageToken\":",
    "\"totalRows\":1",
    "\"id\":\"P-1\"",
    "\"status\":\"open\"",
    "\"policy\":{",
    "\"alertTime\":1772366400000",
    "\"token\":\"t\"",
    "\"message\":\"login_successful\"",
    "\"class_uid\":2004",
    "\"\\ud83d\"",
    " ",
    "\n",
];
