//! The normal form of a condition: one spelling for everything that means the same.
//!
//! Keywords in capitals, texts in single quotes, one space, no parenthesis too many, no head. What
//! is printed is read back as the same tree.

use std::fmt::{self, Display, Formatter, Write};

use ipnet::IpNet;

use super::ast::{Clause, Comparison, Expression, Literal, Test};
use super::pattern::Pattern;

impl Display for Expression {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(operands) => joined(formatter, operands, " AND "),
            Self::Any(operands) => joined(formatter, operands, " OR "),
            Self::Not(operand) => {
                formatter.write_str("NOT ")?;
                let is_group = matches!(**operand, Self::All(_) | Self::Any(_));
                written(formatter, operand, is_group)
            }
            Self::Clause(clause) => clause.fmt(formatter),
        }
    }
}

fn joined(formatter: &mut Formatter<'_>, operands: &[Expression], between: &str) -> fmt::Result {
    for (operand, index) in operands.iter().zip(0..) {
        if index > 0 {
            formatter.write_str(between)?;
        }
        // `AND` binds closer than `OR`, so only the latter needs parentheses inside the former.
        written(formatter, operand, matches!(operand, Expression::Any(_)))?;
    }
    Ok(())
}

fn written(
    formatter: &mut Formatter<'_>,
    operand: &Expression,
    has_parentheses: bool,
) -> fmt::Result {
    if has_parentheses { write!(formatter, "({operand})") } else { operand.fmt(formatter) }
}

impl Display for Clause {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.field.name(), self.test.operator(self.is_negated))?;
        match &self.test {
            Test::Exists => Ok(()),
            Test::Equals(literal) | Test::Order(_, literal) => write!(formatter, " {literal}"),
            Test::In(literals) => list(formatter, literals),
            Test::Contains(text) => {
                formatter.write_char(' ')?;
                quoted(formatter, text.as_str())
            }
            Test::Matches(pattern) => {
                formatter.write_char(' ')?;
                quoted_pattern(formatter, pattern)
            }
        }
    }
}

impl Test {
    const fn operator(&self, is_negated: bool) -> &'static str {
        match (self, is_negated) {
            (Self::Exists, false) => "EXISTS",
            (Self::Exists, true) => "DOES NOT EXIST",
            (Self::Equals(_), false) => "=",
            (Self::Equals(_), true) => "!=",
            (Self::In(_), false) => "IN",
            (Self::In(_), true) => "NOT IN",
            (Self::Contains(_), false) => "CONTAINS",
            (Self::Contains(_), true) => "DOES NOT CONTAIN",
            (Self::Matches(_), false) => "MATCHES",
            (Self::Matches(_), true) => "DOES NOT MATCH",
            (Self::Order(comparison, _), _) => comparison.symbol(),
        }
    }
}

impl Comparison {
    /// Returns how the comparison is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl Display for Literal {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => quoted(formatter, text.as_str()),
            Self::Network(network) if is_single(network) => {
                write!(formatter, "'{}'", network.addr())
            }
            Self::Network(network) => write!(formatter, "'{network}'"),
            Self::Integer(number) => number.fmt(formatter),
            // Debug keeps the point of `7.0`, which makes it no integer.
            Self::Float(number) => write!(formatter, "{number:?}"),
            Self::Boolean(is_true) => is_true.fmt(formatter),
            Self::Time(time) => write!(formatter, "'{time}'"),
            Self::Severity(severity) => {
                write!(formatter, "'{}'", severity.caption().to_ascii_lowercase())
            }
        }
    }
}

fn list(formatter: &mut Formatter<'_>, literals: &[Literal]) -> fmt::Result {
    let mut before = " (";
    for literal in literals {
        write!(formatter, "{before}{literal}")?;
        before = ", ";
    }
    formatter.write_char(')')
}

fn quoted(formatter: &mut Formatter<'_>, text: &str) -> fmt::Result {
    formatter.write_char('\'')?;
    for character in text.chars() {
        if matches!(character, '\'' | '\\') {
            formatter.write_char('\\')?;
        }
        formatter.write_char(character)?;
    }
    formatter.write_char('\'')
}

/// Only the quotes of a pattern are escaped; its backslashes are its own. A quote behind one is
/// never found in it.
fn quoted_pattern(formatter: &mut Formatter<'_>, pattern: &Pattern) -> fmt::Result {
    formatter.write_char('\'')?;
    for character in pattern.as_str().chars() {
        if character == '\'' {
            formatter.write_char('\\')?;
        }
        formatter.write_char(character)?;
    }
    formatter.write_char('\'')
}

fn is_single(network: &IpNet) -> bool {
    network.prefix_len() == network.max_prefix_len()
}
