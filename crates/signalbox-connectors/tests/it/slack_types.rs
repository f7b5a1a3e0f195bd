//! Messages to Slack, judged by the types of Slack's own SDK. Types know names and kinds of fields,
//! not lengths; those are the simulator's. `cargo xtask test` fetches compiler and types and then
//! requires them; elsewhere the tests say that they are missing and are skipped.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};
use signalbox_connectors::slack::{CONNECTOR, SimulatedRequest, SlackSimulator};
use signalbox_model::secret::FixedSecrets;
use signalbox_model::time::Timestamp;
use signalbox_model::{
    Alert, AlertId, AlertResource, AlertStatus, DeliveryKey, Fingerprint, IntegrationName,
    RuleName, Severity, StepKind,
};
use signalbox_sdk::Context;
use signalbox_sdk::role::{Batch, Destination, EventItem, Item, Notification, Outcome, Rendered};
use signalbox_sdk::testkit::{Server, Simulator};

#[tokio::test]
async fn every_message_is_one_by_slack_s_own_types() {
    let Some(peers) = peers() else { return };
    let requests = requests().await;
    // Of three alerts by bot: a card, two changes, two replies, and in words all but the changes. By
    // webhook: three messages, and the same in words. Of events: a message each.
    assert_eq!(requests.len(), 3 * (5 + 3) + 3 * (3 + 3) + 2);

    let verdict = judge(&peers, &program(&requests));

    assert_eq!(verdict, Ok(()));
}

#[test]
fn a_block_of_a_wrong_kind_and_an_argument_that_is_none_are_refused() {
    let Some(peers) = peers() else { return };
    let text = json!({"type": "plain_text", "text": "x", "emoji": false});
    let good = json!({"channel": "C1", "text": "x", "blocks": [{"type": "header", "text": text}]});
    let request = |body: &Value| SimulatedRequest {
        method: "chat.postMessage".to_owned(),
        body: body.clone(),
    };
    let mut heading = good.clone();
    heading["blocks"][0]["type"] = "heading".into();
    let mut misspelt = good.clone();
    misspelt["unfurl_link"] = false.into();

    let said = judge(&peers, &program(&[good, heading, misspelt].map(|body| request(&body))));

    let said = said.unwrap_err();
    let complaints: Vec<_> = said.lines().filter(|line| line.contains("error TS")).collect();
    assert_eq!(complaints.len(), 2, "{said}");
    assert!(complaints[0].contains("\"heading\""), "{said}");
    assert!(complaints[1].contains("unfurl_link"), "{said}");
}

/// Writes each request down as a constant of the type it must have.
fn program(requests: &[SimulatedRequest]) -> String {
    let mut program = PRELUDE.to_owned();
    for (number, request) in requests.iter().enumerate() {
        let mut body = request.body.clone();
        let kind = match request.method.as_str() {
            "chat.postMessage" => "Post",
            "chat.update" => "ChatUpdateArguments",
            _ => "IncomingWebhookSendArguments",
        };
        // The SDK allows any object as a block beside those it knows, so blocks are judged alone.
        let blocks = body.get_mut("blocks").map(|blocks| std::mem::replace(blocks, PLACE.into()));
        let blocks = blocks.unwrap_or_else(|| json!([]));
        let body = body.to_string().replace(&format!("\"{PLACE}\""), &format!("blocks{number}"));
        program.push_str(&format!("export const blocks{number}: KnownBlock[] = {blocks};\n"));
        program.push_str(&format!("export const message{number}: {kind} = {body};\n"));
    }
    program
}

/// Stands where the blocks belong.
const PLACE: &str = "@blocks@";

const PRELUDE: &str = "\
import type { KnownBlock } from '@slack/types';
import type { ChatPostMessageArguments, ChatUpdateArguments } from '@slack/web-api';
import type { IncomingWebhookSendArguments } from '@slack/webhook';
// Looked at by Slack and not documented.
type Post = ChatPostMessageArguments & { client_msg_id?: string };
";

/// Compiles a program, without running it; the compiler's words where it refuses.
fn judge(peers: &Peers, program: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("messages.ts");
    fs::write(&file, program).unwrap();
    std::os::unix::fs::symlink(&peers.modules, folder.path().join("node_modules")).unwrap();
    let output = Command::new(&peers.node)
        .arg(&peers.compiler)
        .args(["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext"])
        .arg(&file)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    output.status.success().then_some(()).ok_or(String::from_utf8_lossy(&said).into_owned())
}

