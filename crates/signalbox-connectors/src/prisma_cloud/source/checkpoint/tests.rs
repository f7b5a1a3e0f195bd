//! What fits into a checkpoint, and where the cursor goes.

use super::*;

#[test]
fn a_checkpoint_full_of_states_and_a_huge_token_still_fits() {
    let mut state = State::beginning(Timestamp::from_millis(1_772_366_400_000));
    let mut window = state.window(Timestamp::from_millis(1_772_400_000_000));
    window.token = Some(PageToken("x".repeat(43 * 1024)));
    for number in 0..9000 {
        let time = Timestamp::from_millis(1_772_400_000_000 + number * 1000);
        assert!(state.is_news(&format!("P-{number} open 1772366400000"), time));
    }

    state.put_back(window, Progress::More);

    assert!(Checkpoint::of(&state).is_ok());
    let time = Timestamp::from_millis(1_772_400_000_000);
    assert!(!state.is_news("P-8999 open 1772366400000", time));
    assert!(state.is_news("P-0 open 1772366400000", time));
}

#[test]
fn beginning_again_at_the_same_place_never_helps_after_a_few_times() {
    let mut state = State::beginning(Timestamp::from_millis(1_772_366_400_000));
    let mut window = state.window(Timestamp::from_millis(1_772_400_000_000));
    let start = window.start;

    let helped = (0..600).filter(|_| window.begin_again(start, AlertTime::Opened)).count();

    assert_eq!((helped, window.restarts), (3, u8::MAX));
}

#[test]
fn the_cursor_follows_the_products_time_and_what_it_showed() {
    let [start, date, newest, now] =
        [0, 7_200_000, 7_201_000, 9_000_000].map(Timestamp::from_millis);
    for (shown, cursor) in [(None, date), (Some(newest), newest)] {
        let mut state = State::beginning(start);
        let mut window = state.window(now);
        window.date(date, shown);
        window.date(now, None);

        state.put_back(window, Progress::Done);

        assert_eq!(state.cursor, cursor);
    }
}
