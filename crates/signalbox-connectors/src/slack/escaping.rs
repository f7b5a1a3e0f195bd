//! What may act in a Slack message, and how it is kept from acting.
//!
//! Slack reads `<…>` as link or mention, and `*`, `_`, `~`, `` ` `` and a leading `>` as formatting;
//! there is no way to escape those five. So [`escape`] writes them, in every value that a template
//! prints, as entities that only this module knows; what stands bare afterwards is the template's
//! own. A text without formatting of its own is sent as plain text, in which every value stands
//! exactly as received. In one with formatting, values get look-alikes where Slack would take a
//! character for formatting: changed letters are better than a path of which half is bold and the
//! asterisks are gone.
//!
//! (<https://docs.slack.dev/messaging/formatting-message-text>, read 2026-11-22.)

use std::borrow::Cow;

use signalbox_sdk::role::inert_text;

use super::wire::{TextObject, length};

/// Makes a value from outside inert in a template's text.
pub(super) fn escape(value: &str) -> Cow<'_, str> {
    let value = inert_text(value);
    if !value.chars().any(|c| entity(c).is_some()) {
        return value;
    }
    let mut escaped = String::with_capacity(value.len() + 16);
    for c in value.chars() {
        match entity(c) {
            Some(entity) => escaped.push_str(entity),
            None => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// A text of a template with its values, taken apart.
pub(super) struct Text {
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece {
    /// A character of the template, or one of a value that cannot act.
    Written(char),
    /// A character of a value that could act.
    Given(char),
}

impl Piece {
    fn char(self) -> char {
        match self {
            Self::Written(c) | Self::Given(c) => c,
        }
    }
}

impl Text {
    /// Takes apart what a template made with [`escape`].
    pub(super) fn parse(rendered: &str) -> Self {
        let mut rest = beginning(rendered);
        let mut pieces = Vec::with_capacity(rest.len());
        while let Some(c) = rest.chars().next() {
            if let Some((given, behind)) = given(rest) {
                pieces.push(Piece::Given(given));
                rest = behind;
            } else {
                pieces.push(Piece::Written(c));
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
            }
        }
        Self { pieces }
    }

    /// Returns the text without any escaping.
    pub(super) fn plain(&self) -> String {
        self.pieces.iter().map(|piece| piece.char()).collect()
    }

    /// Returns the text for a section of at most `length_max`, formatted only where the template
    /// formats; `None` where there is nothing to show.
    pub(super) fn object(&self, length_max: usize, mentions: bool) -> Option<TextObject> {
        let plain = self.plain();
        if plain.trim().is_empty() {
            return None;
        }
        if !self.is_formatted() {
            return Some(TextObject::plain(cut(plain.trim(), length_max)));
        }
        let parts = Formatted { text: self, place: 0, mentions };
        Some(TextObject::mrkdwn(fit(parts, length_max)))
    }

    /// Returns whether the template itself says anything that Slack reads as formatting.
    fn is_formatted(&self) -> bool {
        self.pieces.iter().enumerate().any(|(place, piece)| match piece {
            Piece::Written('<' | '`') => true,
            Piece::Written('>') => self.begins_line(place),
            Piece::Written('*' | '_' | '~') => !self.is_within_word(place),
            _ => false,
        })
    }

    /// Slack formats at the edges of words only: `svc_backup` stays what it is.
    fn is_within_word(&self, place: usize) -> bool {
        let is_word = |place: Option<usize>| {
            let piece = place.and_then(|place| self.pieces.get(place));
            piece.is_some_and(|piece| piece.char().is_alphanumeric())
        };
        is_word(place.checked_sub(1)) && is_word(place.checked_add(1))
    }

    fn begins_line(&self, place: usize) -> bool {
        let before = self.pieces.get(..place).unwrap_or_default().iter().rev();
        let mut before = before.map(|piece| piece.char()).skip_while(|c| *c == ' ' || *c == '\t');
        matches!(before.next(), None | Some('\n'))
    }

    fn formatted(&self, place: usize, piece: Piece) -> Cow<'static, str> {
        match piece {
            Piece::Given('>') if self.begins_line(place) => "›".into(),
            Piece::Given('*') if !self.is_within_word(place) => "∗".into(),
            Piece::Given('_') if !self.is_within_word(place) => "ˍ".into(),
            Piece::Given('~') if !self.is_within_word(place) => "∼".into(),
            Piece::Given('`') => GRAVE.into(),
            piece => control(piece.char()),
        }
    }

    /// Returns where the link or mention that begins at `place` ends, if it may be one.
    fn end_of_link(&self, place: usize, mentions: bool) -> Option<usize> {
        let inside = self.pieces.get(place + 1..)?;
        let length = inside.iter().position(|piece| *piece == Piece::Written('>'))?;
        let inside = inside.get(..length)?;
        let is_broken = |piece: &Piece| matches!(piece, Piece::Written('<' | '\n'));
        let target: String = inside.iter().take(LINK_BEGINNING).map(|piece| piece.char()).collect();
        let is_link = LINKS.iter().any(|scheme| target.starts_with(scheme));
        let is_mention = target.starts_with(['!', '@', '#']);
        let is_good = is_link || (mentions && is_mention);
        (is_good && !inside.iter().any(is_broken)).then_some(place + 1 + length)
    }
}

/// Gives a text in parts that must not be cut.
struct Formatted<'a> {
    text: &'a Text,
    place: usize,
    mentions: bool,
}

impl Iterator for Formatted<'_> {
    type Item = Cow<'static, str>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = self.place;
        let piece = *self.text.pieces.get(place)?;
        if piece == Piece::Written('<')
            && let Some(end) = self.text.end_of_link(place, self.mentions)
        {
            self.place = end + 1;
            let inside = self.text.pieces.get(place + 1..end).unwrap_or_default().iter();
            let inside = inside.zip(place + 1..).map(|(piece, at)| self.text.formatted(at, *piece));
            return Some(format!("<{}>", inside.collect::<String>()).into());
        }
        self.place += 1;
        Some(self.text.formatted(place, piece))
    }
}

