//! Conditions that are asked about the same event: what several of them ask for is looked up once.
//!
//! Fifty rules ask for some twenty fields. Finding a value costs more than comparing it, so each
//! distinct field is numbered when the rules are compiled, found when the first condition asks for
//! it, and remembered while the event is decided about. An address is read once as well. Which conditions
//! are worth asking at all is told by an [`index`](super::index). The answers are those of
//! [`Condition::matches`].

use std::net::IpAddr;
use std::ops::ControlFlow;

use signalbox_model::ocsf::ValueRef;

use super::ast::{Clause, Expression, Test};
use super::field::{Field, Kind};
use super::index::{Index, Necessary};
use super::{Condition, Subject, matching};

/// Conditions, by number.
pub struct Together {
    fields: Vec<Field>,
    questions: Vec<Question>,
    index: Index,
}

/// An expression whose fields are numbers.
enum Question {
    /// Every one holds; without any it holds for every event.
    All(Vec<Question>),
    /// At least one holds.
    Any(Vec<Question>),
    /// It does not hold.
    Not(Box<Question>),
    /// A clause about the field of this number.
    Clause { field: usize, is_negated: bool, test: Test },
}

/// The same conditions, being asked about one event.
pub struct Asked<'a> {
    together: &'a Together,
    subject: &'a Subject<'a>,
    found: Vec<Option<Found<'a>>>,
}

/// What an event has in a field.
#[derive(Clone, Copy)]
pub(super) enum Found<'a> {
    /// No value.
    Nothing,
    /// One value, and the address that it is, in a field of addresses.
    One { value: ValueRef<'a>, address: Option<IpAddr> },
    /// More than one.
    Several,
}

impl Together {
    /// Puts conditions together, numbered from 0; `None` holds for every event.
    pub fn new<'a>(conditions: impl IntoIterator<Item = Option<&'a Condition>>) -> Self {
        let mut fields = Vec::new();
        let questions = conditions.into_iter().map(|condition| match condition {
            Some(condition) => Question::of(condition.expression(), &mut fields),
            None => Question::All(Vec::new()),
        });
        let questions: Vec<_> = questions.collect();
        let necessary: Vec<_> =
            questions.iter().map(|question| question.necessary(&fields)).collect();
        let index = Index::new(&necessary);
        Self { fields, questions, index }
    }

    /// Begins to ask about an event.
    pub fn ask<'a>(&'a self, subject: &'a Subject<'a>) -> Asked<'a> {
        Asked { together: self, subject, found: vec![None; self.fields.len()] }
    }
}

impl Question {
    /// Returns the clauses that must hold if it does, as far as it can be filed under them.
    fn necessary(&self, fields: &[Field]) -> Vec<Necessary> {
        match self {
            Self::All(questions) => {
                questions.iter().flat_map(|question| question.necessary(fields)).collect()
            }
            Self::Clause { field, is_negated: false, test } => {
                let named = fields.get(*field);
                named.and_then(|named| Necessary::of(*field, named, test)).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn of(expression: &Expression, fields: &mut Vec<Field>) -> Self {
        let mut each = |operands: &[Expression]| {
            operands.iter().map(|operand| Self::of(operand, fields)).collect()
        };
        match expression {
            Expression::All(operands) => Self::All(each(operands)),
            Expression::Any(operands) => Self::Any(each(operands)),
            Expression::Not(operand) => Self::Not(Box::new(Self::of(operand, fields))),
            Expression::Clause(Clause { field, is_negated, test }) => {
                let (is_negated, test) = (*is_negated, test.clone());
                Self::Clause { field: number(field, fields), is_negated, test }
            }
        }
    }
}

fn number(field: &Field, fields: &mut Vec<Field>) -> usize {
    let known = fields.iter().position(|known| known == field);
    known.unwrap_or_else(|| {
        fields.push(field.clone());
        fields.len() - 1
    })
}

impl<'a> Asked<'a> {
    /// Returns the numbers of the conditions that may hold, in order; every other one does not.
    pub fn candidates(&mut self) -> Vec<u32> {
        let together = self.together;
        together.index.candidates(self)
    }

    /// Whether the condition of this number holds.
    pub fn holds(&mut self, condition: usize) -> bool {
        let together = self.together;
        together.questions.get(condition).is_some_and(|question| self.is_so(question))
    }

    fn is_so(&mut self, question: &'a Question) -> bool {
        match question {
            Question::All(questions) => questions.iter().all(|question| self.is_so(question)),
            Question::Any(questions) => questions.iter().any(|question| self.is_so(question)),
            Question::Not(question) => !self.is_so(question),
            Question::Clause { field, is_negated, test } => self.meets(*field, test) != *is_negated,
        }
    }

    fn meets(&mut self, number: usize, test: &Test) -> bool {
        match *self.found(number) {
            Found::Nothing => false,
            Found::One { value, address } => matching::meets_one(value, address, test),
            Found::Several => {
                let field = self.together.fields.get(number);
                field.is_some_and(|field| matching::any_meets(field, self.subject, test))
            }
        }
    }

    /// Returns what the event has in the field of this number, which is looked up once.
    pub(super) fn found(&mut self, number: usize) -> &Found<'a> {
        let (subject, fields) = (self.subject, &self.together.fields);
        match fields.get(number).zip(self.found.get_mut(number)) {
            Some((field, found)) => found.get_or_insert_with(|| find(field, subject)),
            None => &Found::Nothing,
        }
    }
}

fn find<'a>(field: &Field, subject: &'a Subject<'a>) -> Found<'a> {
    let mut found = Found::Nothing;
    let visited = matching::visit(field, subject, &mut |value| match found {
        Found::Nothing => {
            found = Found::One { value, address: None };
            ControlFlow::Continue(())
        }
        _ => ControlFlow::Break(()),
    });
    match found {
        _ if visited.is_break() => Found::Several,
        Found::One { value: ValueRef::Text(text), .. } if field.kind() == Kind::Address => {
            Found::One { value: ValueRef::Text(text), address: matching::address(text) }
        }
        found => found,
    }
}
