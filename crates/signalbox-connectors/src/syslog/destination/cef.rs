//! An event or an alert as a line of CEF.
//!
//! The name is that of the kind of event, and whatever differs from event to event is in the extension.
//! Every custom slot has the same label in every line. What is most wanted stands first, for what does
//! not fit is left out at the end.

use std::fmt::Write as _;

use signalbox_model::Severity;
use signalbox_model::ocsf::ids::{action, direction, disposition, hash_algorithm, status};
use signalbox_sdk::codec::cef::{CefHeader, CefWriter, Field, Slot, SlotKind};

use super::event::{Attack, Device, Endpoint, File, HttpRequest, Named, OcsfEvent, Text, User};

/// What a line says beside what its event has.
pub(super) struct Story<'a> {
    /// What kind it is: a rule, or the type of the event.
    pub(super) class_id: &'a str,
    /// What happened, in the same words for all of a kind.
    pub(super) name: &'a str,
    pub(super) severity: Severity,
    /// Names this telling for ever: the same line sent twice has the same.
    pub(super) external_id: &'a str,
    pub(super) time: i64,
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
    pub(super) count: Option<i64>,
    pub(super) message: &'a str,
    pub(super) rule: &'a str,
    pub(super) status: &'a str,
    pub(super) techniques: &'a str,
    pub(super) resource: &'a str,
    /// The integration it came from.
    pub(super) source: &'a str,
    /// Keys that CEF does not know, by their names.
    pub(super) own: &'a [(&'a str, &'a str)],
}

/// Writes a line of at most `bytes_max` bytes; only a header that is longer alone exceeds them.
pub(super) fn line(story: &Story<'_>, event: &OcsfEvent<'_>, bytes_max: usize) -> String {
    let header = CefHeader {
        vendor: "Signalbox",
        product: "Signalbox",
        product_version: env!("CARGO_PKG_VERSION"),
        class_id: story.class_id,
        name: story.name,
        severity: story.severity,
    };
    let mut pairs = Pairs(CefWriter::new(&header).within(bytes_max));
    pairs.telling(story, event);
    pairs.ends(event);
    pairs.device(event.device.as_ref());
    pairs.what_was_done(event);
    pairs.0.field(Field::Message, story.message);
    pairs.file(event.part(event.file.as_ref(), |evidence| evidence.file.as_ref()));
    pairs.customs(story, event);
    for (name, value) in story.own {
        // A template's field whose name can be no key must not cost the alert.
        pairs.0.named(name, value).ok();
    }
    pairs.0.finish()
}

/// Returns the words of an event's techniques.
pub(super) fn techniques(attacks: &[Attack<'_>]) -> String {
    let uid = |attack: &Attack<'_>| {
        let narrowest = attack.sub_technique.as_ref().or(attack.technique.as_ref());
        narrowest.and_then(|technique| technique.uid.as_deref().map(str::to_owned))
    };
    joined(attacks.iter().filter_map(uid))
}

