//! Which configurations are taken, and what is said of the others.

use super::*;

#[tokio::test]
async fn exactly_one_way_in_is_taken() {
    let both = json!({"webhook_url": "env:W", "token": "env:T", "channel": "C012AB3CD"});

    assert_eq!(pointers(json!({})).await, [""]);
    assert_eq!(pointers(both).await, ["/webhook_url"]);
    assert_eq!(pointers(json!({"webhook_url": "env:W"})).await, [""; 0]);
    assert_eq!(pointers(json!({"token": "env:T", "channel": "C012AB3CD"})).await, [""; 0]);
}

#[tokio::test]
async fn what_belongs_to_the_other_way_is_a_mistake() {
    let config = json!({
        "webhook_url": "env:W", "channel": "C012AB3CD", "api_url": "https://slack.com/api",
    });

    assert_eq!(pointers(config).await, ["/channel", "/api_url"]);
    assert_eq!(pointers(json!({"token": "env:T"})).await, ["/channel"]);
}

#[tokio::test]
async fn a_channel_is_an_id_or_a_name_with_its_sign() {
    for good in ["C012AB3CD", "G012AB3CD", "D012AB3CD", "#soc-alerts", "#警報"] {
        assert_eq!(pointers(bot(good)).await, [""; 0], "{good}");
    }
    for bad in ["soc-alerts", "U012AB3CD", "c012ab3cd", "CHAT", "#", "#Soc", "#a b", ""] {
        assert_eq!(pointers(bot(bad)).await, ["/channel"], "{bad}");
    }
}

#[tokio::test]
async fn a_ca_file_that_is_not_there_is_told_at_its_place() {
    let mut config = bot("C012AB3CD");
    config["ca"] = "/nonexistent/ca.pem".into();

    assert_eq!(pointers(config).await, ["/ca"]);
}

fn bot(channel: &str) -> Value {
    json!({"token": "env:T", "channel": channel})
}

async fn pointers(config: Value) -> Vec<String> {
    let server = Server::start(SlackSimulator::default().router(), 0).await.unwrap();
    let mistakes = (CONNECTOR.build)(config, &context(&server)).err().unwrap_or_default();
    mistakes.into_iter().map(|mistake| mistake.pointer).collect()
}
