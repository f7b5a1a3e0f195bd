//! Values as senders write them.

use std::net::Ipv6Addr;

use signalbox_model::ocsf::ids;

/// Returns whether a value says that there is none.
pub(super) fn is_nil(value: &str) -> bool {
    matches!(value, "" | "-" | "\"-\"" | "\"\"")
}

/// Returns whether a value is the sender's template, never filled in: it is kept and means nothing.
pub(super) fn is_unfilled(value: &str) -> bool {
    // Asked of every value, and nearly none begins so.
    if !matches!(value.as_bytes().first(), Some(b'$' | b'N' | b'n' | b'(')) {
        return false;
    }
    let is_name =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match value.strip_prefix('$') {
        Some(rest) => is_name(rest.trim_matches(['{', '}'])) || rest.starts_with('{'),
        None => matches!(value, "N/A" | "n/a" | "NULL" | "null" | "(null)" | "None" | "none"),
    }
}

/// Returns whether a value is an address.
pub(super) fn is_address(value: &str) -> bool {
    // Most host names are known by their first letter; the rest costs an attempt.
    match value.bytes().next() {
        Some(b'0'..=b'9') if is_address_of_four(value) => true,
        Some(b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' | b':') => {
            value.bytes().any(|byte| byte == b':') && value.parse::<Ipv6Addr>().is_ok()
        }
        _ => false,
    }
}

/// Whether these are four numbers up to 255 with points between, none with a zero in front: what the standard
/// library reads, without the address.
fn is_address_of_four(value: &str) -> bool {
    let (mut points, mut digits, mut number) = (0, 0, 0_u32);
    for byte in value.bytes() {
        match byte {
            b'0'..=b'9' => {
                let has_zero_in_front = digits > 0 && number == 0;
                number = number * 10 + u32::from(byte - b'0');
                digits += 1;
                if has_zero_in_front || number > 255 {
                    return false;
                }
            }
            b'.' if digits > 0 => (points, digits, number) = (points + 1, 0, 0),
            _ => return false,
        }
    }
    points == 3 && digits > 0
}

/// Returns a whole number; a fraction of zeros counts for nothing.
pub(super) fn integer(value: &str) -> Option<i64> {
    let value = value.trim_ascii();
    value.parse().ok().or_else(|| {
        let (whole, fraction) = value.split_once('.')?;
        let is_zero = fraction.bytes().all(|digit| digit == b'0');
        if is_zero { whole.parse().ok() } else { None }
    })
}

/// Returns a port.
pub(super) fn port(value: &str) -> Option<i64> {
    integer(value).filter(|port| (0..=65_535).contains(port))
}

/// Splits `192.0.2.1:80`, whatever stands behind the port, and `[2001:db8::1]:80`.
pub(super) fn address_and_port(value: &str) -> Option<(&str, i64)> {
    let (address, rest) = match value.strip_prefix('[') {
        Some(inner) => inner.split_once("]:")?,
        None => value.split_once(':')?,
    };
    let port = rest.split(':').next()?;
    if is_address(address) { Some((address, self::port(port)?)) } else { None }
}

/// Returns how a hash was made, by its length.
pub(super) fn hash_algorithm(value: &str) -> Option<i64> {
    let algorithm = match value.len() {
        32 => ids::hash_algorithm::MD5,
        40 => ids::hash_algorithm::SHA_1,
        64 => ids::hash_algorithm::SHA_256,
        128 => ids::hash_algorithm::SHA_512,
        _ => return None,
    };
    value.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(algorithm)
}

/// Returns the last part of a path, of Windows or of anybody else.
pub(super) fn file_name(path: &str) -> &str {
    let path = path.trim_end_matches(['/', '\\']);
    path.rsplit(['/', '\\']).next().filter(|name| !name.is_empty()).unwrap_or(path)
}

/// Splits `CORP\alice` into domain and name.
pub(super) fn domain_and_name(user: &str) -> Option<(&str, &str)> {
    let (domain, name) = user.split_once('\\')?;
    let name = name.trim_start_matches('\\');
    (!domain.is_empty() && !name.is_empty()).then_some((domain, name))
}

/// Splits `T1059.001` into a technique and, where there is one, a technique below it.
pub(super) fn technique(value: &str) -> Option<(&str, Option<&str>)> {
    let (whole, below) = match value.split_once('.') {
        Some((whole, below)) => (whole, Some(below)),
        None => (value, None),
    };
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let is_one = whole.strip_prefix('T').is_some_and(|number| digits(number, 4))
        && below.is_none_or(|below| digits(below, 3));
    is_one.then(|| (whole, below.map(|_| value)))
}

/// Returns whether a text has one of these words in it, whatever their case.
pub(in crate::syslog) fn has_word(text: &str, words: &[&str]) -> bool {
    let text = text.as_bytes();
    let has = |word: &str| {
        text.windows(word.len()).any(|piece| piece.eq_ignore_ascii_case(word.as_bytes()))
    };
    words.iter().any(|word| has(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ports_are_read_or_refused() {
        assert_eq!(integer(" 12.00 "), Some(12));
        assert_eq!(integer("1.5"), None);
        assert_eq!(port("65536"), None);
        assert_eq!(port("0"), Some(0));
    }

    #[test]
    fn an_address_is_what_the_standard_library_takes_for_one() {
        for text in [
            "",
            "0.0.0.0",
            "192.0.2.1",
            "255.255.255.255",
            "256.0.0.1",
            "1.2.3",
            "1.2.3.",
            "1.2.3.4.",
            "1.2.3.4.5",
            ".1.2.3",
            "1..2.3",
            "01.2.3.4",
            "00.0.0.0",
            "1.2.3.4 ",
            "1.2.3.4:80",
            "12345.1.1.1",
            "::",
            "::1",
            "2001:db8::1",
            "::ffff:192.0.2.1",
            "FE80::1",
            "fe80::1%eth0",
            "1:2",
            "dead.beef",
            "edge17",
            "[::1]",
        ] {
            assert_eq!(is_address(text), text.parse::<std::net::IpAddr>().is_ok(), "{text}");
        }
    }

    #[test]
    fn a_port_behind_an_address_is_split_off() {
        assert_eq!(address_and_port("192.0.2.1:80:X1:"), Some(("192.0.2.1", 80)));
        assert_eq!(address_and_port("[2001:db8::1]:80"), Some(("2001:db8::1", 80)));
        assert_eq!(address_and_port("2001:db8::1"), None);
        assert_eq!(address_and_port("host:80"), None);
    }

    #[test]
    fn a_hash_is_known_by_its_length() {
        assert_eq!(hash_algorithm(&"a1".repeat(32)), Some(ids::hash_algorithm::SHA_256));
        assert_eq!(hash_algorithm(&"zz".repeat(32)), None);
        assert_eq!(hash_algorithm("abc"), None);
    }

    #[test]
    fn paths_users_and_techniques_are_taken_apart() {
        assert_eq!(file_name(r"C:\Temp\a.exe"), "a.exe");
        assert_eq!(file_name("/"), "");
        assert_eq!(domain_and_name(r"CORP\\alice"), Some(("CORP", "alice")));
        assert_eq!(domain_and_name(r"\alice"), None);
        assert_eq!(technique("T1059.001"), Some(("T1059", Some("T1059.001"))));
        assert_eq!(technique("T10590"), None);
    }
}
