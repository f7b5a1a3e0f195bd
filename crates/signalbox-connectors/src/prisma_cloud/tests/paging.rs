//! Pages: where they end, and what may go wrong between two of them.

use super::*;

/// A tenant of seven alerts, read by two.
async fn seven_by_two() -> Bench {
    let bench = Bench::with(|config| config.alerts.page_size = 2).await;
    bench.add_alerts(7);
    bench
}

fn all_seven() -> BTreeSet<String> {
    (1..=7).map(|number| format!("P-{number} open")).collect()
}

#[tokio::test]
async fn paging_stops_on_the_last_page_though_a_token_is_given() {
    let bench = seven_by_two().await;

    let (events, _) = poll_all(&*bench.source("alerts"), None).await;

    assert_eq!(events.len(), 7);
    assert_eq!(bench.simulator.summary().alert_pages, 4);
}

#[tokio::test]
async fn a_page_token_goes_alone() {
    let bench = seven_by_two().await;
    let source = bench.source("alerts");
    let first = source.poll(None).await.unwrap();

    source.poll(Some(&first.checkpoint)).await.unwrap();

    let body = bench.simulator.last_alert_query();
    assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["pageToken"]);
}

#[tokio::test]
async fn a_token_of_43_kb_fits_into_the_checkpoint() {
    let bench = seven_by_two().await;
    bench.simulator.behave(|behavior| behavior.page_token_bytes = 43 * 1024);

    let (events, _) = poll_all(&*bench.source("alerts"), None).await;

    assert_eq!(states(&events).into_iter().collect::<BTreeSet<_>>(), all_seven());
    assert_eq!(bench.simulator.summary().alert_pages, 4);
}

#[tokio::test]
async fn a_token_that_fits_nowhere_is_done_without() {
    let bench = seven_by_two().await;
    bench.simulator.behave(|behavior| behavior.page_token_bytes = 100 * 1024);

    let (events, _) = poll_all(&*bench.source("alerts"), None).await;

    assert_eq!(states(&events).len(), 7);
    assert_eq!(states(&events).into_iter().collect::<BTreeSet<_>>(), all_seven());
}

#[tokio::test]
async fn a_window_is_continued_by_another_process() {
    let bench = seven_by_two().await;
    let first = bench.source("alerts").poll(None).await.unwrap();
    let stored = Checkpoint::stored(first.checkpoint.as_bytes().clone());

    let mut config = bench.simulator.config(bench.server.address());
    config.alerts.page_size = 2;
    let roles = crate::prisma_cloud::roles(config, &bench.simulator.context()).unwrap();
    let source = roles.sources.iter().find(|source| source.name() == "alerts").unwrap();
    let (rest, _) = poll_all(&**source, Some(stored)).await;

    assert_eq!(states(&first.events), ["P-1 open", "P-2 open"]);
    assert_eq!(states(&rest), ["P-3 open", "P-4 open", "P-5 open", "P-6 open", "P-7 open"]);
    assert_eq!(bench.simulator.summary().alert_pages, 4);
}

#[tokio::test]
async fn a_token_that_is_not_taken_any_more_begins_the_window_again_without_loss() {
    for name in ["alerts", "status_changes"] {
        let bench = seven_by_two().await;
        let source = bench.source(name);
        let first = source.poll(None).await.unwrap();

        bench.simulator.behave(|behavior| behavior.forgets_page_tokens = true);
        bench.simulator.revoke_tokens();
        let (rest, _) = poll_all(&*source, Some(first.checkpoint)).await;

        let all = [states(&first.events), states(&rest)].concat();
        assert_eq!(all.len(), 7, "{name}");
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), all_seven(), "{name}");
    }
}

#[tokio::test]
async fn alerts_that_leave_the_window_shift_nothing_out_of_it() {
    for name in ["alerts", "status_changes"] {
        let bench = seven_by_two().await;
        let source = bench.source(name);
        let first = source.poll(None).await.unwrap();

        // Opened again, it is the last and not the first: the third alert is now the second.
        bench.simulator.advance(Duration::from_secs(60));
        bench.simulator.change_alert("P-1", |alert| alert.reopen(minutes_before_noon(-1)));
        let (rest, checkpoint) = poll_all(&*source, Some(first.checkpoint)).await;
        let (later, _) = poll_all(&*source, Some(checkpoint)).await;

        assert_eq!(states(&rest).len(), 5, "{name}");
        assert_eq!(states(&rest)[0], "P-4 open", "{name}");
        assert!(states(&rest).contains(&"P-3 open".to_owned()), "{name}");
        assert_eq!(states(&later), ["P-1 open"], "{name}");
    }
}

#[tokio::test]
async fn a_page_that_comes_twice_is_handed_on_once() {
    let bench = seven_by_two().await;
    let source = bench.source("alerts");
    let first = source.poll(None).await.unwrap();

    // An alert that shows late pushes the others down: the next page begins with one of the first.
    bench.simulator.add_alert(SimulatedAlert::new("P-0", minutes_before_noon(30)));
    let second = source.poll(Some(&first.checkpoint)).await.unwrap();

    assert_eq!(states(&second.events), ["P-3 open"]);
}