/// Delivers a batch of alerts in every way and returns what was sent.
async fn requests() -> Vec<SimulatedRequest> {
    let simulator = SlackSimulator::default();
    let server = Server::start(simulator.router(), 0).await.unwrap();
    let address = server.address();
    let webhook = format!("http://{address}{}", SlackSimulator::WEBHOOK_PATH);
    let secrets = FixedSecrets::of_variables([
        ("TOKEN", SlackSimulator::TOKEN),
        ("WEBHOOK_URL", webhook.as_str()),
    ]);
    let context = Context::new(IntegrationName::new("slack"), Arc::new(secrets));
    let bot = json!({
        "token": "env:TOKEN", "channel": SlackSimulator::CHANNEL, "mentions": true,
        "api_url": format!("http://{address}/api"),
    });
    for config in [bot, json!({"webhook_url": "env:WEBHOOK_URL"})] {
        let roles = (CONNECTOR.build)(config, &context).unwrap();
        let destination = roles.destination.unwrap();
        let send_all = async || {
            for alert in alerts() {
                send_steps(destination.as_ref(), &alert).await;
            }
        };
        send_all().await;
        // A change cannot be sent in words, so it stays undone.
        simulator.behave(|behavior| behavior.layout_refusal = Some("invalid_blocks"));
        send_all().await;
        simulator.behave(|behavior| behavior.layout_refusal = None);
        let event = EventItem { json: b"{}", time: Timestamp::default(), source: "edr" };
        send(destination.as_ref(), &Item::Event(event)).await;
    }
    simulator.requests()
}

async fn send_steps(destination: &dyn Destination, alert: &Alert) {
    let text = destination.escape(&alert.title).into_owned();
    let body = format!("*Finding:* {text} <https://wiki.example/x|Run book> <!here>");
    let fields = [("link", "https://console.example/1"), ("team", &text)];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let rendered = Rendered { title: text, body, fields };
    let mut receipt = None;
    for step in [StepKind::Open, StepKind::Update(1), StepKind::Resolve(1)] {
        let mut alert = alert.clone();
        if matches!(step, StepKind::Resolve(_)) {
            alert.status = AlertStatus::Resolved;
            alert.resolved_at = Some(alert.opened_at);
        }
        let key = DeliveryKey::derive(alert.id, &IntegrationName::new("slack"), step);
        let rendered = rendered.clone();
        let notification = Notification { key, step, alert, rendered, receipt: receipt.clone() };
        receipt = send(destination, &Item::Notification(&notification)).await.or(receipt);
    }
}

async fn send(destination: &dyn Destination, item: &Item<'_>) -> Option<signalbox_model::Receipt> {
    let mut body = Vec::new();
    destination.encode(item, &mut body).unwrap();
    let ends = vec![body.len()];
    let batch = Batch { id: "batch".to_owned(), body: body.into(), ends };
    match destination.deliver(&batch).await.pop() {
        Some(Outcome::Done(receipt)) => receipt,
        other => panic!("{other:?}"),
    }
}

/// A short one, a long one and one that means harm.
fn alerts() -> [Alert; 3] {
    let hostile = "<!channel> `${x}` */ \" \\ \u{2028} \u{202e} {{ x }} </script>";
    [alert("x"), alert(&"long & longer ".repeat(1000)), alert(hostile)]
}

fn alert(text: &str) -> Alert {
    let rule = RuleName::new("brute-force");
    let text = text.to_owned();
    Alert {
        id: AlertId::derive(&rule, &Fingerprint::of(&["edr", &text]), 1),
        rule,
        source: IntegrationName::new("edr"),
        status: AlertStatus::Open,
        severity: Severity::High,
        title: text.clone(),
        description: text.clone(),
        resource: Some(AlertResource { uid: text.clone(), name: Some(text.clone()), kind: None }),
        techniques: vec![text],
        seen_count: 1,
        occurrence: 1,
        opened_at: Timestamp::default(),
        last_seen_at: Timestamp::default(),
        resolved_at: None,
        event: json!({}),
    }
}

/// The compiler and the folder with the types.
struct Peers {
    node: PathBuf,
    compiler: PathBuf,
    modules: PathBuf,
}

fn peers() -> Option<Peers> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let node = std::env::split_paths(&path).map(|folder| folder.join("node")).find(|f| f.is_file());
    let Some(node) = node else { return missing("node") };
    let modules = PathBuf::from(std::env::var_os("NODE_PATH").unwrap_or_default());
    let compiler = modules.join("typescript/bin/tsc");
    for part in ["typescript/bin/tsc", "@slack/types", "@slack/web-api", "@slack/webhook"] {
        if !modules.join(part).exists() {
            return missing(part);
        }
    }
    Some(Peers { node, compiler, modules })
}

/// Says that a peer is missing; where peers are required that is a failure.
fn missing(name: &str) -> Option<Peers> {
    assert!(
        std::env::var("SIGNALBOX_PEERS").as_deref() != Ok("required"),
        "the peer `{name}` is missing"
    );
    eprintln!("skipped: `{name}` is not here; `cargo xtask test` fetches it");
    None
}
