//! The story: telemetry, an attack, a duplicate, an outage that heals, a poison.

use std::time::Duration;

use serde_json::json;
use signalbox_connectors::servicenow::SimulatedIncident;
use tokio::time::{Instant, sleep, timeout};

use super::narrator::Narrator;
use super::stage::Stage;
use super::summary::Summary;

/// How long the products are given to have everything: the outage's retries take about 36 s.
const PATIENCE: Duration = Duration::from_secs(90);

/// Plays the story. Says whether everything came to its end in time.
pub(super) async fn play(stage: &Stage, narrator: &Narrator) -> anyhow::Result<bool> {
    telemetry(stage, narrator).await?;
    syslog(stage, narrator).await?;
    cloud(stage, narrator).await;
    attack(stage, narrator).await?;
    duplicate(stage, narrator).await?;
    poison(stage, narrator).await?;
    outage(stage, narrator).await?;
    let is_settled = settle(stage, narrator).await?;
    Ok(is_settled)
}

async fn telemetry(stage: &Stage, narrator: &Narrator) -> anyhow::Result<()> {
    narrator.chapter("Telemetry: a sensor sends 500 events over HEC");
    let batch: String = (0..500)
        .map(|n| {
            let message = format!("connection {n} from 10.0.3.{} to port 443", n % 250);
            json!({"host": "sensor-1", "sourcetype": "netflow", "event": message}).to_string()
        })
        .collect();
    let (status, took) = stage.telemetry(batch).await?;
    narrator.says(
        "telemetry",
        &format!("500 events, answered {status} after the commit, in {took:.1?}"),
    );
    let all = wait(PATIENCE, || from(stage, "telemetry") >= 500).await;
    narrator.says("splunk", &format!("has {} of them{}", from(stage, "telemetry"), late(all)));
    Ok(())
}

async fn syslog(stage: &Stage, narrator: &Narrator) -> anyhow::Result<()> {
    narrator.chapter("Syslog: a firewall sends 300 lines of CEF over RELP");
    let took = super::firewall::send(stage.firewall, 300).await?;
    narrator
        .says("firewall", &format!("300 lines, each acknowledged after its commit, in {took:.1?}"));
    let all = wait(PATIENCE, || from(stage, "firewall") >= 300).await;
    narrator.says("splunk", &format!("has {} of them{}", from(stage, "firewall"), late(all)));
    Ok(())
}

/// The hub found the alert at its first look, as it started.
async fn cloud(stage: &Stage, narrator: &Narrator) {
    narrator.chapter("The cloud: Prisma Cloud has an alert; the hub asks every minute");
    let in_splunk = wait(PATIENCE, || from(stage, "prisma_cloud") >= 1).await;
    let indexed = stage.splunk.events();
    let alert = indexed.iter().find(|event| event.source.as_deref() == Some("prisma_cloud"));
    let sourcetype = alert.and_then(|alert| alert.sourcetype.as_deref()).unwrap_or_default();
    narrator.says("splunk", &format!("has it as `{sourcetype}`{}", late(in_splunk)));
    let in_slack = wait(PATIENCE, || !stage.slack.messages().is_empty()).await;
    let message = stage.slack.messages().into_iter().next();
    let text = message.map(|message| message.text).unwrap_or_default();
    let headline = text.lines().next().unwrap_or_default();
    narrator.says("slack", &format!("\"{headline}\"{}", late(in_slack)));
}

/// Counts what Splunk has of a source.
fn from(stage: &Stage, source: &str) -> usize {
    stage.splunk.events().iter().filter(|event| event.source.as_deref() == Some(source)).count()
}

async fn attack(stage: &Stage, narrator: &Narrator) -> anyhow::Result<()> {
    narrator.chapter("The attack: the EDR raises a finding by signed webhook");
    let body = finding(stage, "edr-1", "Credential dumping on web-01", "critical", "raised");
    let (status, took) = stage.webhook("msg-1", &body).await?;
    narrator
        .says("edr", &format!("\"Credential dumping on web-01\", answered {status} in {took:.1?}"));
    ticket(stage, narrator, 1).await;
    Ok(())
}

async fn duplicate(stage: &Stage, narrator: &Narrator) -> anyhow::Result<()> {
    narrator.chapter("A duplicate: the EDR missed the answer and sends the same again, 20 times");
    let body = finding(stage, "edr-1", "Credential dumping on web-01", "critical", "raised");
    for attempt in 2..=21 {
        stage.webhook(&format!("msg-1-{attempt}"), &body).await?;
    }
    sleep(Duration::from_millis(500)).await;
    let tickets = stage.snow.tickets().len();
    narrator.says("servicenow", &format!("still has {tickets} ticket"));
    Ok(())
}

