//! How alerts read, what is cut, and that nothing an alert says acts.

use super::*;

#[tokio::test]
async fn a_card_shows_everything_that_matters() {
    let bench = Bench::bot().await;
    let mut notification = opened();
    notification.rendered.fields = fields(&[
        ("link", "https://console.example/alerts/1?a=1&amp;b=2"),
        ("link_text", "Open in the console"),
        ("Team", "Blue&lowbar;2"),
    ]);

    bench.receipt(&notification).await;

    let id = notification.alert.id;
    let text = |text: &str| json!({"type": "mrkdwn", "text": text, "verbatim": true});
    let plain = |text: &str| json!({"type": "plain_text", "text": text, "emoji": false});
    assert_eq!(
        bench.simulator.messages()[0].blocks,
        json!([
            {"type": "header", "text": plain("🔴 [SOC] Many failed logins")},
            {"type": "section", "text": plain("41 failures in a minute")},
            {"type": "section", "fields": [
                text("*Severity*\n`Critical`"),
                text("*Status*\n`open`"),
                text("*Rule*\n`brute-force`"),
                text("*Source*\n`edr`"),
                text("*Resource*\n`host db01 (host-7)`"),
                text("*MITRE ATT&amp;CK*\n`T1110, T1078`"),
                text("*First seen*\n`2026-03-01 12:00:00Z`"),
                text("*Last seen*\n`2026-03-01 12:00:00Z`"),
                text("*Seen*\n`1 times`"),
            ]},
            {"type": "section", "fields": [text("*Team*\n`Blue_2`")]},
            {"type": "actions", "elements": [{
                "type": "button",
                "text": plain("Open in the console"),
                "url": "https://console.example/alerts/1?a=1&b=2",
                "action_id": "link",
            }]},
            {"type": "context", "elements": [text(&format!("Alert `{id}`"))]},
        ])
    );
}

#[tokio::test]
async fn a_template_may_format_and_its_values_stay_as_they_are() {
    let bench = Bench::bot().await;
    let value = bench.destination.escape("*.exe <!channel> & `id`").into_owned();

    bench.receipt(&saying(&format!("*Command:* {value}"))).await;

    assert_eq!(
        bench.simulator.messages()[0].blocks[1]["text"],
        json!({
            "type": "mrkdwn",
            "text": "*Command:* ∗.exe &lt;!channel&gt; &amp; ˋidˋ",
            "verbatim": true,
        })
    );
}

#[tokio::test]
async fn mentions_of_a_template_ping_only_where_they_are_allowed() {
    for (mentions, expected) in [(false, "&lt;!here&gt; look"), (true, "<!here> look")] {
        let bench = Bench::bot_with(json!({"mentions": mentions})).await;

        bench.receipt(&saying("<!here> look")).await;

        let message = &bench.simulator.messages()[0];
        assert_eq!(message.blocks[1]["text"]["text"], expected);
        assert!(message.text.contains("\n&lt;!here&gt; look\n"), "{}", message.text);
    }
}

