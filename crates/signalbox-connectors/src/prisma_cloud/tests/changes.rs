//! Dismissing alerts and opening them again.

use super::*;
use signalbox_model::ErrorKind;

#[tokio::test]
async fn an_alert_is_dismissed_snoozed_and_opened_again() {
    let bench = Bench::start().await;
    bench.add_alerts(2);

    bench.client.dismiss_alerts(&["P-1"], "accepted", None).await.unwrap();
    let tomorrow = minutes_before_noon(-24 * 60);
    bench.client.dismiss_alerts(&["P-2"], "later", Some(tomorrow)).await.unwrap();
    let statuses = || bench.simulator.alerts().into_iter().map(|a| a.status).collect::<Vec<_>>();

    assert_eq!(statuses(), ["dismissed", "snoozed"]);
    bench.client.reopen_alerts(&["P-1", "P-2"]).await.unwrap();
    assert_eq!(statuses(), ["open", "open"]);
}

#[tokio::test]
async fn no_alert_in_particular_is_refused_without_a_call() {
    let bench = Bench::start().await;
    bench.add_alerts(2);

    let dismissed = bench.client.dismiss_alerts(&[], "everything", None).await.unwrap_err();
    let reopened = bench.client.reopen_alerts(&[]).await.unwrap_err();

    assert_eq!((dismissed.kind(), reopened.kind()), (ErrorKind::Rejected, ErrorKind::Rejected));
    assert!(bench.simulator.alerts().iter().all(|alert| alert.status == "open"));
    assert_eq!(bench.simulator.summary().logins, 0);
}

#[tokio::test]
async fn an_alert_that_is_not_open_any_more_is_done() {
    let bench = Bench::start().await;
    bench.add_alerts(1);

    bench.client.dismiss_alerts(&["P-1"], "accepted", None).await.unwrap();

    assert_eq!(bench.client.dismiss_alerts(&["P-1"], "accepted", None).await, Ok(()));
}

#[tokio::test]
async fn one_alert_is_read_in_full() {
    let bench = Bench::start().await;
    bench.add_alerts(1);

    let alert: Value =
        serde_json::from_slice(&bench.client.get_alert("P-1").await.unwrap()).unwrap();
    let absent = bench.client.get_alert("P-2").await.unwrap_err();
    let odd = bench.client.get_alert("../login").await.unwrap_err();

    assert_eq!(alert["policy"]["severity"], "high");
    assert_eq!((absent.kind(), absent.status()), (ErrorKind::Rejected, Some(404)));
    assert_eq!(odd.to_string(), "read alert: `../login` is no id of the product");
}