#[tokio::test]
async fn pages_that_are_empty_before_their_time_are_asked_for_again_and_not_for_ever() {
    let bench = seven_by_two().await;
    bench.simulator.behave(|behavior| behavior.shown_max = Some(3));
    let source = bench.source("alerts");

    let (shown, checkpoint) = poll_all(&*source, None).await;
    bench.simulator.behave(|behavior| behavior.shown_max = None);
    let (rest, _) = poll_all(&*source, Some(checkpoint)).await;

    let all: BTreeSet<_> = states(&shown).into_iter().chain(states(&rest)).collect();
    assert_eq!(all, all_seven());
}

#[tokio::test]
async fn a_token_that_fits_nowhere_stops_what_no_time_leads_on_and_loses_nothing() {
    let bench = seven_by_two().await;
    bench.simulator.behave(|behavior| behavior.page_token_bytes = 100 * 1024);
    let source = bench.source("status_changes");

    let (mut checkpoint, mut told) = (None, Vec::new());
    let error = loop {
        match source.poll(checkpoint.as_ref()).await {
            Ok(page) => {
                told.extend(states(&page.events));
                checkpoint = Some(page.checkpoint);
            }
            Err(error) => break error,
        }
    };
    bench.simulator.behave(|behavior| behavior.page_token_bytes = 0);
    let (rest, _) = poll_all(&*source, checkpoint).await;

    assert_eq!(error.kind(), signalbox_model::ErrorKind::Malformed);
    told.extend(states(&rest));
    assert_eq!(told.len(), 7);
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), all_seven());
}

#[tokio::test]
async fn a_page_without_a_total_is_not_the_last() {
    for name in ["alerts", "status_changes"] {
        let bench = seven_by_two().await;
        bench.simulator.behave(|behavior| behavior.omits_totals = true);

        let (events, _) = poll_all(&*bench.source(name), None).await;

        assert_eq!(states(&events).into_iter().collect::<BTreeSet<_>>(), all_seven(), "{name}");
    }
}

#[tokio::test]
async fn a_token_that_breaks_the_product_is_given_up_after_some_tries() {
    for name in ["alerts", "status_changes"] {
        let bench = seven_by_two().await;
        let source = bench.source(name);
        let first = source.poll(None).await.unwrap();

        bench.simulator.behave(|behavior| {
            behavior.forgets_page_tokens = true;
            behavior.breaks_on_page_tokens = true;
        });
        bench.simulator.revoke_tokens();
        for _ in 0..3 {
            let error = source.poll(Some(&first.checkpoint)).await.unwrap_err();
            assert_eq!(error.kind(), signalbox_model::ErrorKind::Unavailable, "{name}");
        }
        let (rest, _) = poll_all(&*source, Some(first.checkpoint)).await;

        let all = [states(&first.events), states(&rest)].concat();
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), all_seven(), "{name}");
    }
}

#[tokio::test]
async fn a_token_refused_for_ever_is_not_asked_for_ever() {
    let bench = seven_by_two().await;
    let source = bench.source("status_changes");
    let (mut checkpoint, mut told) = (None, Vec::new());

    // Whatever token it gives, the product takes it only while nobody logs in anew.
    bench.simulator.behave(|behavior| behavior.forgets_page_tokens = true);
    let mut failures = 0;
    while failures == 0 {
        match source.poll(checkpoint.as_ref()).await {
            Ok(page) => {
                told.extend(states(&page.events));
                checkpoint = Some(page.checkpoint);
            }
            Err(_) => failures += 1,
        }
        bench.simulator.revoke_tokens();
    }
    bench.simulator.behave(|behavior| behavior.forgets_page_tokens = false);
    bench.simulator.behave(|behavior| behavior.page_token_bytes = 0);
    let (rest, _) = poll_all(&*source, checkpoint).await;

    told.extend(states(&rest));
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), all_seven());
}

#[tokio::test]
async fn an_alert_missed_because_one_left_and_one_came_is_found_in_the_overlap() {
    let bench = seven_by_two().await;
    let source = bench.source("alerts");
    let first = source.poll(None).await.unwrap();

    // As many as before, and yet the third is now the second.
    bench.simulator.advance(Duration::from_secs(60));
    bench.simulator.change_alert("P-1", |alert| alert.reopen(minutes_before_noon(-1)));
    bench.simulator.add_alert(SimulatedAlert::new("P-8", minutes_before_noon(0)));
    let (rest, checkpoint) = poll_all(&*source, Some(first.checkpoint)).await;
    let (later, _) = poll_all(&*source, Some(checkpoint)).await;

    assert_eq!(states(&rest), ["P-4 open", "P-5 open", "P-6 open", "P-7 open", "P-8 open"]);
    assert_eq!(states(&later), ["P-3 open", "P-1 open"]);
}
