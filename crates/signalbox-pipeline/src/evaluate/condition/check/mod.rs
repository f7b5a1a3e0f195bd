//! The check: a condition as it was written into one whose fields exist and whose values fit.

mod clause;
mod value;

use super::ast::Expression;
use super::error::{Mistake, Mistakes, Span};
use super::grammar::{Operator, Written};

/// Checks a condition. All of it is looked at, so that all mistakes are found; `None` when there
/// is one.
pub(super) fn condition(written: &Written<'_>, mistakes: &mut Mistakes<'_>) -> Option<Expression> {
    let mut patterns = Vec::new();
    find_patterns(written, &mut patterns);
    if let Some(span) = patterns.get(PATTERNS_MAX) {
        let message = format!("the condition has more than {PATTERNS_MAX} regular expressions");
        mistakes.add(*span, Mistake::new(message).help(PATTERNS_HELP));
        return None;
    }
    expression(written, mistakes)
}

fn expression(written: &Written<'_>, mistakes: &mut Mistakes<'_>) -> Option<Expression> {
    match written {
        Written::All(operands) => Some(Expression::all(all(operands, mistakes)?)),
        Written::Any(operands) => Some(Expression::any(all(operands, mistakes)?)),
        Written::Not(operand) => Some(Expression::Not(Box::new(expression(operand, mistakes)?))),
        Written::Clause(clause) => Some(Expression::Clause(clause::clause(clause, mistakes)?)),
    }
}

fn all(operands: &[Written<'_>], mistakes: &mut Mistakes<'_>) -> Option<Vec<Expression>> {
    let mut checked = Vec::with_capacity(operands.len());
    for operand in operands {
        checked.push(expression(operand, mistakes));
    }
    checked.into_iter().collect()
}

fn find_patterns(written: &Written<'_>, found: &mut Vec<Span>) {
    match written {
        Written::All(operands) | Written::Any(operands) => {
            operands.iter().for_each(|operand| find_patterns(operand, found));
        }
        Written::Not(operand) => find_patterns(operand, found),
        Written::Clause(clause) if clause.operator.value == Operator::Matches => {
            found.push(clause.operator.span);
        }
        Written::Clause(_) => {}
    }
}

/// Each takes up to 1 MiB and some 10 ms to compile.
const PATTERNS_MAX: usize = 32;

const PATTERNS_HELP: &str = "join several into one with `|`, or use CONTAINS";
