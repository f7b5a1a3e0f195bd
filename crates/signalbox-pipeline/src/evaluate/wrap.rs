//! A matching event that is no finding becomes one: a Detection Finding that names the rule and
//! carries the event as evidence, because people work on findings only.

use signalbox_model::ocsf::objects::{Analytic, Evidence, FindingInfo, Product};
use signalbox_model::ocsf::{Class, DetectionFinding, Event, Json};
use signalbox_model::{Fingerprint, RuleName, Severity};

use super::identity;
use signalbox_model::IntegrationName;

/// Makes the finding of `rule` about `event`, whose JSON is `json`, with its identity: the same rule
/// about the same resource is the same finding. Without JSON it has no evidence.
pub fn wrap(
    integration: &IntegrationName,
    rule: &RuleName,
    event: &Event,
    json: &[u8],
) -> (Event, Fingerprint) {
    let about = identity::fingerprint(integration, event);
    let fingerprint = Fingerprint::of(&[integration.as_str(), rule.as_str(), &about.to_string()]);
    let info = FindingInfo {
        uid: Some(fingerprint.to_string().into()),
        title: Some(rule.as_str().into()),
        desc: event.message.clone(),
        analytic: Some(Box::new(Analytic {
            name: Some(rule.as_str().into()),
            type_id: Some(ANALYTIC_RULE),
            ..Analytic::default()
        })),
        ..FindingInfo::default()
    };
    let evidence = std::str::from_utf8(json).ok().and_then(|text| Json::parse(text).ok());
    let evidences = evidence.map(|data| Evidence { data: Some(data), ..Evidence::default() });
    let finding = DetectionFinding {
        finding_info: Some(Box::new(info)),
        evidences: evidences.into_iter().collect(),
        ..DetectionFinding::default()
    };
    let mut wrapped = Event::new(Class::DetectionFinding(Box::new(finding)), event.time);
    wrapped.severity = match event.severity {
        Severity::Unknown => Severity::Informational,
        known => known,
    };
    wrapped.message = event.message.clone();
    wrapped.device = event.device.clone();
    wrapped.metadata.product =
        Some(Box::new(Product { name: Some(PRODUCT.into()), ..Product::default() }));
    (wrapped, fingerprint)
}

/// Returns whether a finding of this identity is one that [`wrap`] made.
pub fn is_wrapped(event: &Event, fingerprint: &Fingerprint) -> bool {
    let Class::DetectionFinding(finding) = &event.class else { return false };
    let uid = finding.finding_info.as_ref().and_then(|info| info.uid.as_deref());
    let product = event.metadata.product.as_ref().and_then(|product| product.name.as_deref());
    product == Some(PRODUCT) && uid == Some(fingerprint.to_string().as_str())
}

/// The product that makes these findings.
const PRODUCT: &str = "Signalbox";

/// OCSF `analytic.type_id` 1, Rule.
const ANALYTIC_RULE: i64 = 1;
