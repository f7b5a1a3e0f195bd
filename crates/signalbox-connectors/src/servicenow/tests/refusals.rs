//! What failures mean: every kind, and whether something may have been executed.

use signalbox_model::ErrorKind;
use signalbox_sdk::testkit::Fault;

use super::*;

#[tokio::test]
async fn a_failed_create_tells_whether_it_may_have_been_executed() {
    for (fault, kind) in [
        (Fault::CutBefore, ErrorKind::OutcomeUnknown),
        (Fault::CutAfter, ErrorKind::OutcomeUnknown),
        (Fault::status(500, ""), ErrorKind::OutcomeUnknown),
        (Fault::status(502, ""), ErrorKind::OutcomeUnknown),
        (Fault::status(504, ""), ErrorKind::OutcomeUnknown),
        (Fault::status(200, "<html>Sign in</html>"), ErrorKind::OutcomeUnknown),
        (Fault::status(503, ""), ErrorKind::Unavailable),
        (Fault::status(400, ""), ErrorKind::Rejected),
        (Fault::status(302, ""), ErrorKind::Rejected),
        (Fault::status(403, ""), ErrorKind::Unauthorized),
        (Fault::status(429, ""), ErrorKind::Throttled { retry_after: None }),
    ] {
        let bench = Bench::with_known_names().await;
        bench.server.faults().plant(fault.clone());

        let error = bench.service.create(&ticket()).await.unwrap_err();

        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
    }
}

