//! Names and values as vendors take them in a query string or a form body:
//! `application/x-www-form-urlencoded` (WHATWG URL §5).

/// Encodes `pairs`, in order; a space becomes `+`.
///
/// ```
/// use signalbox_sdk::http::encode_form;
///
/// assert_eq!(encode_form(&[("name", "Tier 1 & 2"), ("limit", "1")]), "name=Tier+1+%26+2&limit=1");
/// ```
pub fn encode_form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Decodes a query string or a form body; bytes that are no UTF-8 are replaced.
///
/// ```
/// use signalbox_sdk::http::decode_form;
///
/// assert_eq!(decode_form(b"name=Tier+1"), [("name".to_owned(), "Tier 1".to_owned())]);
/// ```
pub fn decode_form(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}