/// Returns `text` with `&`, `<` and `>` escaped, at most `length_max` long.
pub(super) fn escaped(text: &str, length_max: usize) -> String {
    fit(text.chars().map(control), length_max)
}

/// Returns an untrusted text for use between backticks: one line, nothing in it acts.
pub(super) fn code(text: &str, length_max: usize) -> String {
    let line = one_line(text);
    let parts = line.chars().map(|c| if c == '`' { GRAVE.into() } else { control(c) });
    fit(parts, length_max)
}

/// Returns an untrusted text in one line, without what would act on a screen.
pub(super) fn one_line(text: &str) -> String {
    inert_text(beginning(text)).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns `text` at most `length_max` long.
pub(super) fn cut(text: &str, length_max: usize) -> String {
    fit(text.chars().map(|c| c.to_string().into()), length_max)
}

/// Joins as many parts as fit; an ellipsis says that some did not.
fn fit(parts: impl Iterator<Item = Cow<'static, str>>, length_max: usize) -> String {
    let mut joined = String::new();
    let mut joined_length = 0;
    // How much of `joined` leaves room for the ellipsis.
    let mut safe = 0;
    for part in parts {
        joined_length += length(&part);
        if joined_length > length_max {
            joined.truncate(safe);
            joined.push('…');
            break;
        }
        joined.push_str(&part);
        if joined_length < length_max {
            safe = joined.len();
        }
    }
    joined
}

fn control(c: char) -> Cow<'static, str> {
    match c {
        '&' => "&amp;".into(),
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        c => c.to_string().into(),
    }
}

/// As much of a text as may be shown at all.
fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(READ_BYTES_MAX)).unwrap_or_default()
}

/// Returns the character whose entity `text` begins with, and what follows.
fn given(text: &str) -> Option<(char, &str)> {
    if !text.starts_with('&') {
        return None;
    }
    ENTITIES.iter().find_map(|(c, entity)| Some((*c, text.strip_prefix(entity)?)))
}

fn entity(c: char) -> Option<&'static str> {
    ENTITIES.iter().find(|(acting, _)| *acting == c).map(|(_, entity)| *entity)
}

