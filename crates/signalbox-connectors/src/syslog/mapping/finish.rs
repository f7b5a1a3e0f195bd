//! From a draft to an event of its class.

use signalbox_model::ocsf::objects::{HttpRequest, ManagedEntity, Product, Service, Session};
use signalbox_model::ocsf::{
    Authentication, Class, ClassUid, DnsActivity, EntityManagement, Flow, HttpActivity,
    NetworkActivity, Text, activity, caption, ids,
};

use super::draft::Draft;
use super::finding;
use super::place::os_type;
use super::record::Record;
use super::value;
use crate::syslog::profile::Profile;

/// Moves the objects of a draft into its class.
pub(super) fn finish(draft: &mut Draft, record: &Record<'_>, profile: &Profile) {
    complete(draft, record);
    let (class, activity_id) = match draft.class {
        ClassUid::NetworkActivity => network(draft, record),
        ClassUid::HttpActivity => http(draft),
        ClassUid::DnsActivity => dns(draft),
        ClassUid::Authentication => authentication(draft, record),
        ClassUid::EntityManagement => entity(draft, record),
        ClassUid::DetectionFinding => finding::detection(draft, record, profile),
        _ => (Class::Base, 0),
    };
    if draft.class != ClassUid::DetectionFinding {
        draft.mapped.event.actor = draft.take_actor();
    }
    draft.mapped.event.class = class;
    draft.mapped.event.activity_id = activity_id;
    if let Some(status) = draft.finding_status {
        draft.mapped.event.set_finding_status(status);
    }
    if activity_id == OTHER {
        let words = [&*record.name, &record.code, "Other"].into_iter();
        draft.mapped.event.activity_name =
            words.filter(|word| !word.is_empty()).map(Text::new).next();
    }
}

/// Fills in what follows from what is there.
fn complete(draft: &mut Draft, record: &Record<'_>) {
    if let Some(file) = &mut draft.file
        && file.name.is_none()
    {
        let of_path = file.path.as_deref().map(value::file_name).filter(|name| !name.is_empty());
        let of_hash = || file.hashes.first().and_then(|hash| hash.value.as_deref());
        file.name = of_path.or_else(of_hash).or(file.path.as_deref()).map(Text::new);
    }
    if let Some(os) = draft.mapped.event.device.as_mut().and_then(|device| device.os.as_mut()) {
        os.type_id = os.name.as_deref().map(os_type);
    }
    let is_finding = draft.class.is_finding();
    let event = &mut draft.mapped.event;
    event.metadata.product = Some(Box::new(product(record)));
    event.metadata.event_code = Record::text_of(record.code.clone());
    event.metadata.log_format = Some(Text::const_new(record.format));
    if event.message.is_none() {
        event.message = Record::text_of(record.name.clone());
    } else if !is_finding
        && !record.name.is_empty()
        && event.message.as_deref() != Some(&*record.name)
    {
        event.unmapped.add_text("name", &record.name);
    }
    if let Some(rest) = record.rest {
        event.unmapped.add_text("rest", rest);
    }
}

fn product(record: &Record<'_>) -> Product {
    let name = if record.product.is_empty() { record.format } else { &record.product };
    Product {
        name: Some(Text::new(name)),
        vendor_name: Record::text_of(record.vendor.clone()),
        version: Record::text_of(record.version.clone()),
        ..Product::default()
    }
}

fn flow(draft: &mut Draft) -> Flow {
    let mut destination = draft.destination.take();
    match (&mut destination, draft.target.take()) {
        (Some(destination), target) => destination.owner = target,
        (None, Some(target)) if draft.user.is_none() => draft.user = Some(target),
        (None, Some(target)) => {
            let name = target.name.or(target.uid).unwrap_or_default();
            draft.mapped.event.unmapped.add_text("target_user", &name);
        }
        (None, None) => {}
    }
    Flow {
        src_endpoint: draft.source.take(),
        dst_endpoint: destination,
        connection_info: draft.connection.take(),
        traffic: draft.traffic.take(),
        app_name: draft.app_name.take(),
        app_protocol_name: draft.app_protocol.take(),
        ..Flow::default()
    }
}

fn network(draft: &mut Draft, record: &Record<'_>) -> (Class, i64) {
    let activity = match (draft.mapped.event.disposition_id, &*record.code) {
        (Some(ids::disposition::RESET), _) => activity::network::RESET,
        _ if draft.mapped.event.action_id == Some(ids::action::DENIED) => activity::network::REFUSE,
        (_, "start") => activity::network::OPEN,
        (_, "end") => activity::network::CLOSE,
        _ => activity::network::TRAFFIC,
    };
    let flow = flow(draft);
    let url = draft.url.take();
    (
        Class::NetworkActivity(Box::new(NetworkActivity {
            flow,
            url,
            is_src_dst_assignment_known: draft.are_ends_known,
        })),
        activity,
    )
}

