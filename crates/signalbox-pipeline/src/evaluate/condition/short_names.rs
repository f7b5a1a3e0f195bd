//! The names people use for what OCSF calls otherwise.
//!
//! One name may stand for several paths, because the classes keep the same thing in different
//! places: the source of a connection is in `src_endpoint`, that of a detection in its evidences.
//! A clause then holds when it holds for any of them. The table is part of
//! `docs/concepts/conditions.md`; a test compares the two.

/// Names that mean the same, and the paths they stand for, the likeliest first. All paths hold the
/// same kind of value.
pub type ShortName = (&'static [&'static str], &'static [&'static str]);

/// The short names, by subject.
pub const SHORT_NAMES: &[ShortName] = &[
    (&["severity", "finding.severity"], &["severity_id"]),
    (&["finding.status"], &["status"]),
    (&["finding.type"], &["finding_info.types", "finding_info_list.types"]),
    (&["finding.title"], &["finding_info.title", "finding_info_list.title"]),
    (&["finding.description"], &["finding_info.desc", "finding_info_list.desc"]),
    (&["finding.id"], &["finding_info.uid", "finding_info_list.uid"]),
    (&["finding.created"], &["finding_info.created_time", "finding_info_list.created_time"]),
    (
        &["rule", "rule.name"],
        &["finding_info.analytic.name", "finding_info_list.analytic.name", "firewall_rule.name"],
    ),
    (
        &["rule.id"],
        &["finding_info.analytic.uid", "finding_info_list.analytic.uid", "firewall_rule.uid"],
    ),
    (&["policy.name"], &["policy.name", "finding_info.analytic.name"]),
    (&["policy.id"], &["policy.uid", "finding_info.analytic.uid"]),
    (&["control"], &["compliance.control"]),
    (&["standard"], &["compliance.standards"]),
    (&["cloud.type"], &["cloud.provider", "resources.provider"]),
    (&["cloud.account"], &["cloud.account.uid", "cloud.account.name"]),
    (&["cloud.region"], &["cloud.region", "resources.region"]),
    (&["resource.name"], &["resources.name"]),
    (&["resource.type"], &["resources.type"]),
    (&["resource.id"], &["resources.uid"]),
    (&["label"], &["resources.labels", "metadata.labels"]),
    (&["host", "host.name"], &["device.hostname", "device.name", "resources.hostname"]),
    (&["host.ip"], &["device.ip", "resources.ip"]),
    (&["host.os"], &["device.os.name"]),
    (
        &["user", "user.name"],
        &["actor.user.name", "user.name", "evidences.actor.user.name", "evidences.user.name"],
    ),
    (
        &["user.email"],
        &[
            "actor.user.email_addr",
            "user.email_addr",
            "evidences.actor.user.email_addr",
            "evidences.user.email_addr",
        ],
    ),
    (&["src.ip"], &["src_endpoint.ip", "evidences.src_endpoint.ip"]),
    (&["src.port"], &["src_endpoint.port", "evidences.src_endpoint.port"]),
    (&["src.host"], &["src_endpoint.hostname", "evidences.src_endpoint.hostname"]),
    (&["dst.ip"], &["dst_endpoint.ip", "evidences.dst_endpoint.ip"]),
    (&["dst.port"], &["dst_endpoint.port", "evidences.dst_endpoint.port"]),
    (&["dst.host"], &["dst_endpoint.hostname", "evidences.dst_endpoint.hostname"]),
    (&["protocol"], &["connection_info.protocol_name", "evidences.connection_info.protocol_name"]),
    (
        &["url"],
        &[
            "url.url_string",
            "http_request.url.url_string",
            "evidences.url.url_string",
            "evidences.http_request.url.url_string",
        ],
    ),
    (
        &["domain"],
        &[
            "query.hostname",
            "url.hostname",
            "http_request.url.hostname",
            "evidences.query.hostname",
            "evidences.url.hostname",
            "evidences.http_request.url.hostname",
        ],
    ),
    (&["file", "file.name"], &["file.name", "evidences.file.name", "malware.files.name"]),
    (
        &["hash"],
        &[
            "file.hashes.value",
            "evidences.file.hashes.value",
            "evidences.process.file.hashes.value",
            "malware.files.hashes.value",
        ],
    ),
    (
        &["process", "process.name"],
        &["actor.process.name", "evidences.process.name", "evidences.actor.process.name"],
    ),
    (
        &["command"],
        &[
            "actor.process.cmd_line",
            "evidences.process.cmd_line",
            "evidences.actor.process.cmd_line",
        ],
    ),
    (&["sender"], &["evidences.email.from"]),
    (&["recipient"], &["evidences.email.to"]),
    (&["subject"], &["evidences.email.subject"]),
    (&["cve"], &["vulnerabilities.cve.uid"]),
    (&["package"], &["vulnerabilities.affected_packages.name"]),
    (&["malware"], &["malware.name"]),
    (
        &["technique"],
        &[
            "finding_info.attacks.technique.uid",
            "finding_info.attacks.sub_technique.uid",
            "attacks.technique.uid",
            "attacks.sub_technique.uid",
        ],
    ),
    (
        &["tactic"],
        &[
            "finding_info.attacks.tactic.name",
            "finding_info.attacks.tactic.uid",
            "attacks.tactic.name",
            "attacks.tactic.uid",
        ],
    ),
    (&["indicator"], &["osint.value"]),
    (&["product"], &["metadata.product.name"]),
    (&["vendor"], &["metadata.product.vendor_name"]),
    (&["class"], &["class_name"]),
    (&["category"], &["category_name"]),
    (&["activity"], &["activity_name"]),
];

/// Returns the paths of a short name and the name in our spelling.
pub(super) fn find(name: &str) -> Option<(&'static str, &'static [&'static str])> {
    let named = |names: &'static [&'static str]| {
        names.iter().copied().find(|short| short.eq_ignore_ascii_case(name))
    };
    SHORT_NAMES.iter().find_map(|(names, paths)| named(names).map(|short| (short, *paths)))
}

/// Returns all short names.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    SHORT_NAMES.iter().flat_map(|(names, _)| names.iter().copied())
}

#[cfg(test)]
mod tests {
    use signalbox_model::ocsf::FieldPath;

    use super::super::field::{Field, Kind};
    use super::*;

    #[test]
    fn every_path_exists_and_holds_the_kind_of_its_name() {
        for (names, paths) in SHORT_NAMES {
            let kind = Field::find(names[0]).unwrap().kind();
            assert_ne!(kind, Kind::Object, "{names:?}");
            for path in *paths {
                let path = FieldPath::parse(path).unwrap();
                assert_eq!(Kind::of(&path), kind, "{names:?}: {path}");
            }
        }
    }

    #[test]
    fn no_name_is_given_twice() {
        let mut names: Vec<_> = all().collect();
        names.sort_unstable();

        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }

    /// A path of OCSF may mean more here, never something else.
    #[test]
    fn a_name_that_is_a_path_to_a_value_includes_it() {
        for name in all() {
            let Ok(path) = FieldPath::parse(name) else { continue };
            let (_, paths) = find(name).unwrap();
            let is_severity = Kind::of(&path) == Kind::Severity;
            assert!(path.kind().is_object() || is_severity || paths.contains(&name), "{name}");
        }
    }
}
