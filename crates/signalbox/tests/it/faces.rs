//! Who is let in to what on the hub's own listener.

use crate::hub::Hub;

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_the_api_is_not_found_without_a_token_in_the_configuration() {
    let hub = Hub::start("http: {listen: \"@HUB@\", behind_proxy: []}\n", &[]).await;

    let mut statuses = Vec::new();
    for path in ["/v1/alerts", "/metrics", "/healthz"] {
        statuses.push(hub.get(path, &[]).await.unwrap().status().as_u16());
    }

    assert_eq!(statuses, [404, 404, 200]);
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_the_api_wants_the_configured_token() {
    let config = "http: {listen: \"@HUB@\", behind_proxy: [], api_token: \"env:API_TOKEN\"}\n";
    let hub = Hub::start(config, &[("API_TOKEN", "a-token-for-tests")]).await;

    let mut statuses = Vec::new();
    for headers in [
        &[][..],
        &[("authorization", "Bearer another-token")],
        &[("authorization", "Bearer a-token-for-tests")],
    ] {
        for path in ["/v1/alerts", "/metrics"] {
            statuses.push(hub.get(path, headers).await.unwrap().status().as_u16());
        }
    }

    assert_eq!(statuses, [401, 401, 401, 401, 200, 200]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_problem_details() {
    let hub = Hub::start("http: {listen: \"@HUB@\"}\n", &[]).await;

    for path in [
        "/v1/alerts?limit=x",
        "/v1/alerts?status=bogus",
        "/v1/ledger?recount=yes",
        "/v1/deliveries?state=bogus",
    ] {
        let answer = hub.get(path, &[]).await.unwrap();
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        let seen = (answer.status().as_u16(), kind.as_str());
        assert_eq!(seen, (400, "application/problem+json"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_method_is_told_which_ones_are_right_wherever_it_is_sent() {
    let hub = Hub::start("http: {listen: \"@HUB@\"}\n", &[]).await;

    for path in ["/healthz", "/readyz", "/metrics", "/v1/alerts"] {
        let answer = hub.post(path, &[], "").await.unwrap();
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        let seen = (answer.status().as_u16(), header("content-type"), header("allow"));
        let expected = (405, "application/problem+json".to_owned(), "GET,HEAD".to_owned());
        assert_eq!(seen, expected, "{path}");
    }
}
