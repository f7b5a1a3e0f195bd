//! The troubleshooting list, as the program tells it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use axum::Router;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use signalbox_sdk::testkit::Server;

use crate::dead_letters::with_a_dead_letter;
use crate::hub::{Hub, free_address, write_private};
use crate::products::{ENVIRONMENT, Snow, Splunk, findings_to_snow, snow_yaml};

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_the_list_is_told_of_a_healthy_hub_and_none_is_red() {
    let (snow, splunk) = (Snow::start().await, Splunk::start().await);
    let config = findings_to_snow(&format!("{}{}", snow.yaml(), splunk.yaml()));
    let environment = [&ENVIRONMENT[..], &[Splunk::ENVIRONMENT]].concat();
    let hub = Hub::start(&config, &environment).await;

    let (code, rows) = hub.consult(&["doctor"]);

    assert_eq!((code, rows_with(&rows, "verdict", "red")), (0, Vec::new()));
    let product = [
        "credentials",
        "network",
        "endpoint",
        "tls",
        "limits",
        "errors",
        "format",
        "call",
        "clock",
    ];
    assert_eq!(topics_of(&rows, &"snow".into()), BTreeSet::from(product));
    assert_eq!(topics_of(&rows, &"splunk".into()), BTreeSet::from(product));
    assert_eq!(topics_of(&rows, &"edr".into()), BTreeSet::from(["credentials", "errors", "call"]));
    assert_eq!(topics_of(&rows, &Value::Null), BTreeSet::from(["tls", "errors", "disk"]));
    for (_, secret) in environment {
        assert!(!rows.to_string().contains(secret));
    }
    let aged = "`env:SNOW_PASSWORD` is there, unchanged for 0 days at least";
    assert!(details(&rows).contains(&aged), "{rows}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_is_away_is_red_and_a_hub_that_is_not_there_is_told() {
    let config = findings_to_snow(&snow_yaml(&free_address().to_string()));
    let hub = Hub::configured(&config, &ENVIRONMENT);

    let (code_of_one, one) = hub.consult(&["doctor", "snow"]);
    let (code_of_all, all) = hub.consult(&["doctor"]);

    assert_eq!((code_of_one, code_of_all), (1, 1));
    let red = rows_with(&one, "verdict", "red");
    assert_eq!((red.len(), red[0]["topic"].as_str()), (1, Some("network")), "{one}");
    assert!(red[0]["detail"].as_str().unwrap().contains("no connection to"), "{one}");
    assert!(red[0]["fix"].is_string());
    assert_eq!(rows_with(&one, "integration", "snow").len(), one.as_array().unwrap().len());
    assert!(details(&all).iter().any(|detail| detail.starts_with("no hub runs on")), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_restart_is_not_told_as_if_it_were_so() {
    let hub = Hub::start("http: {listen: \"@HUB@\"}\n", &[]).await;
    hub.configure("http: {listen: \"127.0.0.1:1\"}\njournal: {keep: 1h}\n");
    hub.ask(&["reload"]);

    let (code, rows) = hub.consult(&["doctor"]);

    assert_eq!(code, 0);
    let yellow: Vec<_> = rows_with(&rows, "verdict", "yellow")
        .into_iter()
        .filter(|row| row["fix"] == "restart the hub")
        .map(|row| row["detail"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(yellow.len(), 2, "{rows}");
    assert!(yellow[0].starts_with("the running hub still listens on `127.0.0.1:"), "{rows}");
    assert!(yellow[0].ends_with("`; `http.listen` waits for a restart"), "{rows}");
    let journal = "the running hub still has `1d`; `journal.keep` waits for a restart";
    assert_eq!(yellow[1], journal);
    assert!(!details(&rows).iter().any(|detail| detail.contains("our listener")), "{rows}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_credential_and_one_that_two_share_are_told_and_not_shown() {
    let away = free_address();
    let hook = |name: &str, bearer: &str| {
        format!(
            "  {name}: {{connector: webhook, direction: send, url: \"http://{away}/\", bearer: \"{bearer}\"}}\n"
        )
    };
    let hooks = format!("{}{}", hook("old", "file:key"), hook("new", "env:KEY"));
    let config = format!("http: {{listen: \"@HUB@\"}}\nintegrations:\n{hooks}");
    let hub = Hub::configured(&config, &[("KEY", "correct-horse-battery")]);
    write_private(&hub.path("key"), "correct-horse-battery\n");
    let long_ago = SystemTime::now() - Duration::from_secs(100 * 86_400);
    File::options().write(true).open(hub.path("key")).unwrap().set_modified(long_ago).unwrap();

    let (_, rows) = hub.consult(&["doctor", "old"]);

    let credentials = rows_with(&rows, "topic", "credentials");
    let told: Vec<_> = credentials.iter().map(|row| (&row["verdict"], &row["detail"])).collect();
    let (age, shared) = (
        "`file:key` is there, unchanged for 100 days at least",
        "`file:key` is the same credential as `env:KEY` of `new`",
    );
    let yellow = Value::from("yellow");
    assert_eq!(told, [(&yellow, &age.into()), (&yellow, &shared.into())]);
    assert!(!rows.to_string().contains("correct-horse"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_with_another_time_that_asks_to_slow_down_is_red_for_both() {
    let headers = [("date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("retry-after", "7")];
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect();
    let answer = move || std::future::ready((StatusCode::TOO_MANY_REQUESTS, headers.clone()));
    let server = Server::start(Router::new().fallback(answer), 0).await.unwrap();
    let config = format!(
        "integrations:\n  hook: {{connector: webhook, direction: send, url: \"http://{}/\"}}\n",
        server.address()
    );
    let hub = Hub::configured(&config, &[]);

    let (code, rows) = hub.consult(&["doctor", "hook"]);

    let red = rows_with(&rows, "verdict", "red");
    let topics: Vec<_> = red.iter().filter_map(|row| row["topic"].as_str()).collect();
    assert_eq!((code, topics), (1, vec!["limits", "clock"]), "{rows}");
    assert!(red[0]["detail"].as_str().unwrap().ends_with("asks to slow down; `retry-after: 7`"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_of_our_own_listener_is_looked_at() {
    let config = "http: {listen: \"@HUB@\", tls: {certificate: cert.pem, key: key.pem}}\n";
    let hub = Hub::configured(config, &[]);
    let paths = config.replace("cert.pem", hub.path("cert.pem").to_str().unwrap());
    hub.configure(&paths.replace("key.pem", hub.path("key.pem").to_str().unwrap()));

    let good = rcgen::CertificateParams::new(vec!["hub.example".to_owned()]).unwrap();
    let told_of_good = told_of_certificate(&hub, &good);
    let mut ended = good;
    ended.not_after = rcgen::date_time_ymd(2020, 1, 1);
    let told_of_ended = told_of_certificate(&hub, &ended);

    assert!(told_of_good.iter().all(|row| row["verdict"] == "green"), "{told_of_good:?}");
    assert!(told_of_good[1]["detail"].as_str().unwrap().contains("is for `hub.example`"));
    assert_eq!(told_of_ended[0]["verdict"], "red");
    assert!(told_of_ended[0]["detail"].as_str().unwrap().contains("ended on 2020-01-01"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_hub_has_met_is_told() {
    let (hub, _) = with_a_dead_letter().await;

    let (_, rows) = hub.consult(&["doctor", "snow"]);

    let errors = rows_with(&rows, "topic", "errors");
    let dead = errors.iter().find(|row| row["detail"] == "dead letters: 1, waiting: 0").unwrap();
    assert_eq!(
        (&dead["verdict"], &dead["fix"]),
        (&"yellow".into(), &"`signalbox dlq list --integration snow`".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_does_not_answer_as_this_version_does_is_red() {
    let hub = Hub::configured("http: {listen: \"@HUB@\"}\n", &[]);
    fs::create_dir(hub.path("data")).unwrap();
    let socket = tokio::net::UnixListener::bind(hub.path("data").join("control.sock")).unwrap();
    let stranger = Router::new().fallback(async || "[]");
    let serving = tokio::spawn(async move { axum::serve(socket, stranger).await });

    let (code, rows) = hub.consult(&["doctor"]);

    serving.abort();
    let told = details(&rows).into_iter().find(|detail| detail.contains("does not answer: "));
    assert_eq!(code, 1);
    assert!(told.is_some_and(|detail| detail.contains("is it another version?")), "{rows}");
}

fn told_of_certificate(hub: &Hub, params: &rcgen::CertificateParams) -> Vec<Value> {
    let key = rcgen::KeyPair::generate().unwrap();
    fs::write(hub.path("cert.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
    write_private(&hub.path("key.pem"), &key.serialize_pem());
    rows_with(&hub.consult(&["doctor"]).1, "topic", "tls")
}

fn rows_with(rows: &Value, key: &str, value: &str) -> Vec<Value> {
    rows.as_array().unwrap().iter().filter(|row| row[key] == value).cloned().collect()
}

fn topics_of<'r>(rows: &'r Value, integration: &Value) -> BTreeSet<&'r str> {
    let own = rows.as_array().unwrap().iter().filter(|row| row["integration"] == *integration);
    own.filter_map(|row| row["topic"].as_str()).collect()
}

fn details(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().filter_map(|row| row["detail"].as_str()).collect()
}
