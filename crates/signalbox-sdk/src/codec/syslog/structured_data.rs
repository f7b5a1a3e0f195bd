//! Structured data of RFC 5424 §6.3: `[id name="value" ...]`, elements glued together.
//!
//! It is checked once, when the header is read, and walked again by whoever wants a value: nothing is
//! copied until a value with an escape is asked for. Quotes that should have been escaped are taken
//! as part of the value as long as the end of the value is still plain.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::fault::{FaultKind, Faults};

/// The elements of a message, in the order they stand; empty where there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StructuredData<'a>(&'a str);

impl<'a> StructuredData<'a> {
    /// Says whether there is no element.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Returns it as written, brackets and all.
    pub fn as_str(self) -> &'a str {
        self.0
    }

    /// Walks over the elements.
    pub fn elements(self) -> impl Iterator<Item = Element<'a>> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let shape = shape(rest)?;
            let (element, behind) = rest.split_at_checked(shape.length)?;
            rest = behind;
            let (id, params) = element.get(1..)?.split_at_checked(shape.id_length)?;
            Some(Element { id, params })
        })
    }

    /// Returns the first element of this id.
    pub fn element(self, id: &str) -> Option<Element<'a>> {
        self.elements().find(|element| element.id == id)
    }
}

/// One element: an id, and parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'a> {
    /// Its id: a registered one such as `meta`, or `name@enterprise-number`.
    pub id: &'a str,
    /// With the bracket at the end, which ends the last value.
    params: &'a str,
}

impl<'a> Element<'a> {
    /// Walks over the parameters; a name may stand more than once.
    pub fn params(self) -> impl Iterator<Item = Param<'a>> {
        let mut rest = self.params;
        std::iter::from_fn(move || {
            let (param, length) = param(rest)?;
            rest = rest.get(length..)?;
            Some(param)
        })
    }

    /// Returns the value of the first parameter of this name.
    pub fn value(self, name: &str) -> Option<Cow<'a, str>> {
        self.params().find(|param| param.name == name).map(Param::value)
    }
}

/// One parameter: a name, and a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param<'a> {
    /// Its name.
    pub name: &'a str,
    /// The value as written, without the quotes around it.
    pub written: &'a str,
}

impl<'a> Param<'a> {
    /// Returns the value: a backslash goes where it stands before a quote, a backslash or `]`, and
    /// stays anywhere else.
    pub fn value(self) -> Cow<'a, str> {
        if memchr::memchr(b'\\', self.written.as_bytes()).is_none() {
            return Cow::Borrowed(self.written);
        }
        let mut value = String::with_capacity(self.written.len());
        let mut letters = self.written.chars().peekable();
        while let Some(letter) = letters.next() {
            let escaped =
                letters.next_if(|next| letter == '\\' && matches!(next, '"' | '\\' | ']'));
            value.push(escaped.unwrap_or(letter));
        }
        Cow::Owned(value)
    }
}

/// Reads `-` or elements at `cursor` and passes them. What is neither stays, with a fault.
pub(super) fn read<'a>(cursor: &mut Cursor<'a>, faults: &mut Faults) -> Option<StructuredData<'a>> {
    let rest = cursor.rest();
    if rest.starts_with('-') && matches!(rest.as_bytes().get(1), None | Some(b' ' | b'\n')) {
        cursor.advance(1);
        return Some(StructuredData::default());
    }
    if !rest.starts_with('[') {
        faults.note(cursor.at(), FaultKind::StructuredDataMissing);
        return None;
    }
    let (mut length, mut count) = (0, 0);
    while let Some(element) = rest.get(length..).and_then(shape) {
        if let Some(fault) = element.fault {
            faults.note(cursor.at() + length, fault);
        }
        length += element.length;
        count += 1;
    }
    if length == 0 || rest.as_bytes().get(length) == Some(&b'[') {
        faults.note(cursor.at() + length, FaultKind::StructuredDataInvalid);
        return None;
    }
    let data = StructuredData(rest.get(..length)?);
    if count > 1 && has_repeated_id(data) {
        faults.note(cursor.at(), FaultKind::StructuredDataRepeated);
    }
    cursor.advance(length);
    Some(data)
}

/// Compares the first elements only: the work stays small whatever a sender writes.
fn has_repeated_id(data: StructuredData<'_>) -> bool {
    data.elements()
        .take(COMPARED_MAX)
        .enumerate()
        .any(|(index, element)| data.elements().take(index).any(|earlier| earlier.id == element.id))
}

/// Where the parts of one element end.
struct Shape {
    length: usize,
    id_length: usize,
    fault: Option<FaultKind>,
}

/// Measures the element at the start of `text`.
fn shape(text: &str) -> Option<Shape> {
    let inner = text.strip_prefix('[')?;
    let id_length = name_length(inner)?;
    let mut fault = (id_length > NAME_MAX).then_some(FaultKind::FieldTooLong);
    let mut at = 1 + id_length;
    while let Some((param, length)) = text.get(at..).and_then(param) {
        let is_long = param.name.len() > NAME_MAX;
        let is_loose = length != param.name.len() + param.written.len() + 4
            || has_loose_character(param.written);
        fault = fault
            .or(is_long.then_some(FaultKind::FieldTooLong))
            .or(is_loose.then_some(FaultKind::StructuredDataLoose));
        at += length;
    }
    let blanks = text.get(at..)?.bytes().take_while(|byte| *byte == b' ').count();
    if blanks > 0 {
        fault = fault.or(Some(FaultKind::StructuredDataLoose));
    }
    at += blanks;
    (text.as_bytes().get(at) == Some(&b']')).then_some(Shape { length: at + 1, id_length, fault })
}

