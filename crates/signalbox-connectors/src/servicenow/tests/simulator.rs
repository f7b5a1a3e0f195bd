//! The simulator is held to the product's own answers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Method, Request, Response, header};
use serde_json::{Value, json};

use signalbox_model::ErrorKind;
use signalbox_sdk::http::{HttpClient, HttpOptions};

use super::*;

#[tokio::test]
async fn refusals_are_the_products_own_to_the_letter() {
    let simulator = ServiceNowSimulator::default();
    let record = "/api/now/table/incident/0";
    for (method, path, body, status, expected) in [
        (
            Method::GET,
            record,
            "",
            404,
            r#"{"error":{"message":"No Record found","detail":"Record doesn't exist or ACL restricts the record retrieval"},"status":"failure"}"#,
        ),
        (
            Method::GET,
            "/api/now/table/nonsense",
            "",
            400,
            r#"{"error":{"message":"Invalid table nonsense","detail":null},"status":"failure"}"#,
        ),
        (
            Method::GET,
            "/api/now/nonsense",
            "",
            400,
            r#"{"error":{"message":"Requested URI does not represent any resource","detail":null},"status":"failure"}"#,
        ),
        (
            Method::POST,
            "/api/now/table/sys_user",
            "{}",
            403,
            r#"{"error":{"message":"Operation Failed","detail":"ACL Exception Insert Failed due to security constraints"},"status":"failure"}"#,
        ),
        (
            Method::POST,
            "/api/now/table/incident",
            r#"{"state":"6"}"#,
            403,
            r#"{"error":{"message":"Operation Failed","detail":"Data Policy Exception: The following fields are mandatory: Resolution code, Resolution notes"},"status":"failure"}"#,
        ),
    ] {
        let answer = call(&simulator, method, path, body).await;

        assert_eq!(answer.status().as_u16(), status, "{path}");
        assert_eq!(text(&answer), expected);
    }
}

#[tokio::test]
async fn a_stranger_is_not_authenticated() {
    let simulator = ServiceNowSimulator::default();

    let answer = call_as(&simulator, "Basic x", Method::GET, "/api/now/table/incident", "").await;

    assert_eq!(answer.status().as_u16(), 401);
    assert_eq!(
        text(&answer),
        r#"{"error":{"message":"User Not Authenticated","detail":"Required to provide Auth information"},"status":"failure"}"#
    );
}

