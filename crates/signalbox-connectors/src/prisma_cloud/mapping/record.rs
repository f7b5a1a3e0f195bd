//! What is no finding: a record of the product's own audit log, and the sample that the "Test" button
//! of a webhook posts.

use signalbox_model::Severity;
use signalbox_model::ocsf::ids::status;
use signalbox_model::ocsf::objects::{Actor, User};
use signalbox_model::ocsf::{Class, Text};
use signalbox_model::time::Timestamp;

use super::{Mapped, event_of};
use crate::prisma_cloud::wire::Members;

/// Maps either; `None` where it is neither.
pub(super) fn map<'a>(mut members: Members<'a>, received: Timestamp) -> Option<Mapped<'a>> {
    if members.has("action") && members.has("timestamp") {
        return Some(audit(members, received));
    }
    let message = members.text("message")?;
    let mut event = event_of(Class::Base, received, Some("Test"));
    event.severity = Severity::Informational;
    event.metadata.labels.push(Text::from("sample"));
    event.message = Some(message);
    members.keep("", &mut event.unmapped);
    Some(Mapped { event, event_id: None, part: None })
}

fn audit<'a>(mut members: Members<'a>, received: Timestamp) -> Mapped<'a> {
    let time = members.time("timestamp").unwrap_or(received);
    let mut event = event_of(Class::Base, time, Some("Audit log"));
    event.severity = Severity::Informational;
    event.message = members.text("action");
    event.status_id = members.text("result").map(|result| {
        let is_good = result.eq_ignore_ascii_case("successful");
        if is_good { status::SUCCESS } else { status::FAILURE }
    });
    event.actor = members.text("user").map(|name| {
        let user = User { name: Some(name), ..User::default() };
        Box::new(Actor { user: Some(Box::new(user)), ..Actor::default() })
    });
    members.keep("", &mut event.unmapped);
    Mapped { event, event_id: None, part: None }
}
