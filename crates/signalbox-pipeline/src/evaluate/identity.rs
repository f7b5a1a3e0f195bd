//! The identity of a finding where its mapping names no other paths.

use std::sync::LazyLock;

use signalbox_model::ocsf::{Event, FieldPath};
use signalbox_model::{Fingerprint, IntegrationName};

/// Returns the fingerprint of a finding: over (integration, `finding_info.uid`) where the source names
/// its finding, otherwise over (integration, class, rule or policy id or else title, resource's uid).
pub fn fingerprint(integration: &IntegrationName, event: &Event) -> Fingerprint {
    if let Some(uid) = text(event, &PATHS.uid) {
        return Fingerprint::of(&[integration.as_str(), uid]);
    }
    let about = PATHS.about.iter().find_map(|path| text(event, path)).unwrap_or_default();
    let resource = PATHS.resource.iter().find_map(|path| text(event, path)).unwrap_or_default();
    let class = event.class.uid().number().to_string();
    Fingerprint::of(&[integration.as_str(), &class, about, resource])
}

/// Returns the parts that [`fingerprint`] is computed over, named, for `explain`.
pub fn fingerprint_parts(
    integration: &IntegrationName,
    event: &Event,
) -> Vec<(&'static str, String)> {
    let mut parts = vec![("integration", integration.to_string())];
    if let Some(uid) = text(event, &PATHS.uid) {
        parts.push(("finding_info.uid", uid.to_owned()));
        return parts;
    }
    let about = PATHS.about.iter().find_map(|path| text(event, path)).unwrap_or_default();
    let resource = PATHS.resource.iter().find_map(|path| text(event, path)).unwrap_or_default();
    parts.push(("class", event.class.uid().number().to_string()));
    parts.push(("rule, policy or title", about.to_owned()));
    parts.push(("resource", resource.to_owned()));
    parts
}

struct Paths {
    uid: FieldPath,
    about: Vec<FieldPath>,
    resource: Vec<FieldPath>,
}

static PATHS: LazyLock<Paths> = LazyLock::new(|| Paths {
    uid: path("finding_info.uid"),
    about: ["finding_info.analytic.uid", "policy.uid", "finding_info.title"].map(path).into(),
    resource: ["resources.uid", "device.uid", "device.hostname", "resources.name"].map(path).into(),
});

#[expect(clippy::expect_used, reason = "the paths are constants; a test reads them all")]
fn path(text: &str) -> FieldPath {
    FieldPath::parse(text).expect("a path of the model")
}

fn text<'a>(event: &'a Event, path: &FieldPath) -> Option<&'a str> {
    event.first(path).and_then(|value| value.as_text()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_one_of_the_model() {
        assert!(!PATHS.about.is_empty() && !PATHS.resource.is_empty());
    }
}