#[tokio::test]
async fn a_created_record_is_shown_as_the_product_shows_it() {
    let simulator = ServiceNowSimulator::default();
    let body = json!({
        "short_description": "x".repeat(200),
        "impact": "1",
        "urgency": "9",
        "priority": "1",
        "nonsense": "1",
        "caller_id": "0123",
    });

    let answer = call(&simulator, Method::POST, "/api/now/table/incident", &body.to_string()).await;

    let id = simulator.tickets().remove(0).sys_id;
    let location = answer.headers()[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(answer.status().as_u16(), 201);
    assert!(location.ends_with(&format!("/api/now/table/incident/{id}")), "{location}");
    let record = &json_of(&answer)["result"];
    assert_eq!(record["short_description"], "x".repeat(160));
    assert_eq!((&record["urgency"], &record["priority"]), (&json!("3"), &json!("3")));
    assert_eq!((&record["state"], &record["active"]), (&json!("1"), &json!("true")));
    assert_eq!(record.get("nonsense"), None);
    assert_eq!(record["caller_id"]["value"], "0123");
    assert_eq!(record["assigned_to"], "");
}

#[tokio::test]
async fn a_list_is_paged_and_says_how_much_there_is() {
    let simulator = ServiceNowSimulator::default();
    for number in 1..=3 {
        let body = json!({ "correlation_id": format!("k{number}") }).to_string();
        call(&simulator, Method::POST, "/api/now/table/incident", &body).await;
    }

    let path = "/api/now/table/incident?sysparm_query=ORDERBYDESCnumber&sysparm_limit=1\
                &sysparm_offset=1&sysparm_fields=correlation_id,nonsense";
    let answer = call(&simulator, Method::GET, path, "").await;

    assert_eq!(answer.headers()["x-total-count"], "3");
    assert_eq!(json_of(&answer), json!({ "result": [{ "correlation_id": "k2" }] }));
}

#[tokio::test]
async fn other_processes_see_incidents_and_duplicates() {
    let simulator = ServiceNowSimulator::default();
    for key in ["a", "a", "b", "", ""] {
        let body = json!({ "correlation_id": key, "work_notes": "Note." }).to_string();
        call(&simulator, Method::POST, "/api/now/table/incident", &body).await;
    }

    let summary = json_of(&call(&simulator, Method::GET, "/simulator/summary", "").await);
    let list = json_of(&call(&simulator, Method::GET, "/simulator/incidents", "").await);

    assert_eq!(summary, json!({ "tickets": 5, "duplicate_tickets": 1 }));
    assert_eq!(list[0]["number"], "INC0010001");
    assert_eq!(list[0]["work_notes"], json!(["Note."]));
}

#[tokio::test]
async fn other_processes_set_how_the_instance_behaves() {
    let bench = Bench::start().await;
    let body = json!({ "lag_share": 0.5, "search_lag": "1h" }).to_string();

    let shown = call(&bench.simulator, Method::POST, "/simulator/faults", &body).await;
    for _ in 0..4 {
        bench.service.create(&ticket()).await.unwrap();
    }

    assert_eq!(json_of(&shown)["search_lag"], "1h");
    assert_eq!(bench.service.find(ticket().key).await.unwrap().len(), 2);
    let wrong = call(&bench.simulator, Method::POST, "/simulator/faults", r#"{"lag":1}"#).await;
    assert_eq!(wrong.status().as_u16(), 400);
}

#[tokio::test]
async fn a_late_create_is_answered_by_the_gateway_and_executed_all_the_same() {
    let bench = Bench::start().await;
    bench.simulator.behave(|behavior| {
        behavior.late_share = 1.0;
        behavior.late_by = HumanDuration::new(Duration::from_millis(20));
    });

    let error = bench.service.create(&ticket()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    let executed = tokio::time::timeout(Duration::from_secs(10), async {
        while bench.simulator.tickets().is_empty() {
            tokio::task::yield_now().await;
        }
    });
    executed.await.unwrap();
    let counts = CreateCounts { asked: 1, late: 1, lagging: 0 };
    assert_eq!(bench.simulator.creates(), counts);
}

#[tokio::test]
async fn the_setup_reaches_the_simulator() {
    let simulator = ServiceNowSimulator::default();

    let setup = simulator.configuration(([127, 0, 0, 1], 8080).into());

    assert_eq!(
        setup.yaml,
        "  servicenow:\n    connector: servicenow\n    url: http://127.0.0.1:8080\n    auth:\n      \
         method: basic\n      username: signalbox\n      password: env:SERVICENOW_PASSWORD\n    \
         assignment_group: SOC Tier 1\n"
    );
    assert_eq!(
        setup.environment,
        [("SERVICENOW_PASSWORD", ServiceNowSimulator::PASSWORD.to_owned())]
    );
}

async fn call(
    simulator: &ServiceNowSimulator,
    method: Method,
    path: &str,
    body: &str,
) -> Response<Bytes> {
    let account = format!("{}:{}", ServiceNowSimulator::USERNAME, ServiceNowSimulator::PASSWORD);
    call_as(simulator, &format!("Basic {}", STANDARD.encode(account)), method, path, body).await
}

async fn call_as(
    simulator: &ServiceNowSimulator,
    authorization: &str,
    method: Method,
    path: &str,
    body: &str,
) -> Response<Bytes> {
    let server = Server::start(simulator.router(), 0).await.unwrap();
    let request = Request::builder()
        .method(method)
        .uri(format!("http://{}{path}", server.address()))
        .header(header::AUTHORIZATION, authorization)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Bytes::from(body.to_owned()))
        .unwrap();
    HttpClient::new(&HttpOptions::default()).unwrap().send(request).await.unwrap()
}

fn text(answer: &Response<Bytes>) -> &str {
    std::str::from_utf8(answer.body()).unwrap()
}

fn json_of(answer: &Response<Bytes>) -> Value {
    serde_json::from_str(text(answer)).unwrap()
}
