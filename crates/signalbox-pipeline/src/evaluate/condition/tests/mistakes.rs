//! Every mistake is told, at its column, with what to write instead.

use super::super::{Condition, ConditionError};

fn errors(text: &str) -> Vec<ConditionError> {
    Condition::compile(text).map_or_else(|errors| errors, |condition| panic!("{condition}"))
}

/// Asserts that a condition has exactly this mistake: column, length, message, help.
fn mistaken(text: &str, column: usize, length: usize, message: &str, help: &str) {
    let expected = ConditionError {
        column,
        length,
        message: message.to_owned(),
        help: Some(help.to_owned()).filter(|help| !help.is_empty()),
    };
    assert_eq!(errors(text), [expected], "{text}");
}

#[test]
fn an_empty_condition() {
    let (message, help) =
        ("the condition is empty", "say what must hold, as in `severity >= 'high'`");

    mistaken("", 1, 1, message, help);
    mistaken("  ", 3, 1, message, help);
    mistaken("config from cloud.resource where", 33, 1, message, help);
}

#[test]
fn an_unknown_field() {
    let near = |name: &str| format!("did you mean `{name}`?");

    let field = "unknown field `finding.sevrity`";
    mistaken("finding.sevrity = 'high'", 1, 15, field, &near("finding.severity"));
    let field = "unknown field `finding_info.titel`";
    let text = "host = 'é' OR finding_info.titel = 'x'";
    mistaken(text, 15, 18, field, &near("finding_info.title"));
    let field = "unknown field `Intgration`";
    mistaken("Intgration = 'x'", 1, 10, field, &near("integration"));
    let help = "use a short name such as `severity`, or a path of OCSF";
    mistaken("xyzzy = 'x'", 1, 5, "unknown field `xyzzy`", help);
}

#[test]
fn an_operator_that_does_not_fit_the_field() {
    let text = "use =, !=, IN, CONTAINS, MATCHES or EXISTS";
    mistaken("host < 'a'", 6, 1, "`host` holds a text, which has no `<`", text);
    mistaken("src.ip >= '10.0.0.1'", 8, 2, "`src.ip` holds an IP address, which has no `>=`", text);
    let number = "use =, !=, <, <=, >, >=, IN or EXISTS";
    let message = "`dst.port` holds a whole number, which has no `CONTAINS`";
    mistaken("dst.port DOES NOT CONTAIN '4'", 10, 16, message, number);
    let message = "`severity` holds a severity, which has no `MATCHES`";
    mistaken("severity MATCHES 'h'", 10, 7, message, number);
    let message = "`is_alert` holds a boolean, which has no `>`";
    mistaken("is_alert > false", 10, 1, message, "use =, != or EXISTS");
    let help = "name an attribute of it, such as `device.name`, or use EXISTS";
    mistaken("device = 'x'", 8, 1, "`device` holds an object, which has no `=`", help);
}

#[test]
fn a_value_that_does_not_fit_the_field() {
    let help = "write a whole number without quotes, such as `443`";
    let message = "`dst.port` holds a whole number, and `https` is none";
    mistaken("dst.port = https", 12, 5, message, help);
    let message = "`dst.port` holds a whole number, and `'443'` is none";
    mistaken("dst.port = '443'", 12, 5, message, help);
    let message = "`dst.port` holds a whole number, and `443.5` is none";
    mistaken("dst.port = 443.5", 12, 5, message, help);
    let message = "`vulnerabilities.cve.cvss.base_score` holds a number, and `NaN` is none";
    let help = "write a number without quotes, such as `7.5`";
    mistaken("vulnerabilities.cve.cvss.base_score > NaN", 39, 3, message, help);
    let message = "`is_alert` holds a boolean, and `'true'` is none";
    mistaken("is_alert = 'true'", 12, 6, message, "write `true` or `false`, without quotes");
    let message = "`time` holds a time, and `'yesterday'` is none";
    let help = "write a time in quotes, such as `'2026-03-01T12:00:00Z'`";
    mistaken("time > 'yesterday'", 8, 11, message, help);
    let message = "`src.ip` holds an IP address, and `'10.0.0'` is none";
    let help = "write an address or a network in quotes, such as `'10.0.0.0/8'`";
    mistaken("src.ip = '10.0.0'", 10, 8, message, help);
}

