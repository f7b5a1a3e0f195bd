//! The simulator refuses what Slack refuses, in Slack's words.

use bytes::Bytes;
use http::{Request, Response};
use signalbox_sdk::http::{HttpClient, HttpOptions};

use super::*;

#[tokio::test]
async fn refusals_come_in_the_order_in_which_slack_finds_them() {
    let bench = Bench::bot().await;
    let post = json!({"channel": "C0NOWHERE"});
    let scopeless = Bench::bot().await;
    scopeless.simulator.behave(|behavior| behavior.scopes.clear());

    let errors = [
        call(&bench, "chat.nothing", "", JSON, &post).await,
        call(&bench, "chat.postMessage", "", JSON, &post).await,
        call(&bench, "chat.postMessage", "xoxb-wrong", JSON, &post).await,
        call(&scopeless, "chat.postMessage", SlackSimulator::TOKEN, JSON, &post).await,
        call(&bench, "chat.postMessage", SlackSimulator::TOKEN, "text/plain", &post).await,
        call(&bench, "chat.postMessage", SlackSimulator::TOKEN, JSON, &post).await,
        call(&bench, "chat.postMessage", SlackSimulator::TOKEN, JSON, &here(json!({}))).await,
    ];

    let words = errors.map(|answer| answer["error"].as_str().unwrap().to_owned());
    assert_eq!(
        words,
        [
            "unknown_method",
            "not_authed",
            "invalid_auth",
            "missing_scope",
            "invalid_post_type",
            "channel_not_found",
            "no_text",
        ]
    );
}

#[tokio::test]
async fn a_missing_scope_is_named_with_what_there_is() {
    let bench = Bench::bot().await;
    bench.simulator.behave(|b| b.scopes = ["im:read", "im:write"].map(str::to_owned).into());

    let answer = post(&bench, json!({"text": "x"})).await;

    assert_eq!(
        answer,
        json!({"ok": false, "error": "missing_scope", "needed": "chat:write", "provided": "im:read,im:write"})
    );
}

#[tokio::test]
async fn a_missing_charset_is_warned_of() {
    let bench = Bench::bot().await;
    let arguments = here(json!({"text": "x"}));

    let answer =
        call(&bench, "chat.postMessage", SlackSimulator::TOKEN, "application/json", &arguments)
            .await;

    assert_eq!(answer["ok"], true);
    assert_eq!(answer["warning"], "missing_charset");
}

#[tokio::test]
async fn every_limit_of_a_message_is_kept() {
    let text = |kind: &str, count: usize| json!({"type": kind, "text": "x".repeat(count)});
    let button = |label: usize, url: usize| {
        json!({"type": "actions", "elements": [{"type": "button", "text": text("plain_text", label),
            "url": format!("https://{}", "x".repeat(url - 8))}]})
    };
    let section = |count: usize| json!({"type": "section", "text": text("mrkdwn", count)});
    let header = |count: usize| json!({"type": "header", "text": text("plain_text", count)});
    let fields = |number: usize, count: usize| json!({"type": "section", "fields": vec![text("mrkdwn", count); number]});
    let context =
        |number: usize| json!({"type": "context", "elements": vec![text("mrkdwn", 1); number]});
    let cases = [
        (vec![header(150)], vec![header(151)]),
        (vec![section(3000)], vec![section(3001)]),
        (vec![section(1)], vec![section(0)]),
        (vec![fields(10, 1)], vec![fields(11, 1)]),
        (vec![fields(1, 2000)], vec![fields(1, 2001)]),
        (vec![context(10)], vec![context(11)]),
        (vec![button(75, 3000)], vec![button(76, 3000)]),
        (vec![button(75, 3000)], vec![button(75, 3001)]),
        (vec![section(1); 50], vec![section(1); 51]),
        (vec![section(3000); 4], vec![section(3000); 5]),
    ];

    let bench = Bench::bot().await;
    for (good, bad) in cases {
        let good = post(&bench, json!({"text": "x", "blocks": good})).await;
        let bad = post(&bench, json!({"text": "x", "blocks": bad})).await;
        assert_eq!((&good["ok"], &bad["ok"]), (&json!(true), &json!(false)), "{good} {bad}");
    }
}

