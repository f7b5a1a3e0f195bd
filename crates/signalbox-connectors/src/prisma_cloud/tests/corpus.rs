//! Samples recorded elsewhere: each maps, or is listed here with the reason why it is no event.

use std::path::Path;

use super::mapping::{pushed_only, raws};
use super::*;

#[test]
fn recorded_samples_are_events() {
    let Some(corpus) = std::env::var_os("SIGNALBOX_CORPUS") else {
        eprintln!("SKIPPED recorded_samples_are_events: SIGNALBOX_CORPUS is not set");
        return;
    };
    let roles = pushed_only(json!({}));
    let mut told = Vec::new();
    let folder = Path::new(&corpus).join("prisma-cloud");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.extension().is_some_and(|extension| extension == "csv") || is_no_event(&name) {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let mapped: Vec<_> =
            raws(&roles, &text).iter().flat_map(|raw| normalized(&roles, raw)).map(event).collect();
        let classes: BTreeSet<_> =
            mapped.iter().map(|mapped| mapped.event.class_uid().number()).collect();
        assert!(!mapped.is_empty(), "{name}");
        told.push(format!("{name}: {} {classes:?}", mapped.len()));
    }
    told.sort();

    assert_eq!(
        told,
        [
            "alert-detailed-resolved.json: 1 {2003}",
            "alerts-as-sentinel-stores-them.json: 7 {2003}",
            "audit-as-sentinel-stores-them.json: 10 {0}",
            "compute-json-incidents-mock-response.json: 12 {2002, 2003, 2004}",
            "compute-webhook-audit-alert-valid-raw-json.json: 1 {2004}",
            "compute-webhook-cloud-discovery-alert-valid-raw-json.json: 1 {2004}",
            "compute-webhook-vulnerability-alert-valid-raw-json.json: 1 {2002}",
            "twistlock-one-vuln-no-link-no-description.json: 2 {2002, 2003}",
            "twistlock-one-vuln.json: 2 {2002, 2003}",
            "twistlock-packagename.json: 1 {2002}",
        ]
    );
}

/// A scan that found nothing. CSV files are reports for people, which no interface of the product sends.
fn is_no_event(name: &str) -> bool {
    name == "twistlock-no-vuln.json"
}
