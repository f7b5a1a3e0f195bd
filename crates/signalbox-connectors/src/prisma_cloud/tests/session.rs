//! Tokens: none ever ends under way, and one that is refused all the same costs one call.

use super::*;
use signalbox_model::ErrorKind;
use signalbox_model::secret::SecretRef;

#[tokio::test]
async fn a_ten_minute_token_never_ends_in_hours_of_polling() {
    let bench = Bench::start().await;
    let sources = ["alerts", "status_changes"].map(|name| bench.source(name));
    let mut checkpoints = [None, None];

    for _ in 0..8 * 60 {
        for (source, checkpoint) in sources.iter().zip(&mut checkpoints) {
            *checkpoint = Some(poll_all(&**source, checkpoint.take()).await.1);
        }
        bench.simulator.advance(Duration::from_secs(60));
    }

    let summary = bench.simulator.summary();
    assert_eq!((summary.unauthorized, summary.logins), (0, 1));
    // Every five minutes of eight hours but the first.
    assert_eq!(summary.extensions, 95);
}

#[tokio::test]
async fn a_token_that_cannot_be_extended_is_replaced_by_a_login() {
    let bench = Bench::start().await;
    bench.simulator.behave(|behavior| behavior.refuses_extension = true);
    bench.client.authenticate().await.unwrap();

    bench.simulator.advance(Duration::from_secs(300));
    bench.client.authenticate().await.unwrap();

    assert_eq!(bench.simulator.summary().logins, 2);
}

#[tokio::test]
async fn a_token_that_is_too_old_to_be_extended_is_not_tried() {
    let bench = Bench::start().await;
    bench.client.authenticate().await.unwrap();

    bench.simulator.advance(Duration::from_secs(3600));
    bench.client.get_alert_rules().await.unwrap();

    let summary = bench.simulator.summary();
    assert_eq!((summary.logins, summary.extensions, summary.unauthorized), (2, 0, 0));
}

#[tokio::test]
async fn a_token_that_ends_in_mid_paging_is_renewed_and_the_same_page_asked_again() {
    let bench = Bench::with(|config| config.alerts.page_size = 2).await;
    bench.add_alerts(5);
    let source = bench.source("alerts");
    let first = source.poll(None).await.unwrap();

    bench.simulator.revoke_tokens();
    let (rest, _) = poll_all(&*source, Some(first.checkpoint)).await;

    assert_eq!(states(&rest), ["P-3 open", "P-4 open", "P-5 open"]);
    let summary = bench.simulator.summary();
    assert_eq!((summary.unauthorized, summary.logins, summary.alert_pages), (1, 2, 3));
}

#[tokio::test]
async fn all_calls_in_flight_share_one_login() {
    let bench = Bench::start().await;

    let calls = (bench.client.get_alert_rules(), bench.client.get_compliance_posture());
    let (rules, posture) = tokio::join!(calls.0, calls.1);

    assert!(rules.is_ok() && posture.is_ok());
    assert_eq!(bench.simulator.summary().logins, 1);
}

#[tokio::test]
async fn a_key_that_is_refused_is_unauthorized_and_tried_once() {
    let bench = Bench::start().await;
    bench.simulator.behave(|behavior| behavior.refuses_keys = true);

    let error = bench.source("alerts").poll(None).await.unwrap_err();

    assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthorized, Some(401)));
    assert_eq!(
        error.to_string(),
        "log in to Prisma Cloud: the product says `invalid_credentials` (request \
         `5f7c1a0e-0004-4000-8000-000000000001`); check `access_key` and `secret_key`, whether the \
         key is active and not expired, and `url`: every stack has an API of its own"
    );
    assert_eq!(bench.simulator.summary().unauthorized, 1);
}

#[tokio::test]
async fn a_key_that_cannot_be_read_is_said_without_a_call() {
    let absent = SecretRef::Environment("ABSENT".to_owned());
    let bench = Bench::with(|config| config.secret_key = Some(absent)).await;

    let error = bench.client.login().await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(error.to_string().contains("secret key: environment variable `ABSENT`"), "{error}");
    assert_eq!(bench.simulator.summary(), Default::default());
}

#[tokio::test]
async fn logging_in_tells_the_tenants_of_the_user() {
    let bench = Bench::start().await;

    let answer = bench.client.login().await.unwrap();

    assert_eq!(answer.customer_names[0].prisma_id, "8001");
    assert!(!format!("{answer:?}").contains(answer.token.unwrap().expose()));
}
