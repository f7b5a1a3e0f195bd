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
    let is_met = any_value(&clause.field, subject, |value| meets(value, &clause.test));
    is_met != clause.is_negated
}

fn any_value(field: &Field, subject: &Subject<'_>, test: impl Fn(ValueRef<'_>) -> bool) -> bool {
    let mut until_met = |value: ValueRef<'_>| match test(value) {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    let visited = match field.place() {
        Place::Event(paths) => {
            paths.iter().try_for_each(|path| subject.event.visit(path, &mut until_met))
        }
        Place::Tag(tag) => tag.visit(subject.event, &mut until_met),
        Place::Integration => until_met(ValueRef::Text(subject.integration)),
        Place::Connector => until_met(ValueRef::Text(subject.connector)),
    };
    visited.is_break()
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
    let (ValueRef::Text(text), Some(Literal::Network(_))) = (value, literals.first()) else {
        return literals.iter().any(|literal| equals(value, literal));
    };
    // An address is read once, however long the list of networks is.
    let Some(address) = address(text) else { return false };
    literals.iter().any(|literal| match literal {
        Literal::Network(network) => network.contains(&address),
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
fn address(text: &str) -> Option<IpAddr> {
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

fn severity(value: ValueRef<'_>) -> Option<Severity> {
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