#[test]
fn a_severity_that_is_none() {
    let message = "`severity` holds a severity, and `'critcal'` is none";
    mistaken("severity = 'critcal'", 12, 9, message, "did you mean `'critical'`?");
    let help =
        "the severities are unknown, informational, low, medium, high, critical, fatal, other";
    let message = "`severity` holds a severity, and `7` is none";
    mistaken("severity >= 7", 13, 1, message, help);
    let message = "`unknown` is neither more nor less than any other severity";
    mistaken("severity > unknown", 12, 7, message, "compare it with = or !=");
}

#[test]
fn a_text_without_quotes() {
    let message = "`host` is compared with a text, and `web-01` has no quotes";
    mistaken("host = web-01", 8, 6, message, "write `'web-01'`");
    let message = "`host` is compared with a text, and `‘web-01’` has no quotes";
    mistaken("host = ‘web-01’", 8, 8, message, "write `'web-01'`");
    let message = "`host` is compared with a text, and `user` has no quotes";
    mistaken("host = user", 8, 4, message, "two fields cannot be compared with each other");
    let message = "`host` is compared with a text, and `^web` has no quotes";
    mistaken("host MATCHES ^web", 14, 4, message, "write `'^web'`");
    let help = "write what to search for, or use EXISTS";
    mistaken("host CONTAINS ''", 15, 2, "every text contains the empty text", help);
}

#[test]
fn a_regular_expression_that_is_none() {
    let message = "invalid regular expression: unclosed group";
    mistaken("host MATCHES '^é(a'", 17, 1, message, "");
    let told = errors(r"host MATCHES 'a\'(?=b)'");
    assert_eq!((told[0].column, told[0].length), (18, 3));
    let told = errors(r"host MATCHES '(\w{100}){100}'");
    assert_eq!((told[0].column, told[0].length), (15, 14));
    assert!(told[0].message.contains("takes more than 1 MiB"), "{}", told[0]);
}

#[test]
fn a_list_of_mixed_values() {
    let message = "`host` is compared with a text, and `2` has no quotes";
    mistaken("host IN ('a', 2)", 15, 1, message, "write `'2'`");
    let message = "`dst.port` holds a whole number, and `'22'` is none";
    let help = "write a whole number without quotes, such as `443`";
    mistaken("dst.port NOT IN (22, '22')", 22, 4, message, help);
    let message = "the list mixes texts, numbers and booleans";
    let help = "make two lists with OR between them, or quote all values or none";
    mistaken("unmapped.x IN ('1', 1)", 21, 1, message, help);
    let message = "`<` compares numbers only";
    let help = "write a number without quotes, such as `443`";
    mistaken("unmapped.x < 'a'", 14, 3, message, help);
}

#[test]
fn a_list_that_is_none() {
    let help = "a list looks like `('high', 'critical')`";
    mistaken("severity IN 'high'", 13, 6, "expected `(`, found the text `high`", help);
    mistaken("severity IN ()", 14, 1, "expected a value, found `)`", "");
    let message = "expected `,` or `)`, found the text `low`";
    mistaken("severity IN ('high' 'low') AND host = 'a'", 21, 5, message, "");
    mistaken("severity IN ('high'", 20, 1, "expected `,` or `)`, found the end", "");
}

#[test]
fn parentheses_that_do_not_match() {
    mistaken("(host = 'a'", 1, 1, "this `(` is never closed", "add the missing `)`");
    mistaken("host = 'a')", 11, 1, "this `)` closes nothing", "");
    mistaken("host = 'a') AND user = 'b'", 11, 1, "this `)` closes nothing", "");
    mistaken("()", 2, 1, "expected a field, found `)`", "");
}

#[test]
fn a_text_that_is_never_closed() {
    let help = r"add the closing quote; a backslash in front of it must be doubled, as in `'C:\\'`";
    mistaken("host = 'a", 8, 2, "this text is never closed", help);
    let message = "expected `AND`, `OR` or the end, found `b`";
    mistaken("host = 'a AND user = 'b", 23, 1, message, "");
    mistaken(r"host = 'C:\'", 8, 5, "this text is never closed", help);
}

