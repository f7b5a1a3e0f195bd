//! Texts and bodies by senders who would like to be more than a sender.
//!
//! Every field of an event is written by somebody else, so each of these may arrive in each of them. A
//! text says which reader it aims at and in which form it would reach it; what does no harm to a reader
//! may arrive there as it was sent. A body says whether it is JSON at all.

/// What every text of the corpus also says: what is inert must still be readable.
pub const WORDS: &str = "plain words";

/// Who would act upon a text instead of showing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Whoever takes apart a protocol of lines, headers and pairs: syslog, HTTP, CEF, JSON. What aims at
    /// it may arrive as it was sent, but inside its own field.
    Protocol,
    /// The hub's own template engine.
    Template,
    /// A terminal, or an eye: control characters, and those that reorder or hide what stands beside them.
    Screen,
    /// A chat that reads `<…>` as a mention or a link.
    Chat,
    /// A product that shows a part of its texts as HTML.
    Html,
    /// A spreadsheet that is given an export of the product that was delivered to. The hub writes none, and
    /// changes nothing of a formula: it begins no cell of its own.
    Spreadsheet,
}

/// A text that wants to be more than text.
#[derive(Clone, Copy, Debug)]
pub struct HostileText {
    /// What it is.
    pub name: &'static str,
    /// Whom it aims at.
    pub reader: Reader,
    /// The text.
    pub text: &'static str,
    /// The forms in which it would reach that reader; none of them may stand in what the reader is given.
    pub live: &'static [&'static str],
}

/// The texts.
pub const TEXTS: &[HostileText] = &[
    text("a line of its own", Reader::Protocol, "plain words\r\n<13>1 - host app - - - forged"),
    text("a header", Reader::Protocol, "plain words\r\nX-Injected: yes\r\n\r\n{\"data\":1}"),
    text("an end of JSON", Reader::Protocol, "plain words\"}\n{\"event\":\"forged\"} \\\" \\u0022"),
    text(
        "a field of CEF",
        Reader::Protocol,
        "plain words|10|act=allowed src=192.0.2.66 \\| \\= \\",
    ),
    text("a line of CEF", Reader::Protocol, "plain words\nCEF:0|A|B|1|2|forged|10|src=192.0.2.66"),
    text("a pair of LEEF", Reader::Protocol, "plain words\tsrc=192.0.2.66^usrName=forged"),
    text("structured data", Reader::Protocol, "plain words\"] [forged@1 uid=\"1\"] \\]"),
    text("a frame of RELP", Reader::Protocol, "plain words\n7 syslog 6 forged\n"),
    text(
        "line breaks of Unicode",
        Reader::Protocol,
        "plain words\u{85}a\u{2028}b\u{2029}c\u{b}d\u{c}e",
    ),
    HostileText {
        name: "template syntax",
        reader: Reader::Template,
        text: "plain words {{ 7777 * 3 }} ${7777*3} #{7777*3} {% raw %} {# x #} <%= 7777*3 %>",
        live: &["23331"],
    },
    HostileText {
        name: "a template's end",
        reader: Reader::Template,
        text: "plain words }} {{ 7777 * 3 }} %} {% endif %} {{ alert.event }}",
        live: &["23331"],
    },
    HostileText {
        name: "terminal escapes",
        reader: Reader::Screen,
        text: "plain words \u{1b}[31m\u{1b}[2J\u{1b}]0;title\u{7} \u{9b}31m \u{1b}]8;;https://evil.example\u{1b}\\",
        live: &["\u{1b}", "\u{7}", "\u{9b}"],
    },
    HostileText {
        name: "control characters",
        reader: Reader::Screen,
        text: "plain\u{0} words\u{8}\u{8}\u{7f} plain words \u{1}\u{2}\u{1a}\u{84}\u{90}",
        live: &["\u{0}", "\u{8}", "\u{7f}", "\u{1}", "\u{1a}", "\u{84}", "\u{90}"],
    },
    HostileText {
        name: "text that runs backwards",
        reader: Reader::Screen,
        text: "plain words invoice\u{202e}gpj.exe\u{202c} \u{2066}a\u{2069} \u{200f}b\u{61c}c",
        live: &["\u{202e}", "\u{202c}", "\u{2066}", "\u{2069}", "\u{200f}", "\u{61c}"],
    },
    HostileText {
        name: "characters that nobody sees",
        reader: Reader::Screen,
        text: "plain words pay\u{200b}pal\u{2060}.example\u{feff} \u{e0041}\u{e007f} \u{fff9}x\u{fffb} a\u{ad}b",
        live: &["\u{200b}", "\u{2060}", "\u{feff}", "\u{e0041}", "\u{fff9}", "\u{ad}"],
    },
    HostileText {
        name: "mentions",
        reader: Reader::Chat,
        text: "plain words <!channel> <!here|here> <@U012AB3CD> <#C012AB3CD> <!subteam^S012AB3CD> @channel",
        live: &["<!", "<@", "<#"],
    },
    HostileText {
        name: "a link that says another",
        reader: Reader::Chat,
        text: "plain words <https://evil.example|https://bank.example> <mailto:a@evil.example|us> &lt;!here&gt;",
        live: &["<https:", "<mailto:"],
    },
    HostileText {
        name: "formatting",
        reader: Reader::Chat,
        text: "plain words\n> quoted\n*bold* _it_ ~gone~ `code` ```block``` :fire: [a](https://evil.example)",
        live: &[],
    },
    HostileText {
        name: "a script",
        reader: Reader::Html,
        text: "plain words <script>alert(1)</script><img src=x onerror=alert(1)> <a href='javascript:x'>y</a>",
        live: &[],
    },
    HostileText {
        name: "a script in code tags",
        reader: Reader::Html,
        text: "plain words [code]<script>alert(1)</script>[/code] [CODE]<b>x[/Code] [co\u{200b}de]<i>y[/code]",
        live: &["[code]", "[CODE]", "[/code]", "[/Code]"],
    },
    HostileText {
        name: "half a tag",
        reader: Reader::Html,
        text: "<b plain words [/code][code",
        live: &["[/code]", "[code"],
    },
    text(
        "a formula",
        Reader::Spreadsheet,
        "=cmd|'/C calc'!A1 plain words,=HYPERLINK(\"https://evil.example\")",
    ),
    text(
        "formulas behind separators",
        Reader::Spreadsheet,
        "plain words\t+1+1\n-2+3\r\n@SUM(1)\";\"=1+1",
    ),
];