#[tokio::test]
async fn a_failed_look_up_changed_nothing() {
    for (fault, kind) in [
        (Fault::CutAfter, ErrorKind::Unavailable),
        (Fault::status(500, ""), ErrorKind::Unavailable),
        (Fault::status(504, ""), ErrorKind::Unavailable),
        (Fault::status(200, "<html>Sign in</html>"), ErrorKind::Unavailable),
        (Fault::status(200, r#"{"result":"nonsense"}"#), ErrorKind::Malformed),
        (Fault::status(200, &"x".repeat(2 << 20)), ErrorKind::Malformed),
    ] {
        let bench = Bench::start().await;
        bench.server.faults().plant(fault);

        let error = bench.service.find(ticket().key).await.unwrap_err();

        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[tokio::test]
async fn an_instance_that_is_not_there_is_unavailable() {
    let Bench { server, service, .. } = Bench::start().await;
    drop(server);
    let mut attempts = 0;

    // The port closes when the server's task ends, a moment after its handle is dropped.
    let error = loop {
        attempts += 1;
        let error = service.find(ticket().key).await.unwrap_err();
        if error.to_string().contains("not reachable") || attempts == 1000 {
            break error;
        }
    };

    assert_eq!(error.kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_rate_limit_is_waited_for() {
    let bench = Bench::start().await;
    bench.simulator.behave(|b| b.rate_limit = Some(HumanDuration::from_seconds(7)));

    let error = bench.service.find(ticket().key).await.unwrap_err();

    let wait = Some(Duration::from_secs(7));
    assert_eq!(error.kind(), ErrorKind::Throttled { retry_after: wait });
}

#[tokio::test]
async fn a_hibernating_instance_is_unavailable_in_words() {
    let bench = Bench::start().await;
    bench.simulator.behave(|behavior| behavior.is_hibernating = true);

    let read = bench.service.find(ticket().key).await.unwrap_err();

    assert_eq!(read.kind(), ErrorKind::Unavailable);
    assert_eq!(
        read.to_string(),
        "find incident: the instance is hibernating; wake it at developer.servicenow.com"
    );
}

#[tokio::test]
async fn a_hibernating_instance_has_created_nothing() {
    let bench = Bench::with_known_names().await;
    bench.simulator.behave(|behavior| behavior.is_hibernating = true);

    let error = bench.service.create(&ticket()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_created_page_leads_to_its_incident_by_location() {
    let bench = Bench::start().await;
    bench.simulator.behave(|behavior| behavior.answers_pages = true);

    let link = bench.service.create(&ticket()).await.unwrap();

    assert_eq!(link.number, "INC0010001");
}

#[tokio::test]
async fn a_created_page_without_location_is_looked_up() {
    let bench = Bench::start().await;
    bench.simulator.behave(|behavior| {
        behavior.answers_pages = true;
        behavior.sends_location = false;
    });

    let link = bench.service.create(&ticket()).await.unwrap();

    assert_eq!(link.number, "INC0010001");
}

#[tokio::test]
async fn a_created_page_whose_incident_is_not_found_yet_is_looked_up_later() {
    let bench = Bench::start().await;
    bench.simulator.behave(|behavior| {
        behavior.answers_pages = true;
        behavior.sends_location = false;
        behavior.lag_share = 1.0;
    });

    let error = bench.service.create(&ticket()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(bench.simulator.tickets().len(), 1);
}

#[tokio::test]
async fn strangers_alone_do_not_mean_absent() {
    let bench = Bench::start().await;
    bench.service.create(&ticket()).await.unwrap();
    bench.simulator.behave(hide_key);

    let error = bench.service.find(key(StepKind::Update(1))).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(
        error.to_string(),
        "find incident: the instance ignored the condition on `correlation_id`, or hides what it \
         found; give the account read access to that column and to its incidents"
    );
}

#[tokio::test]
async fn an_incident_that_is_hidden_is_not_absent() {
    let bench = Bench::start().await;
    let link = bench.service.create(&ticket()).await.unwrap();
    bench.simulator.behave(|behavior| deny(&mut behavior.hidden, &link.id));

    let error = bench.service.find(ticket().key).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unauthorized);
}

#[tokio::test]
async fn a_query_that_is_refused_is_a_matter_of_permission() {
    let bench = Bench::start().await;
    bench.service.create(&ticket()).await.unwrap();
    bench.simulator.behave(|behavior| {
        hide_key(behavior);
        behavior.refuses_unreadable_queries = true;
    });

    let error = bench.service.find(ticket().key).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(
        error.to_string(),
        "find incident: ServiceNow says `Insufficient rights to query records: Field(s) present \
         in the query do not have permission to be read`; check the account's roles, and the \
         ACLs, business rules and data policies of the table"
    );
}

#[tokio::test]
async fn a_refused_password_says_how_basic_authentication_may_be_restricted() {
    let bench = Bench::start().await;
    bench.simulator.behave(|behavior| behavior.restricts_basic_authentication = true);

    let error = bench.service.find(ticket().key).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(
        error.to_string(),
        "find incident: ServiceNow says `User Not Authenticated: Required to provide Auth \
         information`; check user name and password; where they are right, the instance restricts \
         basic authentication: mark the account `Web service access only`, give it the role \
         `snc_basic_auth_api_access`, or use `method: oauth`"
    );
}

#[tokio::test]
async fn a_single_401_is_tried_again() {
    let bench = Bench::start().await;
    bench.server.faults().plant(Fault::status(401, ""));

    let found = bench.service.find(ticket().key).await;

    assert_eq!(found, Ok(vec![]));
}

#[tokio::test]
async fn a_revoked_token_is_renewed_once_for_all_calls() {
    let bench = Bench::with_oauth().await;
    bench.service.create(&ticket()).await.unwrap();
    bench.simulator.revoke_tokens();

    let (first, second) =
        tokio::join!(bench.service.find(ticket().key), bench.service.find(ticket().key));

    assert_eq!((first.unwrap().len(), second.unwrap().len()), (1, 1));
    assert_eq!(bench.simulator.tokens_granted(), 2);
}

#[tokio::test]
async fn a_token_that_is_refused_again_is_not_asked_for_a_third_time() {
    let bench = Bench::with_oauth().await;
    let faults = bench.server.faults();
    bench.service.find(ticket().key).await.unwrap();
    faults.plant(Fault::status(401, ""));
    bench.simulator.behave(|behavior| behavior.refuses_credentials = true);

    let error = bench.service.find(ticket().key).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(
        error.to_string(),
        "request access token: the token endpoint says `server_error: access_denied`; check \
         client id, secret and scope"
    );
}

#[tokio::test]
async fn no_error_shows_a_secret() {
    for bench in [Bench::start().await, Bench::with_oauth().await] {
        bench.simulator.behave(|behavior| behavior.refuses_credentials = true);

        let error = bench.service.create(&ticket()).await.unwrap_err();

        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(ServiceNowSimulator::PASSWORD), "{shown}");
        assert!(!shown.contains(ServiceNowSimulator::CLIENT_SECRET), "{shown}");
    }
}

fn hide_key(behavior: &mut super::super::SimulatedBehavior) {
    deny(&mut behavior.unreadable_columns, "correlation_id");
}
