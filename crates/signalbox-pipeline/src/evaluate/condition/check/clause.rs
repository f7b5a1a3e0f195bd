//! Whether a field exists, whether it can be asked that, and what it is compared with.

use super::super::ast::{Clause, Comparison, Literal, Test};
use super::super::error::{Mistake, Mistakes, shown};
use super::super::field::{Field, Kind};
use super::super::grammar::{Operator, Spanned, WrittenClause, WrittenValue};
use super::value;

type Values<'c, 'a> = &'c [Spanned<WrittenValue<'a>>];

/// Checks a clause.
pub(super) fn clause(written: &WrittenClause<'_>, mistakes: &mut Mistakes<'_>) -> Option<Clause> {
    if mistakes.is_full() {
        return None;
    }
    let field = match Field::find(written.field.value) {
        Ok(field) => field,
        Err(mistake) => {
            mistakes.add(written.field.span, mistake);
            return None;
        }
    };
    if !can_be_asked(written.operator.value, field.kind()) {
        mistakes.add(written.operator.span, unfit_operator(&field, written));
        return None;
    }
    let test = test(&field, written.operator.value, &written.values, mistakes)?;
    Some(Clause { field, is_negated: written.is_negated, test })
}

const fn can_be_asked(operator: Operator, kind: Kind) -> bool {
    match operator {
        Operator::Exists => true,
        Operator::Equals | Operator::In => !matches!(kind, Kind::Object),
        Operator::Contains | Operator::Matches => {
            matches!(kind, Kind::Text | Kind::Address | Kind::Json)
        }
        Operator::Order(_) => {
            matches!(kind, Kind::Integer | Kind::Float | Kind::Time | Kind::Severity | Kind::Json)
        }
    }
}

fn unfit_operator(field: &Field, written: &WrittenClause<'_>) -> Mistake {
    let (name, kind) = (field.name(), field.kind());
    let operator = operator_name(written.operator.value);
    let message = format!("`{}` holds {kind}, which has no `{operator}`", shown(name));
    Mistake::new(message).help(match kind {
        Kind::Object => {
            format!("name an attribute of it, such as `{}.name`, or use EXISTS", shown(name))
        }
        Kind::Text | Kind::Address => "use =, !=, IN, CONTAINS, MATCHES or EXISTS".to_owned(),
        Kind::Boolean => "use =, != or EXISTS".to_owned(),
        _ => "use =, !=, <, <=, >, >=, IN or EXISTS".to_owned(),
    })
}

const fn operator_name(operator: Operator) -> &'static str {
    match operator {
        Operator::Equals => "=",
        Operator::In => "IN",
        Operator::Contains => "CONTAINS",
        Operator::Matches => "MATCHES",
        Operator::Exists => "EXISTS",
        Operator::Order(comparison) => comparison.symbol(),
    }
}

fn test(
    field: &Field,
    operator: Operator,
    values: Values<'_, '_>,
    mistakes: &mut Mistakes<'_>,
) -> Option<Test> {
    match operator {
        Operator::Exists => Some(Test::Exists),
        Operator::In => list(field, values, mistakes).map(Test::In),
        _ => one(field, operator, values.first()?, mistakes),
    }
}

fn one(
    field: &Field,
    operator: Operator,
    value: &Spanned<WrittenValue<'_>>,
    mistakes: &mut Mistakes<'_>,
) -> Option<Test> {
    let test = match operator {
        Operator::Matches => return value::pattern(field, value, mistakes).map(Test::Matches),
        Operator::Contains => value::part(field, value.value).map(Test::Contains),
        Operator::Order(comparison) => ordered(field, comparison, value.value),
        _ => value::literal(field, value.value).map(Test::Equals),
    };
    test.map_err(|mistake| mistakes.add(value.span, mistake)).ok()
}

fn ordered(
    field: &Field,
    comparison: Comparison,
    value: WrittenValue<'_>,
) -> Result<Test, Mistake> {
    let literal = value::literal(field, value)?;
    match &literal {
        Literal::Severity(severity) if severity.rank() == 0 => {
            let word = severity.caption().to_ascii_lowercase();
            let message = format!("`{word}` is neither more nor less than any other severity");
            Err(Mistake::new(message).help("compare it with = or !="))
        }
        Literal::Text(_) | Literal::Boolean(_) => {
            let message = format!("`{}` compares numbers only", comparison.symbol());
            Err(Mistake::new(message).help("write a number without quotes, such as `443`"))
        }
        _ => Ok(Test::Order(comparison, literal)),
    }
}

fn list(
    field: &Field,
    values: Values<'_, '_>,
    mistakes: &mut Mistakes<'_>,
) -> Option<Vec<Literal>> {
    let mut literals: Vec<Option<Literal>> = Vec::with_capacity(values.len());
    for value in values {
        let first = literals.first().and_then(Option::as_ref);
        let literal = value::literal(field, value.value).and_then(|literal| match first {
            Some(first) if !is_like(first, &literal) => Err(mixed()),
            _ => Ok(literal),
        });
        literals.push(literal.map_err(|mistake| mistakes.add(value.span, mistake)).ok());
    }
    literals.into_iter().collect()
}

/// Only JSON takes literals that are unlike.
fn is_like(one: &Literal, other: &Literal) -> bool {
    let is_number = |literal: &Literal| matches!(literal, Literal::Integer(_) | Literal::Float(_));
    std::mem::discriminant(one) == std::mem::discriminant(other)
        || (is_number(one) && is_number(other))
}

fn mixed() -> Mistake {
    let help = "make two lists with OR between them, or quote all values or none";
    Mistake::new("the list mixes texts, numbers and booleans").help(help)
}