#[tokio::test]
async fn blocks_of_the_wrong_kind_are_refused_with_their_place() {
    let bench = Bench::bot().await;
    let refused = [
        (json!({"type": "paragraph"}), "unsupported type: paragraph", "/blocks/0/type"),
        (
            json!({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}),
            "valid enum",
            "/blocks/0/text/type",
        ),
        (json!({"type": "section"}), "missing required field", "/blocks/0"),
        (
            json!({"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": true}}),
            "no unknown properties",
            "/blocks/0/text",
        ),
    ];

    for (block, words, place) in refused {
        let answer = post(&bench, json!({"text": "x", "blocks": [block]})).await;
        let message = answer["response_metadata"]["messages"][0].as_str().unwrap().to_owned();
        assert_eq!(answer["error"], "invalid_blocks");
        assert!(message.contains(words), "{message}");
        assert!(message.ends_with(&format!("[json-pointer:{place}]")), "{message}");
    }
}

#[tokio::test]
async fn only_messages_that_are_there_can_be_replied_to_or_changed() {
    let bench = Bench::bot().await;

    let reply = post(&bench, json!({"text": "x", "thread_ts": "1.000001"})).await;
    let change = here(json!({"text": "x", "ts": "1.000001"}));
    let change = call(&bench, "chat.update", SlackSimulator::TOKEN, JSON, &change).await;

    assert_eq!([&reply["error"], &change["error"]], ["thread_not_found", "message_not_found"]);
}

#[tokio::test]
async fn methods_that_read_do_not_see_json() {
    let bench = Bench::bot().await;
    let arguments = here(json!({}));

    let answer = call(&bench, "conversations.info", SlackSimulator::TOKEN, JSON, &arguments).await;

    assert_eq!(answer["error"], "invalid_arguments");
}

#[tokio::test]
async fn other_processes_see_the_messages_and_what_stands_twice() {
    let bench = Bench::bot().await;
    bench.receipt(&opened()).await;
    bench.receipt(&opened()).await;

    let messages = read(&bench, "/simulator/messages").await;
    let summary = read(&bench, "/simulator/summary").await;

    assert_eq!(messages.as_array().unwrap().len(), 2);
    assert_eq!(summary, json!({"messages": 2, "duplicates": 1}));
}

#[tokio::test]
async fn the_setup_it_tells_reaches_it() {
    let simulator = SlackSimulator::default();
    let server = Server::start(simulator.router(), 0).await.unwrap();

    let setup = simulator.configuration(server.address());

    assert!(setup.yaml.contains(&format!("api_url: http://{}/api", server.address())));
    assert_eq!(setup.environment, [("SLACK_BOT_TOKEN", SlackSimulator::TOKEN.to_owned())]);
}

#[tokio::test]
async fn an_archived_channel_closes_the_webhook() {
    let bench = Bench::webhook().await;
    bench.simulator.archive(SlackSimulator::CHANNEL);

    let error = bench.failure(&opened()).await;

    assert_eq!((error.status(), error.answer()), (Some(410), Some("channel_is_archived")));
}

const JSON: &str = "application/json; charset=utf-8";

fn here(mut arguments: Value) -> Value {
    arguments["channel"] = SlackSimulator::CHANNEL.into();
    arguments
}

async fn post(bench: &Bench, arguments: Value) -> Value {
    call(bench, "chat.postMessage", SlackSimulator::TOKEN, JSON, &here(arguments)).await
}

async fn call(
    bench: &Bench,
    method: &str,
    token: &str,
    content_type: &str,
    arguments: &Value,
) -> Value {
    let url = format!("http://{}/api/{method}", bench.server.address());
    let mut request = Request::post(url).header("content-type", content_type);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    json_of(send(request.body(Bytes::from(arguments.to_string())).unwrap()).await)
}

async fn read(bench: &Bench, path: &str) -> Value {
    let url = format!("http://{}{path}", bench.server.address());
    json_of(send(Request::get(url).body(Bytes::new()).unwrap()).await)
}

async fn send(request: Request<Bytes>) -> Response<Bytes> {
    HttpClient::new(&HttpOptions::default()).unwrap().send(request).await.unwrap()
}

fn json_of(answer: Response<Bytes>) -> Value {
    serde_json::from_slice(answer.body()).unwrap()
}
