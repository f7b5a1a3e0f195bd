//! What may act in an incident, and how it is kept from acting.
//!
//! Journal columns show what stands between `[code]` and `[/code]` as HTML, everything else as it is. So a
//! value from outside cannot write either tag; and where a template writes them, the values between them
//! are text there, not HTML. The template engine does not know where it prints: [`escape`] writes what
//! HTML would act upon as entities, and [`shown`] undoes them wherever there is no HTML.

use std::borrow::Cow;

use signalbox_sdk::role::inert_text;

/// Makes a value from outside inert in a template's text. `[code]` and `[/code]` become `(code]` and
/// `(/code]`; the beginning of one at the end of a value does too, for the next value may complete it.
pub(super) fn escape(value: &str) -> Cow<'_, str> {
    let value = inert_text(value);
    let opens = |at: usize| value.get(at..).is_some_and(begins_a_tag);
    let acts = |(at, c)| (c == '[' && opens(at)) || entity(c).is_some();
    if !value.char_indices().any(acts) {
        return value;
    }
    let mut escaped = String::with_capacity(value.len() + 16);
    for (at, c) in value.char_indices() {
        match entity(c) {
            Some(entity) => escaped.push_str(entity),
            None if c == '[' && opens(at) => escaped.push('('),
            None => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// Returns a template's text as a column takes it: entities stay between code tags only.
pub(super) fn shown(rendered: &str) -> String {
    let mut shown = String::with_capacity(rendered.len());
    let mut rest = rendered;
    while let Some((before, html, behind)) = next_html(rest) {
        shown.push_str(&plain(before));
        shown.push_str(html);
        rest = behind;
    }
    shown.push_str(&plain(rest));
    shown
}

/// Returns a text for a column that shows no HTML.
pub(super) fn plain(rendered: &str) -> Cow<'_, str> {
    if !rendered.contains('&') {
        return Cow::Borrowed(rendered);
    }
    let mut plain = String::with_capacity(rendered.len());
    let mut rest = rendered;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        let known = ENTITIES.iter().find_map(|(c, entity)| Some((*c, from.strip_prefix(entity)?)));
        let (c, behind) = known.unwrap_or(('&', from.get(1..).unwrap_or_default()));
        plain.push_str(before);
        plain.push(c);
        rest = behind;
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Takes a text apart before and behind its first HTML, tags included. Without an end it is none.
fn next_html(text: &str) -> Option<(&str, &str, &str)> {
    let [open, close] = TAGS;
    let from = find_tag(text, open)?;
    let to = from + find_tag(text.get(from..)?, close)? + close.len();
    Some((text.get(..from)?, text.get(from..to)?, text.get(to..)?))
}

fn find_tag(text: &str, tag: &str) -> Option<usize> {
    let is_tag = |at: &usize| {
        let bytes = text.as_bytes().get(*at..*at + tag.len());
        bytes.is_some_and(|bytes| bytes.eq_ignore_ascii_case(tag.as_bytes()))
    };
    text.match_indices('[').map(|(at, _)| at).find(is_tag)
}

/// Compares as far as the shorter reaches.
fn begins_a_tag(text: &str) -> bool {
    let is_begun =
        |tag: &&str| text.bytes().zip(tag.bytes()).all(|(a, b)| a.eq_ignore_ascii_case(&b));
    TAGS.iter().any(is_begun)
}

fn entity(c: char) -> Option<&'static str> {
    ENTITIES.iter().find(|(acting, _)| *acting == c).map(|(_, entity)| *entity)
}

const ENTITIES: [(char, &str); 5] =
    [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#39;")];

const TAGS: [&str; 2] = ["[code]", "[/code]"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_arrive_as_they_were_but_for_the_tags_that_they_cannot_write() {
        for (value, arrives) in [
            ("a & b < c > \"d\" 'e' &amp; &lt;x&gt;", "a & b < c > \"d\" 'e' &amp; &lt;x&gt;"),
            ("a [code]<b>[/code] b", "a (code]<b>(/code] b"),
            ("[CODE] [Code] [co\u{200b}de]", "(CODE] (Code] (code]"),
            ("cut short [/co", "cut short (/co"),
            ("rows[0] [note] é[x]", "rows[0] [note] é[x]"),
        ] {
            assert_eq!(shown(&escape(value)), arrives, "{value}");
            assert_eq!(plain(&escape(value)), arrives, "{value}");
        }
    }

    #[test]
    fn values_in_the_html_of_a_template_are_text_there() {
        let value = escape("<script>alert('x')</script>[/code] & \"");

        let text = shown(&format!("{value} [Code]<b title=\"{value}\">{value}</b>[/CODE] {value}"));

        let outside = "<script>alert('x')</script>(/code] & \"";
        let inside = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;(/code] &amp; &quot;";
        assert_eq!(
            text,
            format!("{outside} [Code]<b title=\"{inside}\">{inside}</b>[/CODE] {outside}")
        );
    }

    #[test]
    fn a_text_of_the_template_stays_as_it_is_written() {
        let text = "MITRE ATT&CK & [code]<a href=\"?a&b\">x</a>[/code] [code]";

        assert_eq!(shown(text), text);
    }
}