/// A text that may stand anywhere as it is, as long as it stays in its place.
const fn text(name: &'static str, reader: Reader, text: &'static str) -> HostileText {
    HostileText { name, reader, text, live: &[] }
}

/// A body that wants to break whoever reads it.
#[derive(Clone, Debug)]
pub struct HostileBody {
    /// What it is.
    pub name: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether RFC 8259 calls it JSON. A reader may set limits of its own to depth and size.
    pub is_json: bool,
}

/// Returns the bodies; some have a megabyte.
pub fn bodies() -> Vec<HostileBody> {
    let json = |name, text: String| body(name, text.into_bytes(), true);
    let broken = |name, bytes: &[u8]| body(name, bytes.to_vec(), false);
    let nested = |open: &str, depth: usize, close: &str| {
        format!(r#"{{"message":"deep","a":{}1{}}}"#, open.repeat(depth), close.repeat(depth))
    };
    vec![
        json("a text of a megabyte", format!(r#"{{"message":"{}"}}"#, "A".repeat(MEGABYTE))),
        json("lists in lists", nested("[", DEPTH, "]")),
        json("objects in objects", nested(r#"{"a":"#, DEPTH, "}")),
        json("lists in lists, just not too deep", nested("[", 100, "]")),
        json("a key twice", r#"{"message":"first","message":"second","a":1,"a":{"b":2}}"#.into()),
        json("many keys", many_keys()),
        json("an empty key", r#"{"":1,"message":"","\u0000":"\u0000"}"#.into()),
        json("a lone surrogate", r#"{"message":"\ud800 \udc00 x","a":["\ud83d"]}"#.into()),
        json("a lone surrogate in a key", r#"{"message":"x","\ud83d":1}"#.into()),
        json(
            "numbers that fit nowhere",
            r#"{"a":1e999,"b":-1e-999,"c":123456789012345678901234567890}"#.into(),
        ),
        json("an object for a text", r#"{"message":{"message":["x"]},"time":{"a":1}}"#.into()),
        json(
            "a number of every name",
            r#"{"message":1,"time":-1,"severity":1e99,"host":true}"#.into(),
        ),
        json("no object", "[[],\"x\",null,7]".into()),
        broken("invalid UTF-8", b"{\"message\":\"a\xff\xfe\xc3(\xed\xa0\x80b\"}"),
        broken("a bare control character", b"{\"message\":\"a\x00b\x1b[31m\nc\"}"),
        broken("a mark of byte order", b"\xef\xbb\xbf{\"message\":\"x\"}"),
        broken("something behind the end", b"{\"message\":\"x\"}} trailing"),
        broken("half an object", b"{\"message\":\"x\",\"a\":["),
        broken("no number", b"{\"a\":NaN,\"b\":Infinity,\"c\":0x10}"),
        broken("nothing but a NUL", b"\x00"),
        broken("nothing", b""),
    ]
}

fn body(name: &'static str, bytes: Vec<u8>, is_json: bool) -> HostileBody {
    HostileBody { name, bytes, is_json }
}

fn many_keys() -> String {
    let keys: Vec<String> = (0..20_000).map(|number| format!(r#""k{number}":{number}"#)).collect();
    format!("{{{}}}", keys.join(","))
}

const MEGABYTE: usize = 1 << 20;

/// Deep enough for a reader that calls itself for each level to run out of stack.
const DEPTH: usize = 200_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_says_its_words_and_contains_what_it_calls_live() {
        for hostile in TEXTS {
            assert!(hostile.text.contains(WORDS), "{}", hostile.name);
            for live in hostile.live.iter().filter(|_| hostile.reader != Reader::Template) {
                assert!(hostile.text.contains(live), "{}: {live:?}", hostile.name);
            }
        }
    }

    #[test]
    fn a_body_is_called_json_where_a_parser_without_limits_says_so() {
        for body in bodies() {
            let raw = serde_json::from_slice::<&serde_json::value::RawValue>(&body.bytes);
            let is_limited = ["lists in lists", "objects in objects"].contains(&body.name);

            assert!(raw.is_ok() == body.is_json || is_limited, "{}: {raw:?}", body.name);
        }
    }
}