#[tokio::test]
async fn nothing_that_an_alert_says_acts_in_any_step_or_place() {
    for bench in [Bench::bot().await, Bench::webhook().await] {
        let escape = |text: &str| bench.destination.escape(text).into_owned();
        let hostile = |step: fn(Option<Receipt>) -> Notification, receipt| {
            let mut notification = step(receipt);
            let alert = &mut notification.alert;
            alert.title = HOSTILE.to_owned();
            alert.techniques = vec![HOSTILE.to_owned()];
            let text = Some(HOSTILE.to_owned());
            alert.resource =
                Some(AlertResource { uid: HOSTILE.into(), name: text.clone(), kind: text });
            notification.rendered = Rendered {
                title: escape(HOSTILE),
                body: format!("*Finding:* {}", escape(HOSTILE)),
                fields: fields(&[("Note", &escape(HOSTILE)), ("link", &escape(HOSTILE))]),
            };
            notification
        };
        let receipt = bench.receipt(&hostile(|_| opened(), None)).await;
        bench.receipt(&hostile(updated, receipt.clone())).await;
        bench.receipt(&hostile(resolved, receipt)).await;

        for message in bench.simulator.messages() {
            assert_inert(&message.text);
            let parsed: Vec<_> = mrkdwn(&message.blocks);
            assert!(!parsed.is_empty());
            parsed.iter().for_each(|text| assert_inert(text));
            let all = format!("{}{}", message.text, message.blocks);
            assert!(!all.contains(['\u{202e}', '\u{200b}', '\u{7}']), "{all}");
            assert!(!all.contains(r#""type":"actions""#), "{all}");
        }
    }
}

#[tokio::test]
async fn values_that_a_failed_template_left_unescaped_ping_nobody() {
    let bench = Bench::bot().await;

    bench.receipt(&saying(HOSTILE)).await;

    for text in mrkdwn(&bench.simulator.messages()[0].blocks) {
        assert!(!text.contains("<!") && !text.contains("<@") && !text.contains("<#"), "{text}");
    }
}

#[tokio::test]
async fn a_megabyte_is_cut_to_what_slack_takes() {
    let bench = Bench::bot().await;
    for unit in ["x", "&", "<", "😀", "*a* ", "`", "{{ alert.id }}", "a\n"] {
        let open = huge(&bench, unit);

        let receipt = bench.receipt(&open).await;
        bench.receipt(&Notification { step: StepKind::Update(1), receipt, ..open }).await;
    }

    // Messages that were refused would have been sent in words.
    let messages = bench.simulator.messages();
    assert_eq!(messages.len(), 16);
    assert!(messages.iter().all(|message| message.blocks.is_array()));
    assert!(messages.iter().all(|message| message.text.encode_utf16().count() <= 3000));
    let mut cards = messages.iter().filter(|message| message.thread_ts.is_none());
    assert!(cards.all(|card| card.text.ends_with("\nSeverity: Critical")));
}

#[tokio::test]
async fn what_is_cut_says_so_and_what_just_fits_is_whole() {
    let bench = Bench::bot().await;
    for (count, end) in [(3000, "x"), (3001, "…")] {
        bench.receipt(&saying(&"x".repeat(count))).await;

        let text = &bench.simulator.messages().pop().unwrap().blocks[1]["text"]["text"];
        let text = text.as_str().unwrap();
        assert_eq!((text.chars().count(), text.ends_with(end)), (3000, true));
    }
}

#[tokio::test]
async fn an_alert_with_hardly_anything_to_say_is_a_good_message_too() {
    let bench = Bench::bot().await;
    let mut notification = opened();
    notification.rendered = Rendered::default();
    notification.alert.resource = None;
    notification.alert.techniques.clear();
    notification.alert.severity = Severity::Unknown;

    bench.receipt(&notification).await;

    let message = &bench.simulator.messages()[0];
    assert_eq!(header(&message.blocks), "⚪ Many failed logins");
    assert_eq!(message.text, "⚪ Many failed logins\nSeverity: Unknown");
}

#[tokio::test]
async fn a_title_stands_as_the_template_has_it_and_the_severity_is_said_all_the_same() {
    for title in ["[SOC Alert] Critical: Many failed logins (db01)", "Look at db01"] {
        let bench = Bench::bot().await;
        let mut notification = opened();
        notification.rendered.title = title.to_owned();

        bench.receipt(&notification).await;

        let message = &bench.simulator.messages()[0];
        let first_fact = &message.blocks[2]["fields"][0]["text"];
        let words = format!("🔴 {title}\n41 failures in a minute\nSeverity: Critical");
        assert_eq!(header(&message.blocks), format!("🔴 {title}"));
        assert_eq!((first_fact, &message.text), (&json!("*Severity*\n`Critical`"), &words));
    }
}

#[tokio::test]
async fn an_address_that_no_button_can_open_is_left_out() {
    for link in ["javascript:alert(1)", "/alerts/1", "", &format!("https://x/{}", "a".repeat(3000))]
    {
        let bench = Bench::bot().await;
        let mut notification = opened();
        notification.rendered.fields = fields(&[("link", link)]);

        bench.receipt(&notification).await;

        let blocks = bench.simulator.messages()[0].blocks.to_string();
        assert!(!blocks.contains("actions"), "{blocks}");
    }
}

#[tokio::test]
async fn requests_ask_slack_to_look_for_nothing_by_itself() {
    let bench = Bench::bot().await;
    let receipt = bench.receipt(&opened()).await;
    bench.receipt(&updated(receipt)).await;

    for request in bench.simulator.requests() {
        assert_eq!(
            (&request.body["parse"], &request.body["link_names"]),
            (&json!("none"), &json!(false))
        );
        if request.method == "chat.postMessage" {
            assert_eq!(request.body["unfurl_links"], false);
            assert_eq!(request.body["unfurl_media"], false);
        }
    }
}

const HOSTILE: &str = "<!channel> <!here> <@U012AB3CD> <#C012AB3CD> <!subteam^S012AB3CD> \
                       <https://evil.example|Sign in> & *bold* _it_ ~gone~ `code`\n> quote \
                       {{ alert.id }} {% raw %} :fire: @channel \u{202e}abc\u{200b}\u{7}";

/// An alert of which every text, and every field of its template, is a megabyte of `unit`.
fn huge(bench: &Bench, unit: &str) -> Notification {
    let text = unit.repeat((1 << 20) / unit.len());
    let escaped = bench.destination.escape(&text).into_owned();
    let mut notification = opened();
    let alert = &mut notification.alert;
    alert.title = text.clone();
    alert.techniques = vec![text.clone()];
    alert.resource =
        Some(AlertResource { uid: text.clone(), name: Some(text.clone()), kind: Some(text) });
    notification.rendered = Rendered {
        title: escaped.clone(),
        body: format!("*{escaped}"),
        fields: (0..12).map(|n| (format!("{n}{}", unit.repeat(100)), escaped.clone())).collect(),
    };
    notification
}

/// Every text that Slack reads for formatting.
fn mrkdwn(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(mrkdwn).collect(),
        Value::Object(fields) if fields.get("type") == Some(&json!("mrkdwn")) => {
            assert_eq!(fields["verbatim"], true);
            vec![fields["text"].as_str().unwrap().to_owned()]
        }
        Value::Object(fields) => fields.values().flat_map(mrkdwn).collect(),
        _ => Vec::new(),
    }
}

fn assert_inert(text: &str) {
    assert!(!text.contains(['<', '>']), "{text}");
    let rest = ["&amp;", "&lt;", "&gt;"].iter().fold(text.to_owned(), |t, e| t.replace(e, ""));
    assert!(!rest.contains('&'), "{text}");
}

fn fields(pairs: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