/// Reads blanks, a name, `=` and a quoted value at the start, and returns how long all that is.
fn param(text: &str) -> Option<(Param<'_>, usize)> {
    let name_at = text.bytes().take_while(|byte| *byte == b' ').count();
    if name_at == 0 {
        return None;
    }
    let named = text.get(name_at..)?;
    let (name, value) = named.split_at_checked(name_length(named)?)?;
    let quoted = value.strip_prefix("=\"")?;
    let written = quoted.get(..value_length(quoted.as_bytes())?)?;
    Some((Param { name, written }, name_at + name.len() + written.len() + 3))
}

/// Measures an id or a name: printable ASCII without blank, `=`, `]` and `"`.
fn name_length(text: &str) -> Option<usize> {
    let is_part = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'=' | b']' | b'"');
    let length = text.as_bytes().iter().take_while(|byte| is_part(byte)).count();
    (length > 0).then_some(length)
}

/// Measures a value up to its closing quote: the first that is not escaped and that the next
/// parameter or the end of the element follows.
fn value_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        let next = bytes.get(at + 1);
        match (bytes.get(at)?, next) {
            (b'\\', Some(b'"' | b'\\' | b']')) => at += 2,
            (b'"', Some(b' ' | b']')) => return Some(at),
            _ => at += 1,
        }
    }
}

/// Says whether a quote or a bracket in the value should have been escaped.
fn has_loose_character(written: &str) -> bool {
    let mut bytes = written.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' | b']' => return true,
            _ => {}
        }
    }
    false
}

/// The longest id or name (RFC 5424 §6.3.2).
const NAME_MAX: usize = 32;
const COMPARED_MAX: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Option<StructuredData<'_>>, Option<FaultKind>, usize) {
        let (mut cursor, mut faults) = (Cursor::new(text), Faults::default());
        let data = read(&mut cursor, &mut faults);
        (data, faults.worst().map(|fault| fault.kind), cursor.at())
    }

    fn pairs(text: &str) -> Vec<(String, String, String)> {
        let (data, _, _) = parsed(text);
        let elements = data.unwrap().elements();
        let pairs = elements.flat_map(|element| {
            element.params().map(move |param| {
                (element.id.to_owned(), param.name.to_owned(), param.value().into_owned())
            })
        });
        pairs.collect()
    }

    #[test]
    fn elements_are_walked_in_order_with_their_values_unescaped() {
        let text = r#"[a@1 x="1" x="\"q\" \\ \] \n"][empty][b y=""] rest"#;

        let (data, fault, end) = parsed(text);

        assert_eq!((fault, text.get(end..)), (None, Some(" rest")));
        let ids: Vec<&str> = data.unwrap().elements().map(|element| element.id).collect();
        assert_eq!(ids, ["a@1", "empty", "b"]);
        let text_of =
            |id: &str, name: &str, value: &str| (id.to_owned(), name.to_owned(), value.to_owned());
        assert_eq!(
            pairs(text),
            [text_of("a@1", "x", "1"), text_of("a@1", "x", r#""q" \ ] \n"#), text_of("b", "y", ""),]
        );
        assert_eq!(data.unwrap().element("a@1").unwrap().value("x"), Some(Cow::Borrowed("1")));
    }

    #[test]
    fn values_with_unescaped_quotes_and_brackets_are_kept_whole() {
        for (text, value) in [
            (r#"[m e="a]b"] x"#, "a]b"),
            (r#"[m e="a"b"] x"#, "a\"b"),
            (r#"[m e=""b"] x"#, "\"b"),
            (r#"[m e="a" ] x"#, "a"),
            (r#"[m  e="a"] x"#, "a"),
        ] {
            assert_eq!(parsed(text).1, Some(FaultKind::StructuredDataLoose), "{text}");
            assert_eq!(pairs(text), [("m".to_owned(), "e".to_owned(), value.to_owned())]);
        }
    }

    #[test]
    fn what_is_no_structured_data_stays_where_it_is() {
        for text in ["[]", "[ ]", "[=]", "[\"]", "[id", "[id x]", "[id x=1]", r#"[id x="1"#] {
            assert_eq!(parsed(text), (None, Some(FaultKind::StructuredDataInvalid), 0), "{text}");
        }
        assert_eq!(parsed("X"), (None, Some(FaultKind::StructuredDataMissing), 0));
    }

    #[test]
    fn an_id_twice_and_a_name_too_long_are_told_and_kept() {
        assert_eq!(parsed("[a][b][a]").1, Some(FaultKind::StructuredDataRepeated));
        let long = format!("[{}]", "i".repeat(33));
        assert_eq!(parsed(&long).1, Some(FaultKind::FieldTooLong));
        assert_eq!(parsed(&long).2, long.len());
    }

    #[test]
    fn a_frame_full_of_elements_costs_no_more_than_its_length() {
        let many = "[a]".repeat(100_000);

        assert_eq!(parsed(&many).2, many.len());
    }
}
