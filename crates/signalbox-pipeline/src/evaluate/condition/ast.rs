//! The typed syntax tree: a condition whose fields exist and whose values fit them.
//!
//! It says what is asked and nothing about how: [`matching`](super::matching) asks an event in
//! flight, and another evaluator may ask a table. Trees are equal when they mean the same and name
//! their fields alike; where a clause stood in the text is forgotten. What is negated in words
//! (`!=`, `NOT IN`, `DOES NOT …`) is the clause without the word, negated.

use ipnet::IpNet;
use signalbox_model::Severity;
use signalbox_model::time::Timestamp;

use super::caseless::Caseless;
use super::field::Field;
use super::pattern::Pattern;

/// An expression. Nested at most 64 deep; `All` and `Any` hold two or more expressions, none of
/// which is of their own sort.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// Every one holds.
    All(Vec<Expression>),
    /// At least one holds.
    Any(Vec<Expression>),
    /// It does not hold.
    Not(Box<Expression>),
    /// The clause holds.
    Clause(Clause),
}

impl Expression {
    /// Returns the clauses in the order of the text.
    pub fn clauses(&self) -> Vec<&Clause> {
        match self {
            Self::All(operands) | Self::Any(operands) => {
                operands.iter().flat_map(Self::clauses).collect()
            }
            Self::Not(operand) => operand.clauses(),
            Self::Clause(clause) => vec![clause],
        }
    }

    /// Joins operands so that all must hold.
    pub(super) fn all(operands: impl IntoIterator<Item = Self>) -> Self {
        let operands = operands.into_iter().flat_map(|operand| match operand {
            Self::All(inner) => inner,
            other => vec![other],
        });
        Self::All(operands.collect())
    }

    /// Joins operands so that one must hold.
    pub(super) fn any(operands: impl IntoIterator<Item = Self>) -> Self {
        let operands = operands.into_iter().flat_map(|operand| match operand {
            Self::Any(inner) => inner,
            other => vec![other],
        });
        Self::Any(operands.collect())
    }
}

/// What is asked about one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// The field. It may have no value, one or several.
    pub field: Field,
    /// Whether the clause holds when the test does not.
    pub is_negated: bool,
    /// The test. It holds when it holds for any one value of the field.
    pub test: Test,
}

/// A question about a value. The literals are of the field's kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Is there a value?
    Exists,
    /// Is it this one?
    Equals(Literal),
    /// Is it one of these? There is at least one.
    In(Vec<Literal>),
    /// Where does it lie in the order?
    Order(Comparison, Literal),
    /// Is this text, which is not empty, a part of it?
    Contains(Caseless),
    /// Does a part of it match?
    Matches(Pattern),
}

/// A place in an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A value to compare with.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A text; case does not matter.
    Text(Caseless),
    /// An address, which is a network of one, or a network.
    Network(IpNet),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, never infinite and always a number.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// A point in time.
    Time(Timestamp),
    /// A severity. In an order it is neither `Unknown` nor `Other`.
    Severity(Severity),
}
