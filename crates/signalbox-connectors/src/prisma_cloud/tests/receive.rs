//! Who may post, and what a body may be packed in.

use super::mapping::{pushed_only, raws};
use super::*;
use http::Method;
use signalbox_model::secret::FixedSecrets;
use signalbox_sdk::role::{Committed, Webhook};

fn webhook() -> Arc<dyn Webhook> {
    pushed_only(json!({})).webhook.unwrap()
}

fn post(token: Option<&str>, body: &str) -> Request {
    let body = bytes::Bytes::copy_from_slice(body.as_bytes());
    let mut request = Request::local("/hooks/prisma".into(), body, Timestamp::from_millis(NOON));
    if let Some(token) = token {
        request.headers.insert("x-signalbox-token", token.parse().unwrap());
    }
    request
}

#[test]
fn only_the_agreed_header_is_let_in() {
    let webhook = webhook();
    let status =
        |token| webhook.verify(&post(token, "{}")).map_err(|answer| answer.status.as_u16());

    assert_eq!(status(Some(PrismaCloudSimulator::WEBHOOK_TOKEN)), Ok(()));
    assert_eq!(status(Some("another")), Err(401));
    assert_eq!(status(None), Err(401));
}

#[test]
fn a_secret_that_cannot_be_read_is_our_fault() {
    let mut context = PrismaCloudSimulator::default().context();
    context.secrets = Arc::new(FixedSecrets::default());
    let config = json!({ "webhook": { "secrets": ["env:PRISMA_WEBHOOK_TOKEN"] } });
    let roles = (crate::prisma_cloud::CONNECTOR.build)(config, &context).unwrap();

    let answer = roles.webhook.unwrap().verify(&post(Some("x"), "{}")).unwrap_err();

    assert_eq!(answer.status.as_u16(), 503);
}

#[test]
fn what_cannot_be_read_is_refused() {
    let webhook = webhook();
    let status = |request| webhook.decode(&request).map(drop).map_err(|a| a.status.as_u16());

    assert_eq!(status(post(None, "<html>")), Err(400));
    assert_eq!(status(post(None, "{\"alertId\":")), Err(400));
    let mut get = post(None, "{}");
    get.method = Method::GET;
    assert_eq!(status(get), Err(405));
}

#[test]
fn an_alert_is_found_in_whatever_it_is_packed_in() {
    let roles = pushed_only(json!({}));
    let alert = SimulatedAlert::new("P-1", minutes_before_noon(3)).pushed();
    let hec = json!({ "time": 1_772_366_400, "sourcetype": "prisma:alert", "event": alert });
    let splunk = json!({ "event": { "app": "Prisma Cloud Alert Notification", "message": alert } });
    let queue = json!({ "Messages": [{ "MessageId": "1", "Body": alert.to_string() }] });
    let two = format!("{hec}{hec}");
    for (body, count) in [
        (alert.to_string(), 1),
        (json!([alert, alert]).to_string(), 2),
        (hec.to_string(), 1),
        (two, 2),
        (splunk.to_string(), 1),
        (queue.to_string(), 1),
        (json!({ "totalRows": 1, "items": [alert], "nextPageToken": "x" }).to_string(), 1),
    ] {
        let parts = raws(&roles, &body);

        assert_eq!(parts.len(), count, "{body}");
        for part in parts {
            assert_eq!(serde_json::from_slice::<Value>(&part.body).unwrap(), alert, "{body}");
        }
    }
}

#[test]
fn the_answer_is_after_the_commit() {
    let webhook = webhook();

    assert_eq!(webhook.answer(Committed::Yes).status.as_u16(), 200);
    let full = webhook.answer(Committed::No { retry_after: Duration::from_millis(1500) });
    assert_eq!(full.status.as_u16(), 503);
    assert!(full.headers.contains(&("retry-after", "2".to_owned())));
}
