//! Events of a stream that somebody led to a channel: lines, many in one message.

use super::*;
use signalbox_model::ErrorKind;
use signalbox_sdk::role::EventItem;
use signalbox_sdk::testkit::Fault;

#[tokio::test]
async fn events_are_lines_of_one_message() {
    for bench in [Bench::bot().await, Bench::webhook().await] {
        let batch = batch(
            &bench,
            &[
                r#"{"severity_id":4,"finding_info":{"title":"Many <!channel>\nlogins"}}"#,
                r#"{"severity_id":1,"message":"door opened"}"#,
                r#"{"class_name":"Process Activity"}"#,
                "{}",
            ],
        );

        let outcomes = bench.destination.deliver(&batch).await;

        assert_eq!(outcomes, vec![Outcome::Done(None); 4]);
        let [message] = &bench.simulator.messages()[..] else { panic!("not one") };
        assert_eq!(
            message.text,
            "2026-03-01T12:00:00.000Z 🟠 edr Many &lt;!channel&gt; logins\n\
             2026-03-01T12:00:00.000Z ⚪ edr door opened\n\
             2026-03-01T12:00:00.000Z ⚪ edr Process Activity\n\
             2026-03-01T12:00:00.000Z ⚪ edr event without a message"
        );
    }
}

#[tokio::test]
async fn a_full_batch_of_long_events_fits_into_one_message() {
    let bench = Bench::bot().await;
    let event = json!({"message": "x".repeat(5000)}).to_string();
    let events = vec![event.as_str(); bench.destination.limits().events_max];

    bench.destination.deliver(&batch(&bench, &events)).await;

    let text = &bench.simulator.messages()[0].text;
    assert_eq!(text.lines().count(), events.len());
    assert!(text.chars().count() <= 3000);
}

#[tokio::test]
async fn a_batch_is_taken_whole_or_not_at_all() {
    let bench = Bench::bot().await;
    let batch = batch(&bench, &["{}", "{}"]);
    bench.server.faults().plant(Fault::status(500, ""));

    let outcomes = bench.destination.deliver(&batch).await;

    let kinds = outcomes.iter().map(|outcome| match outcome {
        Outcome::Failed(error) => error.kind(),
        other => panic!("{other:?}"),
    });
    assert_eq!(kinds.collect::<Vec<_>>(), [ErrorKind::Unavailable; 2]);
}

fn batch(bench: &Bench, events: &[&str]) -> Batch {
    let (mut body, mut ends) = (Vec::new(), Vec::new());
    for json in events {
        let event = EventItem { json: json.as_bytes(), time: NOON, source: "edr" };
        bench.destination.encode(&Item::Event(event), &mut body).unwrap();
        ends.push(body.len());
    }
    Batch { id: "batch-1".to_owned(), body: body.into(), ends }
}
