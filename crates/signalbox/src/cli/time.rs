//! Times as people write and read them.

use serde_json::Value;
use signalbox_model::config::HumanDuration;
use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, SystemClock};

/// Reads a time, or an age before now.
pub(super) fn time_or_age(text: &str) -> Result<Timestamp, String> {
    if let Ok(age) = text.parse::<HumanDuration>() {
        let age = i64::try_from(age.as_duration().as_millis()).unwrap_or(i64::MAX);
        return Ok(Timestamp::from_millis(SystemClock.now().as_millis().saturating_sub(age)));
    }
    Timestamp::parse(text).map_err(|error| format!("{error}, or an age such as `2h`"))
}

/// Returns a time of a result to the second, which is what a list has room for; nothing where there is none.
pub(super) fn second(time: &Value) -> String {
    let Some(at) = time.as_i64().map(Timestamp::from_millis) else { return String::new() };
    let text = at.to_string();
    text.split_once('.').map(|(second, _)| format!("{second}Z")).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_is_a_time_or_an_age() {
        assert_eq!(time_or_age("1970-01-02"), Ok(Timestamp::from_millis(86_400_000)));
        let hour_ago = time_or_age("1h").unwrap();
        assert_eq!(SystemClock.now().since(hour_ago).as_secs() / 10, 360);
        assert!(time_or_age("lately").unwrap_err().ends_with("or an age such as `2h`"));
    }

    #[test]
    fn a_time_is_shown_to_the_second_and_none_as_nothing() {
        let shown = [Value::from(86_400_123), Value::Null].map(|time| second(&time));

        assert_eq!(shown, ["1970-01-02T00:00:00Z", ""]);
    }
}
