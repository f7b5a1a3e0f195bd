//! Encoded queries (`sysparm_query`), as far as clients of incidents use them.
//!
//! `=`, `!=`, `IN`, `^` (and), `^OR`, `ORDERBY` and `ORDERBYDESC`; `^^` is a `^` within a value. A
//! condition on a column that is not there is ignored, as by the product, and so is one that cannot
//! be read.

use std::borrow::Cow;

use super::instance::Row;

/// A parsed query: every group must hold, and a group holds where one of its conditions does.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    groups: Vec<Vec<Condition>>,
    order: Vec<Order>,
}

#[derive(Debug, PartialEq, Eq)]
struct Condition {
    column: String,
    operator: Operator,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Is,
    IsNot,
    In,
}

#[derive(Debug, PartialEq, Eq)]
struct Order {
    column: String,
    is_descending: bool,
}

impl Query {
    /// Parses a query; terms that cannot be read are left out.
    pub(super) fn parse(text: &str) -> Self {
        let mut query = Self::default();
        for term in terms(text) {
            query.add(&term);
        }
        query
    }

    /// Returns the columns of its conditions.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().flatten().map(|condition| condition.column.as_str())
    }

    /// Returns the rows that it selects, in its order; conditions on columns that are not usable are
    /// ignored.
    pub(super) fn select<'a>(
        &self,
        mut rows: Vec<Cow<'a, Row>>,
        is_usable: impl Fn(&str) -> bool,
    ) -> Vec<Cow<'a, Row>> {
        for group in &self.groups {
            let usable: Vec<_> = group.iter().filter(|c| is_usable(&c.column)).collect();
            rows.retain(|row| usable.is_empty() || usable.iter().any(|c| c.holds(row)));
        }
        for order in self.order.iter().rev().filter(|order| is_usable(&order.column)) {
            rows.sort_by(|a, b| {
                let ascending = a.get(&order.column).cmp(&b.get(&order.column));
                if order.is_descending { ascending.reverse() } else { ascending }
            });
        }
        rows
    }

    fn add(&mut self, term: &str) {
        if let Some(column) = term.strip_prefix("ORDERBYDESC") {
            self.order.push(Order { column: column.to_owned(), is_descending: true });
        } else if let Some(column) = term.strip_prefix("ORDERBY") {
            self.order.push(Order { column: column.to_owned(), is_descending: false });
        } else if let Some(condition) = term.strip_prefix("OR").and_then(Condition::parse) {
            match self.groups.last_mut() {
                Some(group) => group.push(condition),
                None => self.groups.push(vec![condition]),
            }
        } else if let Some(condition) = Condition::parse(term) {
            self.groups.push(vec![condition]);
        }
    }
}

impl Condition {
    fn parse(term: &str) -> Option<Self> {
        let end =
            term.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'))?;
        let (column, rest) = term.split_at(end);
        let (word, operator) = OPERATORS.iter().find(|(word, _)| rest.starts_with(word))?;
        let value = rest.strip_prefix(word)?;
        Some(Self { column: column.to_owned(), operator: *operator, value: value.to_owned() })
    }

    fn holds(&self, row: &Row) -> bool {
        let own = row.get(&self.column).map_or("", String::as_str);
        match self.operator {
            Operator::Is => own == self.value,
            Operator::IsNot => own != self.value,
            Operator::In => self.value.split(',').any(|value| own == value),
        }
    }
}

/// Splits at single carets.
fn terms(text: &str) -> Vec<String> {
    let guarded = text.replace("^^", GUARD);
    let terms = guarded.split('^').filter(|term| !term.is_empty());
    terms.map(|term| term.replace(GUARD, "^")).collect()
}

const OPERATORS: [(&str, Operator); 3] =
    [("!=", Operator::IsNot), ("=", Operator::Is), ("IN", Operator::In)];

/// Stands for a doubled caret while a query is split.
const GUARD: &str = "\u{0}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_joined_by_and_and_by_or() {
        assert_eq!(select("state=1^impact=2"), ["b"]);
        assert_eq!(select("state=1^ORstate=6"), ["a", "b", "c"]);
        assert_eq!(select("state!=1"), ["c"]);
        assert_eq!(select("stateIN1,7"), ["a", "b"]);
    }

    #[test]
    fn a_doubled_caret_is_part_of_the_value() {
        assert_eq!(select("name=x^^y"), ["c"]);
    }

    #[test]
    fn rows_come_in_the_order_asked_for() {
        assert_eq!(select("ORDERBYDESCid"), ["c", "b", "a"]);
        assert_eq!(select("ORDERBYstate^ORDERBYDESCid"), ["b", "a", "c"]);
    }

    #[test]
    fn a_condition_on_an_unknown_column_is_ignored() {
        assert_eq!(select("nonsense=1"), ["a", "b", "c"]);
        assert_eq!(select("nonsense=1^state=6"), ["c"]);
    }

    fn select(query: &str) -> Vec<String> {
        let rows = [("a", "1", "1", ""), ("b", "1", "2", ""), ("c", "6", "2", "x^y")];
        let row = |(id, state, impact, name): (&str, &str, &str, &str)| {
            let columns = [("id", id), ("state", state), ("impact", impact), ("name", name)];
            columns.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect::<Row>()
        };
        let rows: Vec<_> = rows.into_iter().map(|values| Cow::Owned(row(values))).collect();
        let selected = Query::parse(query).select(rows, |column| column != "nonsense");
        selected.into_iter().filter_map(|row| row.into_owned().remove("id")).collect()
    }
}
