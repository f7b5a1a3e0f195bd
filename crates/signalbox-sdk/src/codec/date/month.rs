//! Names of months: English ones in any length from three letters, and the short ones that devices
//! set to French, German, Spanish, Italian, Portuguese or Dutch write.

/// Returns the number of a month by its name, with or without a dot, in any case.
pub(super) fn read(name: &str) -> Option<i8> {
    let name = name.trim_end_matches('.');
    let is_english = |month: &str| {
        name.len() >= 3 && month.get(..name.len()).is_some_and(|m| m.eq_ignore_ascii_case(name))
    };
    if let Some(month) = ENGLISH.iter().position(|month| is_english(month)) {
        return i8::try_from(month + 1).ok();
    }
    let is_other = |entry: &&(&str, i8)| entry.0.eq_ignore_ascii_case(name);
    OTHERS.iter().find(is_other).map(|(_, month)| *month)
}

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const OTHERS: &[(&str, i8)] = &[
    ("janv", 1),
    ("ene", 1),
    ("gen", 1),
    ("févr", 2),
    ("fév", 2),
    ("fev", 2),
    ("mars", 3),
    ("mär", 3),
    ("märz", 3),
    ("mrz", 3),
    ("mrt", 3),
    ("avr", 4),
    ("abr", 4),
    ("mai", 5),
    ("mei", 5),
    ("mag", 5),
    ("juin", 6),
    ("giu", 6),
    ("juil", 7),
    ("lug", 7),
    ("août", 8),
    ("ago", 8),
    ("sept", 9),
    ("set", 9),
    ("okt", 10),
    ("out", 10),
    ("ott", 10),
    ("déc", 12),
    ("dez", 12),
    ("dic", 12),
];
