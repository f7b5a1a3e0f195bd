//! Asks an event: the evaluator for events in flight.
//!
//! Nothing is parsed, compiled or compared by name here; a clause follows its path and looks at
//! each value until one will do. Nothing is allocated, except for a search in text beyond ASCII
//! and for JSON strings with escapes.
//!
//! What each comparison means is in the documentation of [`condition`](super); here a value that
//! is not of the literal's kind (an address that is none, a severity nobody knows) simply does not
//! meet the test.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::net::IpAddr;
use std::ops::ControlFlow;

use signalbox_model::Severity;
use signalbox_model::ocsf::ValueRef;
use signalbox_model::ocsf::object::Visitor;

use super::Subject;
use super::ast::{Clause, Comparison, Expression, Literal, Test};
use super::field::{Field, Place};

/// Whether an expression holds for a subject.
pub(super) fn holds(expression: &Expression, subject: &Subject<'_>) -> bool {
    match expression {
        Expression::All(operands) => operands.iter().all(|operand| holds(operand, subject)),
        Expression::Any(operands) => operands.iter().any(|operand| holds(operand, subject)),
        Expression::Not(operand) => !holds(operand, subject),
        Expression::Clause(clause) => clause_holds(clause, subject),
    }
}

/// Whether a clause holds for a subject.
pub(super) fn clause_holds(clause: &Clause, subject: &Subject<'_>) -> bool {
    any_meets(&clause.field, subject, &clause.test) != clause.is_negated
}

/// Whether any value of a field meets a test.
pub(super) fn any_meets(field: &Field, subject: &Subject<'_>, test: &Test) -> bool {
    let mut until_met = |value: ValueRef<'_>| match meets(value, test) {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    visit(field, subject, &mut until_met).is_break()
}

/// Calls `visitor` with each value of a field, until it says to stop.
pub(super) fn visit<'a>(
    field: &Field,
    subject: &Subject<'a>,
    visitor: &mut Visitor<'a, '_>,
) -> ControlFlow<()> {
    match field.place() {
        Place::Event(paths) => paths.iter().try_for_each(|path| subject.event.visit(path, visitor)),
        Place::Tag(tag) => tag.visit(subject.event, visitor),
        Place::Integration => visitor(ValueRef::Text(subject.integration)),
        Place::Connector => visitor(ValueRef::Text(subject.connector)),
    }
}

/// As [`meets`], for a value whose address, if it is one, was read before.
pub(super) fn meets_one(value: ValueRef<'_>, address: Option<IpAddr>, test: &Test) -> bool {
    match (address, test) {
        (Some(address), Test::Equals(Literal::Network(network))) => network.contains(&address),
        (Some(address), Test::In(literals)) if is_of_networks(literals) => {
            is_in_one_of(&address, literals)
        }
        _ => meets(value, test),
    }
}

fn meets(value: ValueRef<'_>, test: &Test) -> bool {
    match test {
        Test::Exists => true,
        Test::Equals(literal) => equals(value, literal),
        Test::In(literals) => is_one_of(value, literals),
        Test::Order(comparison, literal) => {
            order(value, literal).is_some_and(|order| comparison.includes(order))
        }
        Test::Contains(part) => text(value).is_some_and(|text| part.is_in(&text)),
        Test::Matches(pattern) => text(value).is_some_and(|text| pattern.is_match(&text)),
    }
}

fn is_one_of(value: ValueRef<'_>, literals: &[Literal]) -> bool {
    match value {
        // An address is read once, however long the list of networks is.
        ValueRef::Text(text) if is_of_networks(literals) => {
            address(text).is_some_and(|address| is_in_one_of(&address, literals))
        }
        _ => literals.iter().any(|literal| equals(value, literal)),
    }
}

fn is_of_networks(literals: &[Literal]) -> bool {
    matches!(literals.first(), Some(Literal::Network(_)))
}

fn is_in_one_of(address: &IpAddr, literals: &[Literal]) -> bool {
    literals.iter().any(|literal| match literal {
        Literal::Network(network) => network.contains(address),
        _ => false,
    })
}

fn equals(value: ValueRef<'_>, literal: &Literal) -> bool {
    match (value, literal) {
        (value, Literal::Text(text)) => string(value).is_some_and(|value| text.equals(&value)),
        (ValueRef::Text(value), Literal::Network(network)) => {
            address(value).is_some_and(|address| network.contains(&address))
        }
        (ValueRef::Boolean(value), Literal::Boolean(is_true)) => value == *is_true,
        (value, Literal::Severity(severity)) => self::severity(value) == Some(*severity),
        (value, literal) => order(value, literal) == Some(Ordering::Equal),
    }
}

/// A dual-stack socket shows `10.0.0.5` as `::ffff:10.0.0.5`; both are the former.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok().map(|address: IpAddr| address.to_canonical())
}

/// Where a value lies seen from a literal; `None` where the two have no order.
fn order(value: ValueRef<'_>, literal: &Literal) -> Option<Ordering> {
    match (value, literal) {
        (ValueRef::Integer(value), Literal::Integer(number)) => Some(value.cmp(number)),
        (ValueRef::Timestamp(value), Literal::Time(time)) => Some(value.cmp(time)),
        (value, Literal::Severity(severity)) => {
            let rank = self::severity(value)?.rank();
            (rank > 0).then(|| rank.cmp(&severity.rank()))
        }
        (ValueRef::Float(value), Literal::Float(number)) => value.partial_cmp(number),
        (ValueRef::Integer(value), Literal::Float(number)) => (value as f64).partial_cmp(number),
        (ValueRef::Float(value), Literal::Integer(number)) => value.partial_cmp(&(*number as f64)),
        (ValueRef::Text(text), Literal::Integer(_) | Literal::Float(_)) => {
            order(number(text)?, literal)
        }
        _ => None,
    }
}

/// Only where anything may be, in JSON, a text meets a literal that is a number.
fn number(text: &str) -> Option<ValueRef<'_>> {
    let integer = text.parse().ok().map(ValueRef::Integer);
    let float = || text.parse().ok().filter(|number: &f64| number.is_finite());
    integer.or_else(|| float().map(ValueRef::Float))
}

/// Reads a severity, which stands as a number or as a word.
pub(super) fn severity(value: ValueRef<'_>) -> Option<Severity> {
    match value {
        ValueRef::Integer(id) => Severity::from_id(id),
        ValueRef::Text(word) => Severity::parse(word),
        _ => None,
    }
}

/// Returns a text; JSON that is a string with escapes is one as well.
fn string(value: ValueRef<'_>) -> Option<Cow<'_, str>> {
    match value {
        ValueRef::Text(text) => Some(Cow::Borrowed(text)),
        ValueRef::Json(json) if json.starts_with('"') => serde_json::from_str(json).ok(),
        _ => None,
    }
}

/// Returns what can be searched: a text, or the JSON of what is none.
fn text(value: ValueRef<'_>) -> Option<Cow<'_, str>> {
    match value {
        ValueRef::Json(json) => string(value).or(Some(Cow::Borrowed(json))),
        _ => string(value),
    }
}

impl Comparison {
    const fn includes(self, order: Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}
