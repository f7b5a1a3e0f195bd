//! ServiceNow: what stands between code tags is HTML. `html5gum`, a tokenizer that we did not write, says
//! which elements a reader's browser would find there.

use html5gum::{Token, Tokenizer};
use serde_json::json;
use signalbox_connectors::servicenow::{ServiceNowSimulator, SimulatedIncident};
use signalbox_model::{AlertStatus, StepKind};
use signalbox_sdk::role::{Rendered, Ticket, TicketUpdate, Ticketing, inert_text};
use signalbox_sdk::testkit::hostile::{TEXTS, WORDS};

use super::{alert, build, notification, serve};

#[tokio::test]
async fn no_column_of_an_incident_shows_an_element_that_no_template_wrote() {
    let simulator = ServiceNowSimulator::default();
    let (_server, address) = serve(&simulator).await;
    let config = json!({
        "url": format!("http://{address}"),
        "auth": { "method": "basic", "username": ServiceNowSimulator::USERNAME, "password": "env:P" },
    });
    let roles = build("servicenow", config, &[("P", ServiceNowSimulator::PASSWORD)]);
    let service = roles.ticketing.unwrap();

    for hostile in TEXTS {
        create_and_resolve(&*service, hostile.text, "{}", |text| text.to_owned()).await;
        create_and_resolve(&*service, hostile.text, "html", in_html).await;
    }

    let incidents = simulator.tickets();
    assert_eq!(incidents.len(), 2 * TEXTS.len());
    for (hostile, incidents) in TEXTS.iter().zip(incidents.chunks(2)) {
        let found = incidents.iter().map(elements).collect::<Vec<_>>();
        assert_eq!(found[0], [] as [&str; 0], "{}: {:?}", hostile.name, incidents[0]);
        assert!(found[1].iter().all(|name| name == "b"), "{}: {found:?}", hostile.name);
        for incident in incidents {
            let shown = COLUMNS.map(|column| incident.value(column)).join("\n");
            assert_eq!(inert_text(&shown), shown, "{}", hostile.name);
            assert!(shown.contains(WORDS), "{}: {shown}", hostile.name);
        }
    }
}

/// What a template would write that shows a value in bold.
fn in_html(value: &str) -> String {
    format!("{value} [code]<b title=\"{value}\">{value}</b>[/code] {value}")
}

async fn create_and_resolve(
    service: &dyn Ticketing,
    text: &str,
    mark: &str,
    template: impl Fn(&str) -> String,
) {
    let written = template(&service.escape(text));
    let body = format!("{written}\n{written}");
    let fields = [("comments", &written), ("u_note", &written)];
    let fields = fields.map(|(name, text)| (name.to_owned(), text.clone())).into();
    let rendered = Rendered { title: written.clone(), body, fields };
    let alert = signalbox_model::Alert { description: mark.to_owned(), ..alert(text) };
    let key = notification(&format!("{mark}{text}"), text, StepKind::Open).key;
    let ticket = Ticket { key, alert: alert.clone(), rendered: rendered.clone() };
    let link = service.create(&ticket).await.unwrap();
    for (step, status) in
        [(StepKind::Update(1), AlertStatus::Open), (StepKind::Resolve(1), AlertStatus::Resolved)]
    {
        let alert = signalbox_model::Alert { status, ..alert.clone() };
        let update = TicketUpdate { step, alert, rendered: rendered.clone() };
        service.update(&link, &update).await.unwrap();
    }
}

const COLUMNS: [&str; 5] =
    ["short_description", "description", "work_notes", "comments", "u_mitre_technique"];

/// The elements that the columns show. Titles and descriptions show no HTML; they are judged like the
/// others, for customers copy them into notes.
fn elements(incident: &SimulatedIncident) -> Vec<String> {
    let columns = COLUMNS.iter().filter(|column| **column != "short_description");
    columns.flat_map(|column| html_of(incident.value(column))).flat_map(tags).collect()
}

/// What stands between code tags, whatever their case; what has no end goes to the end.
fn html_of(text: &str) -> Vec<&str> {
    // ASCII letters alone change, so places stay the same.
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = lower[at..].find("[code]") {
        let from = at + open + "[code]".len();
        let to = lower[from..].find("[/code]").map_or(text.len(), |length| from + length);
        found.push(&text[from..to]);
        at = to;
    }
    found
}

fn tags(html: &str) -> Vec<String> {
    let name = |Ok(token)| match token {
        Token::StartTag(tag) => Some(String::from_utf8_lossy(&tag.name).into_owned()),
        Token::Comment(_) | Token::Doctype(_) => Some("no text".to_owned()),
        _ => None,
    };
    Tokenizer::new(html).filter_map(name).collect()
}