/// Returns the name of the first thing of a list, or else its id.
pub(super) fn name_of<'e>(things: &'e [Named<'_>]) -> &'e str {
    things.iter().find_map(called).unwrap_or_default()
}

/// Returns the name of the rule that an event is about.
pub(super) fn rule<'e>(event: &'e OcsfEvent<'_>) -> &'e str {
    let analytic = || event.finding().and_then(|finding| finding.analytic.as_ref());
    let rules = event.firewall_rule.as_ref().or(event.policy.as_ref());
    rules.or_else(analytic).and_then(called).unwrap_or_default()
}

struct Pairs(CefWriter);

impl Pairs {
    fn text(&mut self, field: Field, value: Option<&Text<'_>>) {
        self.0.field(field, value.map_or("", |value| value));
    }

    fn number(&mut self, field: Field, value: Option<i64>) {
        if let Some(value) = value {
            self.0.number(field, value);
        }
    }

    /// Which event it is, when it was and how it ended.
    fn telling(&mut self, story: &Story<'_>, event: &OcsfEvent<'_>) {
        self.0.number(Field::DeviceReceiptTime, story.time);
        self.0.field(Field::ExternalId, story.external_id);
        self.number(Field::StartTime, story.start);
        self.number(Field::EndTime, story.end);
        self.number(Field::BaseEventCount, story.count);
        self.text(Field::DeviceEventCategory, event.class_name.as_ref());
        self.text(Field::DeviceAction, deed(event));
        self.0.field(Field::EventOutcome, outcome(event));
    }

    /// Who did it to whom.
    fn ends(&mut self, event: &OcsfEvent<'_>) {
        let source = event.part(event.src_endpoint.as_ref(), |from| from.src_endpoint.as_ref());
        let target = event.part(event.dst_endpoint.as_ref(), |from| from.dst_endpoint.as_ref());
        let actor = event.part(event.actor.as_ref(), |evidence| evidence.actor.as_ref());
        let user = actor.and_then(|actor| actor.user.as_ref()).or_else(|| owner(source));
        let managed = || event.entity.as_ref().and_then(|entity| entity.user.as_ref());
        let whom = event.part(event.user.as_ref(), |evidence| evidence.user.as_ref());
        let whom = whom.or_else(managed).or_else(|| owner(target));
        if let Some(end) = source {
            self.end(&SOURCE, end);
        }
        if let Some(end) = target {
            self.end(&DESTINATION, end);
        }
        self.user(&SOURCE, user);
        self.user(&DESTINATION, whom);
        let process = actor.and_then(|actor| actor.process.as_ref());
        let program = process.and_then(|process| process.name.as_ref());
        let program = program.or_else(|| actor.and_then(|actor| actor.app_name.as_ref()));
        self.text(Field::SourceProcessName, program);
        self.number(Field::SourceProcessId, process.and_then(|process| process.pid));
    }

    fn end(&mut self, keys: &End, end: &Endpoint<'_>) {
        self.text(keys.address, end.ip.as_ref());
        self.number(keys.port, end.port);
        self.text(keys.host, end.hostname.as_ref());
        self.text(keys.mac, end.mac.as_ref());
        self.text(keys.domain, end.domain.as_ref());
        self.text(keys.service, end.svc_name.as_ref());
        self.text(keys.interface, end.interface_name.as_ref());
    }

    fn user(&mut self, keys: &End, user: Option<&User<'_>>) {
        let Some(user) = user else { return };
        match (&user.domain, &user.name) {
            (Some(domain), Some(name)) => {
                self.0.field(keys.user, &format!(r"{}\{}", &**domain, &**name));
            }
            (_, name) => self.text(keys.user, name.as_ref()),
        }
        self.text(keys.user_id, user.uid.as_ref());
    }

    /// Who tells.
    fn device(&mut self, device: Option<&Device<'_>>) {
        let Some(device) = device else { return };
        self.text(Field::DeviceAddress, device.ip.as_ref());
        self.text(Field::DeviceHostName, device.hostname.as_ref());
        self.text(Field::DeviceMacAddress, device.mac.as_ref());
        self.text(Field::DeviceExternalId, device.uid.as_ref());
    }

    /// How it travelled, and what was asked for.
    fn what_was_done(&mut self, event: &OcsfEvent<'_>) {
        let connection =
            event.part(event.connection_info.as_ref(), |from| from.connection_info.as_ref());
        if let Some(connection) = connection {
            self.text(Field::TransportProtocol, connection.protocol_name.as_ref());
            self.number(Field::DeviceDirection, connection.direction_id.and_then(way));
        }
        self.text(Field::ApplicationProtocol, event.app_protocol_name.as_ref());
        if let Some(traffic) = event.traffic {
            // CEF counts from source to destination, OCSF from the source's side.
            self.number(Field::BytesIn, traffic.bytes_out);
            self.number(Field::BytesOut, traffic.bytes_in);
        }
        let query = event.part(event.query.as_ref(), |evidence| evidence.query.as_ref());
        self.text(Field::DestinationDnsDomain, query.and_then(|query| query.hostname.as_ref()));
        self.request(event);
        self.text(Field::Reason, event.status_detail.as_ref());
    }

    fn request(&mut self, event: &OcsfEvent<'_>) {
        let request = event.part(event.http_request.as_ref(), |from| from.http_request.as_ref());
        let url = event.part(event.url.as_ref(), |evidence| evidence.url.as_ref());
        let asked = request.and_then(|request: &HttpRequest<'_>| request.url.as_ref());
        self.text(Field::RequestUrl, asked.or(url).and_then(|url| url.url_string.as_ref()));
        let Some(request) = request else { return };
        self.text(Field::RequestMethod, request.http_method.as_ref());
        self.text(Field::RequestClientApplication, request.user_agent.as_ref());
        self.text(Field::RequestContext, request.referrer.as_ref());
    }

    fn file(&mut self, file: Option<&File<'_>>) {
        let Some(file) = file else { return };
        self.text(Field::FileName, file.name.as_ref());
        self.text(Field::FilePath, file.path.as_ref());
        let best = file.hashes.iter().find(|hash| hash.algorithm_id == hash_algorithm::SHA_256);
        let hash = best.or_else(|| file.hashes.first());
        self.text(Field::FileHash, hash.and_then(|hash| hash.value.as_ref()));
        self.number(Field::FileSize, file.size);
        self.text(Field::FileId, file.uid.as_ref());
        self.text(Field::FileType, file.mime_type.as_ref());
        self.number(Field::FileCreateTime, file.created_time);
        self.number(Field::FileModificationTime, file.modified_time);
    }

    /// What CEF has no key for; a slot means the same in every line.
    fn customs(&mut self, story: &Story<'_>, event: &OcsfEvent<'_>) {
        let finding = event.finding();
        let finding_uid = finding.and_then(|finding| finding.uid.as_deref()).unwrap_or_default();
        let title = finding.and_then(|finding| finding.title.as_deref()).unwrap_or_default();
        self.0.custom(string(1), "rule", story.rule);
        self.0.custom(string(2), "findingUid", finding_uid);
        self.0.custom(string(3), "status", story.status);
        self.0.custom(string(4), "techniques", story.techniques);
        self.0.custom(string(5), "resource", story.resource);
        self.0.custom(string(6), "threat", &threat(event));
        let flex = |number| Slot { kind: SlotKind::FlexString, number };
        self.0.custom(flex(1), "source", story.source);
        self.0.custom(flex(2), "finding", title);
        let number = |number| Slot { kind: SlotKind::Number, number };
        if let Some(score) = event.risk_score {
            self.0.custom(number(1), "riskScore", &score.to_string());
        }
        let response =
            event.part(event.http_response.as_ref(), |evidence| evidence.http_response.as_ref());
        if let Some(code) = response.and_then(|response| response.code) {
            self.0.custom(number(2), "httpStatus", &code.to_string());
        }
        self.0.named("originalProduct", &product(event)).ok();
        self.0.named("application", event.app_name.as_deref().unwrap_or_default()).ok();
    }
}

/// The keys of one end of a connection.
struct End {
    address: Field,
    port: Field,
    host: Field,
    mac: Field,
    domain: Field,
    service: Field,
    interface: Field,
    user: Field,
    user_id: Field,
}

const SOURCE: End = End {
    address: Field::SourceAddress,
    port: Field::SourcePort,
    host: Field::SourceHostName,
    mac: Field::SourceMacAddress,
    domain: Field::SourceNtDomain,
    service: Field::SourceServiceName,
    interface: Field::DeviceInboundInterface,
    user: Field::SourceUserName,
    user_id: Field::SourceUserId,
};

const DESTINATION: End = End {
    address: Field::DestinationAddress,
    port: Field::DestinationPort,
    host: Field::DestinationHostName,
    mac: Field::DestinationMacAddress,
    domain: Field::DestinationNtDomain,
    service: Field::DestinationServiceName,
    interface: Field::DeviceOutboundInterface,
    user: Field::DestinationUserName,
    user_id: Field::DestinationUserId,
};

/// What the device did: in detail, where it says something.
fn deed<'e, 'a>(event: &'e OcsfEvent<'a>) -> Option<&'e Text<'a>> {
    let is_told = |id: Option<i64>, unknown: i64| id.is_some_and(|id| id != unknown);
    let detail = event.disposition.as_ref();
    let detail = detail.filter(|_| is_told(event.disposition_id, disposition::UNKNOWN));
    let coarse = event.action.as_ref();
    detail.or(coarse.filter(|_| is_told(event.action_id, action::UNKNOWN)))
}

/// How it ended; the status of a finding is none of these words.
fn outcome(event: &OcsfEvent<'_>) -> &'static str {
    match event.status_id {
        _ if event.finding().is_some() => "",
        Some(status::SUCCESS) => "success",
        Some(status::FAILURE) => "failure",
        _ => "",
    }
}

/// CEF's number for a direction.
fn way(direction_id: i64) -> Option<i64> {
    match direction_id {
        direction::INBOUND => Some(0),
        direction::OUTBOUND => Some(1),
        _ => None,
    }
}

fn owner<'e, 'a>(end: Option<&'e Endpoint<'a>>) -> Option<&'e User<'a>> {
    end?.owner.as_ref()
}

fn called<'e>(thing: &'e Named<'_>) -> Option<&'e str> {
    thing.name.as_deref().or(thing.uid.as_deref())
}

fn threat(event: &OcsfEvent<'_>) -> String {
    let malware = event.malware.iter().filter_map(called);
    let weaknesses = event.vulnerabilities.iter().filter_map(|found| found.cve.as_ref());
    joined(malware.chain(weaknesses.filter_map(called)).map(str::to_owned))
}

fn product(event: &OcsfEvent<'_>) -> String {
    let Some(product) = &event.metadata.product else { return String::new() };
    let words = [product.vendor_name.as_deref(), product.name.as_deref()];
    let mut text = String::new();
    for word in words.into_iter().flatten() {
        let blank = if text.is_empty() { "" } else { " " };
        // Writing to a string does not fail.
        write!(text, "{blank}{word}").unwrap_or_default();
    }
    text
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.take(LISTED_MAX).collect::<Vec<_>>().join(", ")
}

const fn string(number: u8) -> Slot {
    Slot { kind: SlotKind::String, number }
}

/// More of a list than this says nothing to a reader.
const LISTED_MAX: usize = 20;