#[test]
fn something_missing_or_superfluous() {
    mistaken("host = ", 8, 1, "expected a value, found the end", "");
    mistaken("host = AND user = 'b'", 8, 3, "expected a value, found `AND`", "");
    mistaken("host = 'a' AND", 15, 1, "expected a field, found the end", "");
    mistaken("AND host = 'a'", 1, 3, "expected a field, found `AND`", "");
    let message = "expected `AND`, `OR` or the end, found `user`";
    mistaken("host = 'a' user = 'b'", 12, 4, message, "");
    let message = "expected `AND`, `OR` or `)`, found `user`";
    mistaken("(host = 'a' user = 'b')", 13, 4, message, "");
    let help = "the field comes first and has no quotes";
    mistaken("'a' = host", 1, 3, "expected a field, found the text `a`", help);
}

#[test]
fn an_operator_of_another_language() {
    for (foreign, ours) in [
        ("==", "="),
        ("<>", "!="),
        ("=~", "MATCHES"),
        ("!~", "DOES NOT MATCH"),
        ("LIKE", "CONTAINS"),
    ] {
        let message = format!("expected an operator after `host`, found `{foreign}`");
        let length = foreign.chars().count();
        mistaken(&format!("host {foreign} 'a'"), 6, length, &message, &format!("write `{ours}`"));
    }
    let told = errors("host 'a'");
    assert!(told[0].help.as_ref().unwrap().contains("DOES NOT CONTAIN"), "{}", told[0]);
    let message = "expected `AND`, `OR` or the end, found `&&`";
    mistaken("host = 'a' && user = 'b'", 12, 2, message, "");
}

#[test]
fn a_head_that_is_none() {
    let message = "a query does not begin with `confg`";
    mistaken("confg from cloud.resource where host = 'a'", 1, 5, message, "did you mean `config`?");
    let told = errors("config from where host = 'a'");
    assert_eq!((told.len(), told[0].column), (1, 13));
    let told = errors("config from cloud.resource host = 'a'");
    assert_eq!((told.len(), told[0].column), (1, 28));
    assert_eq!(told[0].message, "expected `WHERE`, found `host`");
}

#[test]
fn nesting_that_is_too_deep() {
    let nested = |depth: usize| "(".repeat(depth) + "host = 'a'" + &")".repeat(depth);
    let help = "remove superfluous parentheses, or make two conditions of this one";

    assert!(Condition::compile(&nested(64)).is_ok());
    let message = "`NOT` and parentheses are nested more than 64 deep";
    mistaken(&nested(65), 65, 1, message, help);
    mistaken(&("NOT ".repeat(65) + "host = 'a'"), 257, 3, message, help);
    mistaken(&"(".repeat(16_384), 65, 1, message, help);
}

#[test]
fn a_condition_that_is_too_long() {
    let told = errors(&("é".repeat(10_000) + " = 'a'"));

    assert_eq!((told.len(), told[0].column), (1, 8_193));
    let message = "the condition is 20006 bytes long, the limit is 16384";
    assert_eq!(told[0].message, message);
}

#[test]
fn too_many_regular_expressions() {
    let many = |count: usize| vec!["host MATCHES 'a'"; count].join(" OR ");

    assert!(Condition::compile(&many(32)).is_ok());
    let message = "the condition has more than 32 regular expressions";
    let help = "join several into one with `|`, or use CONTAINS";
    mistaken(&many(33), 646, 7, message, help);
}

#[test]
fn a_field_of_many_words() {
    let field = "user.".repeat(200);

    let told = errors(&format!("{field} = 'a'"));

    assert_eq!((told[0].column, told[0].length), (1, 1_000));
    assert!(told[0].message.ends_with("…`"), "{}", told[0]);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let told = errors("hostt = 'a' AND dst.port = 'b' OR (severity = purple AND user 'x'");

    let columns: Vec<_> = told.iter().map(|error| error.column).collect();
    assert_eq!(columns, [1, 28, 35, 47, 63]);
}
