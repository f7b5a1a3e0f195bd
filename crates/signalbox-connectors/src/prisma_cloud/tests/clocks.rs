//! Clocks that differ: what is read follows the product's own time.

use super::*;

#[tokio::test]
async fn a_hub_whose_clock_is_fast_misses_no_alert() {
    for name in ["alerts", "status_changes"] {
        let bench = Bench::start().await;
        bench.simulator.behave(|behavior| behavior.clock_behind_seconds = 30 * 60);
        let source = bench.source(name);
        let (_, checkpoint) = poll_all(&*source, None).await;

        bench.simulator.advance(Duration::from_secs(60));
        // Opened in this minute, by the product's clock.
        bench.simulator.add_alert(SimulatedAlert::new("P-1", minutes_before_noon(30)));
        let (events, checkpoint) = poll_all(&*source, Some(checkpoint)).await;
        let (again, _) = poll_all(&*source, Some(checkpoint)).await;

        assert_eq!(states(&events), ["P-1 open"], "{name}");
        assert_eq!(states(&again), Vec::<String>::new(), "{name}");
    }
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_and_back_leaves_no_gap() {
    let bench = Bench::start().await;
    let source = bench.source("alerts");
    let (_, checkpoint) = poll_all(&*source, None).await;

    // A resumed machine is a day ahead until its clock is set right: the product's is a day behind it.
    bench.simulator.advance(Duration::from_secs(86_400));
    bench.simulator.behave(|behavior| behavior.clock_behind_seconds = 86_400);
    let (_, checkpoint) = poll_all(&*source, Some(checkpoint)).await;
    bench.simulator.add_alert(SimulatedAlert::new("P-1", minutes_before_noon(-1)));
    let (events, _) = poll_all(&*source, Some(checkpoint)).await;

    assert_eq!(states(&events), ["P-1 open"]);
}

#[tokio::test]
async fn a_checkpoint_from_the_future_is_brought_back_to_the_products_time() {
    let bench = Bench::start().await;
    let source = bench.source("alerts");
    let future = Checkpoint::of(&json!({ "cursor": NOON + 86_400_000 })).unwrap();

    let (_, checkpoint) = poll_all(&*source, Some(future)).await;
    bench.simulator.advance(Duration::from_secs(60));
    bench.simulator.add_alert(SimulatedAlert::new("P-1", minutes_before_noon(-1)));
    let (events, _) = poll_all(&*source, Some(checkpoint)).await;

    assert_eq!(states(&events), ["P-1 open"]);
}
