//! Whatever is printed is read back as the same tree, and nothing that is read makes a panic.

use ipnet::IpNet;
use proptest::prelude::*;
use signalbox_model::Severity;
use signalbox_model::time::Timestamp;

use super::super::ast::{Clause, Comparison, Expression, Literal, Test};
use super::super::caseless::Caseless;
use super::super::field::{Field, Kind};
use super::super::pattern::Pattern;
use super::super::{Condition, Subject};
use super::sample::detection;

fn field(name: &str) -> Field {
    Field::find(name).unwrap()
}

fn literal(kind: Kind) -> BoxedStrategy<Literal> {
    let text = any::<String>().prop_map(|text| Literal::Text(Caseless::new(&text)));
    let float = any::<f64>().prop_filter("finite", |number| number.is_finite());
    match kind {
        Kind::Address => (any::<std::net::IpAddr>(), 0..=32_u8)
            .prop_map(|(address, prefix)| {
                let address = address.to_canonical();
                Literal::Network(IpNet::new(address, prefix).unwrap())
            })
            .boxed(),
        Kind::Integer => any::<i64>().prop_map(Literal::Integer).boxed(),
        Kind::Float => float.prop_map(Literal::Float).boxed(),
        Kind::Boolean => any::<bool>().prop_map(Literal::Boolean).boxed(),
        Kind::Time => (0..253_402_300_799_999_i64)
            .prop_map(|millis| Literal::Time(Timestamp::from_millis(millis)))
            .boxed(),
        Kind::Severity => {
            prop::sample::select(&Severity::ALL[1..7]).prop_map(Literal::Severity).boxed()
        }
        Kind::Text | Kind::Json | Kind::Object => text.boxed(),
    }
}

fn test_of_text() -> BoxedStrategy<Test> {
    let part = any::<String>().prop_filter("not empty", |text| !text.is_empty());
    let pattern = any::<String>().prop_map(|text| regex::escape(&text));
    prop_oneof![
        part.prop_map(|part| Test::Contains(Caseless::new(&part))),
        pattern.prop_map(|pattern| Test::Matches(Pattern::compile(&pattern).unwrap())),
    ]
    .boxed()
}

fn test_of(kind: Kind) -> BoxedStrategy<Test> {
    let equals = prop_oneof![
        Just(Test::Exists),
        literal(kind).prop_map(Test::Equals),
        prop::collection::vec(literal(kind), 1..4).prop_map(Test::In),
    ];
    let comparison = prop::sample::select(&[
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ]);
    let order =
        (comparison, literal(kind)).prop_map(|(order, literal)| Test::Order(order, literal));
    match kind {
        Kind::Text | Kind::Address | Kind::Json => prop_oneof![equals, test_of_text()].boxed(),
        Kind::Integer | Kind::Float | Kind::Time | Kind::Severity => {
            prop_oneof![equals, order].boxed()
        }
        Kind::Boolean => equals.boxed(),
        Kind::Object => Just(Test::Exists).boxed(),
    }
}

fn clause() -> impl Strategy<Value = Expression> {
    prop::sample::select(&FIELDS).prop_flat_map(|name| {
        let kind = field(name).kind();
        (test_of(kind), any::<bool>()).prop_map(move |(test, is_negated)| {
            let is_negated = is_negated && !matches!(test, Test::Order(..));
            Expression::Clause(Clause { field: field(name), is_negated, test })
        })
    })
}

fn expression() -> impl Strategy<Value = Expression> {
    clause().prop_recursive(6, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..5).prop_map(Expression::all),
            prop::collection::vec(inner.clone(), 2..5).prop_map(Expression::any),
            inner.prop_map(|inner| Expression::Not(Box::new(inner))),
        ]
    })
}

fn something_like_a_condition() -> impl Strategy<Value = String> {
    let word = prop_oneof![prop::sample::select(&WORDS).prop_map(str::to_owned), "\\PC{1,3}"];
    prop::collection::vec(word, 0..40).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back_as_the_same(expression in expression()) {
        let printed = expression.to_string();
        prop_assume!(printed.len() <= 16_384);

        let compiled = Condition::compile(&printed);

        prop_assert!(compiled.is_ok(), "{printed}: {compiled:?}");
        let compiled = compiled.unwrap();
        prop_assert_eq!(compiled.expression(), &expression);
        prop_assert_eq!(compiled.to_string(), printed);
    }

    #[test]
    fn no_text_makes_a_panic(text in any::<String>()) {
        let _is_valid = Condition::compile(&text).is_ok();
    }

    #[test]
    fn what_resembles_a_condition_compiles_and_matches_or_is_refused(
        text in something_like_a_condition(),
    ) {
        let characters = text.chars().count();
        match Condition::compile(&text) {
            Ok(condition) => {
                let event = detection();
                let subject = Subject { event: &event, integration: "a", connector: "b" };
                let matches = condition.matches(&subject);
                let normal = Condition::compile(&condition.to_string()).unwrap();
                prop_assert_eq!(normal.matches(&subject), matches);
            }
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                for error in errors {
                    prop_assert!(error.column >= 1 && error.column <= characters + 1);
                }
            }
        }
    }
}

#[test]
fn the_normal_form_has_one_spelling() {
    let normal = |text: &str| Condition::compile(text).unwrap().to_string();

    assert_eq!(
        normal(
            "config from cloud.resource where ((Severity>=4))and(host=\"it's\"or not user exists)"
        ),
        r"severity >= 'high' AND (host = 'it\'s' OR NOT user EXISTS)"
    );
    assert_eq!(
        normal(r#"host matches "^it's\\\"\d" and src.ip not in ("10.0.0.1/32",'::ffff:10.0.0.2')"#),
        r#"host MATCHES '^it\'s\\"\d' AND src.ip NOT IN ('10.0.0.1', '10.0.0.2')"#
    );
    assert_eq!(
        normal("(host = 'a' and user = 'b') or (url = 'c' or not (domain = 'd' and file = 'e'))"),
        "host = 'a' AND user = 'b' OR url = 'c' OR NOT (domain = 'd' AND file = 'e')"
    );
    assert_eq!(normal("time = '2026-03-01'"), "time = '2026-03-01T00:00:00.000Z'");
}

/// One or more of each kind.
const FIELDS: [&str; 12] = [
    "finding.title",
    "integration",
    "tag.env",
    "src.ip",
    "dst.port",
    "vulnerabilities.cve.cvss.base_score",
    "is_alert",
    "time",
    "severity",
    "vulnerabilities.severity",
    "unmapped.score",
    "device",
];

const WORDS: [&str; 34] = [
    "severity",
    "finding.title",
    "dst.port",
    "src.ip",
    "tag.env",
    "unmapped.x",
    "time",
    "AND",
    "OR",
    "NOT",
    "(",
    ")",
    "IN",
    "CONTAINS",
    "MATCHES",
    "EXISTS",
    "DOES",
    "EXIST",
    "=",
    "!=",
    "<",
    ">=",
    ",",
    "'high'",
    "'a\\'b'",
    "'",
    "\"",
    "443",
    "7.5",
    "true",
    "'10.0.0.0/8'",
    "config",
    "from",
    "where",
];
