//! Cases in which the vendor is well.

use super::super::proof::{Proof, ensure, failed};
use super::line::Line;

/// A finding becomes one delivery, and arrives.
pub(super) async fn happy_path(line: &Line) -> Proof {
    let delivery = line.raise("happy", "A finding", "What was seen.").await?;
    line.arrives_once(&delivery).await?;
    Ok("a finding was posted to the hub; the vendor holds it once, under the delivery's key".into())
}

/// A text far longer than any product shows arrives, if need be cut.
pub(super) async fn large_payload(line: &Line) -> Proof {
    let detail = "A long story. ".repeat(DETAIL_BYTES / 14);
    let delivery = line.raise("large", "A large finding", &detail).await?;
    line.arrives_once(&delivery).await?;
    let many = FINDINGS;
    let mut deliveries = Vec::new();
    for number in 0..many {
        deliveries.push(
            line.raise(&format!("one-of-{number}"), "One of many", "It came with others.").await?,
        );
    }
    for delivery in &deliveries {
        line.arrives_once(delivery).await?;
    }
    Ok(format!(
        "a finding with a text of {} kB arrived once, and {many} more behind it",
        DETAIL_BYTES >> 10
    ))
}

/// The same finding twice is one alert and one delivery.
pub(super) async fn duplicate(line: &Line) -> Proof {
    let delivery = line.raise("same", "The same finding", "It is told twice.").await?;
    line.post("same", "The same finding", "It is told twice.").await?;
    line.arrives_once(&delivery).await?;
    let another = line.raise("other", "Another finding", "It is behind the repeat.").await?;
    line.arrives_once(&another).await?;
    let steps = line.steps().await?.len();
    ensure(steps == 2, || {
        format!("two findings, one of them told twice, made {steps} deliveries")
    })?;
    Ok("a finding was posted twice: one delivery, held once".into())
}

/// What a text says is shown, and nothing of it is acted upon.
pub(super) async fn hostile_text(line: &Line) -> Proof {
    let delivery = line.raise("hostile", HOSTILE, HOSTILE).await?;
    line.arrives_once(&delivery).await?;
    let behind = line.raise("behind", "A finding behind it", "It is not hurt.").await?;
    line.arrives_once(&behind).await?;
    let Some(held) = line.held(&delivery).into_iter().next() else { return failed("it is gone") };
    ensure(held.text.contains("plain words"), || {
        format!("its plain words are lost: {}", held.text)
    })?;
    ensure(!held.text.contains(CALCULATED), || "the template in the text was executed".to_owned())?;
    let inert = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    let character = held.text.chars().find(|c| !inert(*c) || BIDIRECTIONAL.contains(c));
    ensure(character.is_none(), || format!("{character:?} arrived as it was sent"))?;
    let live = line.vendor.live_forms().iter().find(|form| held.text.contains(**form));
    ensure(live.is_none(), || {
        format!("`{}` arrived as it was sent", live.copied().unwrap_or_default())
    })?;
    Ok("a title with control and bidi characters, a mention, markup, a formula and a template arrived as \
        words; what came behind it is whole"
        .into())
}

const DETAIL_BYTES: usize = 200 << 10;
const FINDINGS: usize = 10;

const HOSTILE: &str = "plain words \u{202e}gpj.exe \u{7} \u{1b}[31m <!channel> <script>alert(1)</script> \
                       [code]x[/code] =cmd()|'!A1 {{ 7777 * 3 }} \r\nX-Injected: yes\r\n{\"data\":1}";

/// What the template in the text would come to.
const CALCULATED: &str = "23331";

/// Characters that turn the direction of what follows.
const BIDIRECTIONAL: [char; 9] = [
    '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}',
    '\u{2069}',
];