fn http(draft: &mut Draft) -> (Class, i64) {
    let request = web_request(draft);
    let method = request.as_ref().and_then(|request| request.http_method.as_deref());
    let activity = method.map_or(activity::http::UNKNOWN, http_activity);
    let class = HttpActivity {
        flow: flow(draft),
        http_request: request,
        http_response: draft.response.take(),
        file: draft.file.take(),
    };
    (Class::HttpActivity(Box::new(class)), activity)
}

fn http_activity(method: &str) -> i64 {
    let activities = ClassUid::HttpActivity.activities();
    let found = activities.iter().find(|known| known.name.eq_ignore_ascii_case(method));
    found.map_or(activity::http::UNKNOWN, |known| known.id)
}

fn dns(draft: &mut Draft) -> (Class, i64) {
    let (answers, rcode_id) = (draft.take_answers(), draft.answer_code.take());
    let is_answer = !answers.is_empty() || rcode_id.is_some();
    let activity = if is_answer { activity::dns::RESPONSE } else { activity::dns::QUERY };
    let class = DnsActivity {
        flow: flow(draft),
        query: draft.query.take(),
        answers,
        rcode_id,
        ..DnsActivity::default()
    };
    (Class::DnsActivity(Box::new(class)), activity)
}

fn authentication(draft: &mut Draft, record: &Record<'_>) -> (Class, i64) {
    // Who logged in is the only one that most lines name.
    let user = draft.target.take().or_else(|| draft.user.take());
    let session = draft.session.take();
    let class = Authentication {
        user,
        service: Some(Box::new(Service {
            name: Some(Text::new(if record.product.is_empty() {
                record.format
            } else {
                &record.product
            })),
            ..Service::default()
        })),
        src_endpoint: draft.source.take(),
        dst_endpoint: draft.destination.take(),
        session: session.map(|uid| Box::new(Session { uid: Some(uid), ..Session::default() })),
        logon_type_id: draft.logon_type.take(),
        http_request: web_request(draft),
        http_response: draft.response.take(),
        ..Authentication::default()
    };
    (Class::Authentication(Box::new(class)), logon_activity(record))
}

fn logon_activity(record: &Record<'_>) -> i64 {
    let is_end = |text: &str| {
        value::has_word(
            text,
            &[
                "logoff",
                "logout",
                "logged out",
                "logged off",
                "signed out",
                "session closed",
                "session end",
                "disconnected",
            ],
        )
    };
    if is_end(&record.code) || is_end(&record.name) {
        activity::authentication::LOGOFF
    } else {
        activity::authentication::LOGON
    }
}

/// The request with its address.
pub(super) fn web_request(draft: &mut Draft) -> Option<Box<HttpRequest>> {
    let url = draft.url.take();
    let mut request = draft.request.take();
    if url.is_some() {
        request.get_or_insert_default().url = url;
    }
    request
}

fn entity(draft: &mut Draft, record: &Record<'_>) -> (Class, i64) {
    let kind = draft.entity_kind.take();
    let type_id = kind
        .as_deref()
        .map(|kind| caption::number_of(kind, ids::managed_entity_type::CAPTIONS).unwrap_or(OTHER));
    let name = draft.entity_name.take();
    let entity = ManagedEntity {
        // Without a thing of its own it is the product that was managed.
        name: name
            .or_else(|| draft.mapped.event.metadata.product.as_ref().and_then(|p| p.name.clone())),
        uid: draft.entity_uid.take(),
        type_id,
        r#type: kind,
        user: draft.target.take(),
        ..ManagedEntity::default()
    };
    let class = EntityManagement {
        entity: Some(Box::new(entity)),
        src_endpoint: draft.source.take(),
        http_request: web_request(draft),
        http_response: draft.response.take(),
        ..EntityManagement::default()
    };
    (Class::EntityManagement(Box::new(class)), entity_activity(record))
}

/// Returns what was done, by the verbs that administrators' logs have.
fn entity_activity(record: &Record<'_>) -> i64 {
    let of = |text: &str| {
        let found = VERBS.iter().find(|(verbs, _)| value::has_word(text, verbs));
        found.map(|(_, activity)| *activity)
    };
    of(&record.code).or_else(|| of(&record.name)).unwrap_or(OTHER)
}

const VERBS: &[(&[&str], i64)] = &[
    (&["added", "create", "new "], activity::entity::CREATE),
    (&["removed", "deleted"], activity::entity::DELETE),
    (&["deactivated"], activity::entity::DEACTIVATE),
    (&["activated"], activity::entity::ACTIVATE),
    (&["enabled"], activity::entity::ENABLE),
    (&["disabled"], activity::entity::DISABLE),
    (&["modified", "changed", "updated", "configured"], activity::entity::UPDATE),
    (&["retrieve", "read", "viewed"], activity::entity::READ),
    (&["moved"], activity::entity::MOVE),
];

/// Any class's number of an activity it has no word for.
const OTHER: i64 = 99;