/// ServiceNow lets the account see the ticket, but no longer change it: the update is refused for good.
async fn poison(stage: &Stage, narrator: &Narrator) -> anyhow::Result<()> {
    narrator.chapter("A poison: ServiceNow locks one ticket, and its resolution is refused");
    let body = finding(stage, "edr-2", "Beacon to a known C2 server on web-02", "high", "raised");
    stage.webhook("msg-2", &body).await?;
    let Some(locked) = ticket(stage, narrator, 2).await else { return Ok(()) };
    let dead_before = Summary::of(stage).await?.dead();
    stage.snow.behave(|instance| {
        instance.protected.insert(locked.sys_id.clone());
    });
    let body = finding(stage, "edr-2", "Beacon to a known C2 server on web-02", "high", "closed");
    stage.webhook("msg-3", &body).await?;
    narrator.says(
        "edr",
        "closes its finding; ServiceNow answers the resolution 403, for this ticket alone",
    );
    let given_up = wait_ledger(stage, |summary| summary.dead() > dead_before).await?;
    let how = if given_up {
        "given up, kept as a dead letter; nothing else waits"
    } else {
        "not settled in time"
    };
    narrator.says("hub", &format!("the resolution of {} is {how}", locked.number));
    Ok(())
}

async fn outage(stage: &Stage, narrator: &Narrator) -> anyhow::Result<()> {
    narrator.chapter("An outage: ServiceNow is down while three findings come in");
    stage.snow.behave(|instance| instance.is_down = true);
    let began = Instant::now();
    for n in 3..=5 {
        let title = format!("Ransomware note on file server {n}");
        let (status, _) = stage
            .webhook(
                &format!("msg-{}", n + 1),
                &finding(stage, &format!("edr-{n}"), &title, "critical", "raised"),
            )
            .await?;
        narrator.says("edr", &format!("\"{title}\", answered {status} all the same"));
    }
    sleep(Duration::from_secs(7)).await;
    stage.snow.behave(|instance| instance.is_down = false);
    narrator.says(
        "servicenow",
        &format!("is back after {:.0?}; nobody tells the hub", began.elapsed()),
    );
    for n in 3..=5 {
        ticket(stage, narrator, n).await;
    }
    Ok(())
}

/// Waits until nothing is pending anywhere.
async fn settle(stage: &Stage, narrator: &Narrator) -> anyhow::Result<bool> {
    narrator.chapter("The end: everything is somewhere, and the ledger says where");
    let is_settled = wait_ledger(stage, |summary| summary.pending() == 0).await?;
    narrator
        .says("hub", if is_settled { "nothing is pending" } else { "something is still pending" });
    Ok(is_settled)
}

/// Waits until the product has `count` tickets, and tells of the last.
async fn ticket(stage: &Stage, narrator: &Narrator, count: usize) -> Option<SimulatedIncident> {
    wait(PATIENCE, || stage.snow.tickets().len() >= count).await;
    let ticket = stage.snow.tickets().into_iter().nth(count - 1);
    match &ticket {
        Some(ticket) => {
            let title = ticket.value("short_description");
            narrator.says("servicenow", &format!("{} \"{title}\"", ticket.number));
        }
        None => narrator.says("servicenow", "no ticket in time"),
    }
    ticket
}

/// What the EDR sends. Its ids are of this run, so that the story can be played on the same data again.
fn finding(stage: &Stage, id: &str, title: &str, severity: &str, state: &str) -> String {
    json!({
        "id": format!("{id}-{}", stage.run), "title": title, "severity": severity, "state": state,
        "detail": "lsass memory read by an unsigned process", "host": "web-01", "technique": "T1003",
    })
    .to_string()
}

fn late(is_in_time: bool) -> &'static str {
    if is_in_time { "" } else { ", not in time" }
}

async fn wait(limit: Duration, is_done: impl Fn() -> bool) -> bool {
    let poll = async {
        while !is_done() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(limit, poll).await.is_ok()
}

/// Waits until the ledger is as wanted.
async fn wait_ledger(stage: &Stage, is_done: impl Fn(&Summary) -> bool) -> anyhow::Result<bool> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if is_done(&Summary::of(stage).await?) {
            return Ok(true);
        }
        sleep(Duration::from_millis(50)).await;
    }
    Ok(false)
}