/// The first three are Slack's, the others are undone before anything is sent.
const ENTITIES: [(char, &str); 7] = [
    ('&', "&amp;"),
    ('<', "&lt;"),
    ('>', "&gt;"),
    ('*', "&ast;"),
    ('_', "&lowbar;"),
    ('~', "&tilde;"),
    ('`', "&grave;"),
];

/// More than any message shows, were each of its characters an entity or an emoji: a huge text costs
/// no more than a large one.
const READ_BYTES_MAX: usize = 32 * 1024;

/// Looks like a backtick and ends no code.
const GRAVE: &str = "ˋ";

/// What may stand between `<` and `>` without pinging anybody; `!date` shows a time in the reader's zone.
const LINKS: [&str; 4] = ["https://", "http://", "mailto:", "!date^"];

/// As many characters as tell what a link is.
const LINK_BEGINNING: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_with_everything_that_acts_comes_back_exactly_as_plain_text() {
        let hostile = "<!channel> <https://evil.example|ok> *b* _i_ ~s~ `c`\n> q & &ast; &amp;";

        let escaped = escape(hostile);

        assert!(!escaped.contains(['<', '>', '*', '_', '~', '`']), "{escaped}");
        assert_eq!(Text::parse(&escaped).object(3000, true), plain(hostile));
    }

    #[test]
    fn values_in_a_formatted_text_act_no_more_than_in_a_plain_one() {
        let value = escape("<!channel> *b* __init__ svc_backup ~s~ `c`\n> quote");

        let text = Text::parse(&format!("*Finding:* {value}")).object(3000, true);

        let expected =
            "*Finding:* &lt;!channel&gt; ∗b∗ ˍˍinitˍˍ svc_backup ∼s∼ ˋcˋ\n› quote".to_owned();
        assert_eq!(text, Some(TextObject::mrkdwn(expected)));
    }

    #[test]
    fn a_template_may_link_and_mentions_only_where_allowed() {
        let text =
            Text::parse("<https://wiki.example/a?b=1&c=2|Run book> <!here> <@U012AB3CD> <x>");

        let without = "<https://wiki.example/a?b=1&amp;c=2|Run book> &lt;!here&gt; \
                       &lt;@U012AB3CD&gt; &lt;x&gt;";
        let with = "<https://wiki.example/a?b=1&amp;c=2|Run book> <!here> <@U012AB3CD> &lt;x&gt;";
        assert_eq!(text.object(3000, false), Some(TextObject::mrkdwn(without.to_owned())));
        assert_eq!(text.object(3000, true), Some(TextObject::mrkdwn(with.to_owned())));
    }

    #[test]
    fn a_value_cannot_leave_the_link_it_stands_in() {
        let value = escape("x> <!channel>");

        let text = Text::parse(&format!("<https://console.example/{value}|Open>"));

        let expected = "<https://console.example/x&gt; &lt;!channel&gt;|Open>".to_owned();
        assert_eq!(text.object(3000, false), Some(TextObject::mrkdwn(expected)));
    }

    #[test]
    fn words_with_underscores_are_no_formatting() {
        assert_eq!(
            Text::parse("first_seen: 3 -> 4").object(3000, false),
            plain("first_seen: 3 -> 4")
        );
    }

    #[test]
    fn a_cut_falls_between_characters_and_never_within_a_link_or_an_entity() {
        assert_eq!(cut("añ😀b", 3), "añ…");
        assert_eq!(cut("añ😀b", 5), "añ😀b");
        assert_eq!(escaped("a<<b", 6), "a&lt;…");
        assert_eq!(escaped("a<<b", 9), "a&lt;…");
        assert_eq!(escaped("a<<b", 10), "a&lt;&lt;b");
        let link = Text::parse("*a* <https://wiki.example/x|Run book>");
        assert_eq!(link.object(20, false), Some(TextObject::mrkdwn("*a* …".to_owned())));
    }

    #[test]
    fn code_is_one_line_without_backticks() {
        assert_eq!(code("a`b\n <c>\u{202e}", 300), "aˋb &lt;c&gt;");
    }

    fn plain(text: &str) -> Option<TextObject> {
        Some(TextObject::plain(text.to_owned()))
    }
}
