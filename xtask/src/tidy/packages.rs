//! Dependencies: licences, origins, no second of a kind, and which crate may know which.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize;

use crate::workspace::{cargo, read};

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    /// Absent for the workspace's own.
    source: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

/// Returns what is wrong.
pub(super) fn findings() -> anyhow::Result<Vec<String>> {
    let arguments =
        ["metadata", "--format-version", "1", "--locked", "--filter-platform", PLATFORM];
    let text = read(&mut cargo(&arguments))?;
    let metadata: Metadata = serde_json::from_str(&text).context("read cargo's metadata")?;
    let mut findings = Vec::new();
    let mut counts = BTreeMap::<&str, usize>::new();
    for package in &metadata.packages {
        *counts.entry(&package.name).or_default() += 1;
        findings.extend(package.mistake());
        findings.extend(package.wrong_arrows());
    }
    for name in ONLY_ONE.iter().filter(|name| counts.get(**name).is_some_and(|count| *count > 1)) {
        findings.push(format!("there are several versions of `{name}`; keep one"));
    }
    Ok(findings)
}

impl Package {
    fn mistake(&self) -> Option<String> {
        let Self { name, version, .. } = self;
        if FORBIDDEN.contains(&name.as_str()) {
            return Some(format!("`{name}` {version} is not wanted here; see docs/decisions"));
        }
        let source = self.source.as_deref()?;
        if source.starts_with("git+") {
            return Some(format!("`{name}` {version} comes from git; use a release"));
        }
        let license = self.license.as_deref().unwrap_or("none");
        let is_good = is_allowed(license);
        (!is_good).then(|| {
            format!("`{name}` {version} has the licence `{license}`, which is not on the list")
        })
    }

    /// Tests may know more than the code they test.
    fn wrong_arrows(&self) -> Vec<String> {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == self.name) else {
            let is_unknown = self.source.is_none() && self.name.starts_with("signalbox");
            let finding = || format!("crate `{}` has no place in the order of crates", self.name);
            return is_unknown.then(finding).into_iter().collect();
        };
        let normal = self.dependencies.iter().filter(|dependency| dependency.kind.is_none());
        let ours = normal.filter(|dependency| dependency.name.starts_with("signalbox"));
        ours.filter(|dependency| !allowed.contains(&dependency.name.as_str()))
            .map(|dependency| format!("crate `{}` must not know `{}`", self.name, dependency.name))
            .collect()
    }
}

/// Reads an SPDX expression: of a choice one is enough, of a conjunction all are needed.
fn is_allowed(license: &str) -> bool {
    let license = license.replace(['(', ')'], " ").replace('/', " OR ");
    license
        .split(" AND ")
        .all(|part| part.split(" OR ").any(|name| LICENCES.contains(&name.trim())))
}

/// What may be linked into a program under Apache-2.0.
const LICENCES: [&str; 15] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "OpenSSL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

const FORBIDDEN: [&str; 3] = ["openssl", "openssl-sys", "native-tls"];

const ONLY_ONE: [&str; 6] = ["hyper", "libsqlite3-sys", "reqwest", "rusqlite", "rustls", "tokio"];

/// Which of our crates each may know: arrows point down.
const ARROWS: [(&str, &[&str]); 8] = [
    ("signalbox-model-derive", &[]),
    ("signalbox-model", &["signalbox-model-derive"]),
    ("signalbox-sdk", &["signalbox-model"]),
    ("signalbox-store", &["signalbox-model"]),
    ("signalbox-connectors", &["signalbox-model", "signalbox-sdk"]),
    ("signalbox-pipeline", &["signalbox-model", "signalbox-sdk", "signalbox-store"]),
    (
        "signalbox-api",
        &["signalbox-model", "signalbox-sdk", "signalbox-store", "signalbox-pipeline"],
    ),
    (
        "signalbox",
        &[
            "signalbox-api",
            "signalbox-connectors",
            "signalbox-model",
            "signalbox-pipeline",
            "signalbox-sdk",
            "signalbox-store",
        ],
    ),
];

/// Only what is built where the hub runs counts.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_choice_of_licences_one_is_enough_and_of_several_all_are_needed() {
        assert!(is_allowed("MIT OR GPL-3.0"));
        assert!(is_allowed("MIT/Apache-2.0"));
        assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(!is_allowed("ISC AND GPL-3.0"));
        assert!(!is_allowed("none"));
    }
}
