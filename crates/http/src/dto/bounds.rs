//! The bounds of the API description as faults, found by validator.
//!
//! They count what was sent, before anything is trimmed. validator keeps the refused value beside its errors; only code and
//! bound leave this module, never that value.

use orderbase_application::Fault;
use orderbase_application::error::pointer_step;
use orderbase_kernel::{Bound, Invalid, InvalidCode};
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::extract::json::Object;

/// A bound as validator takes it.
pub const fn wide(bound: usize) -> u64 {
    bound as u64
}

/// All bounds that the body breaks, by pointer.
pub fn of(body: &impl Validate) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Err(errors) = body.validate() {
        collect(&errors, "#", &mut faults);
    }
    faults
}

impl<T: Validate> Validate for Object<T> {
    fn validate(&self) -> Result<(), ValidationErrors> {
        self.0.validate()
    }
}

fn collect(errors: &ValidationErrors, pointer: &str, faults: &mut Vec<Fault>) {
    let mut members: Vec<_> = errors.errors().iter().collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    for (name, kind) in members {
        let mut at = pointer.to_owned();
        pointer_step(&mut at, name);
        match kind {
            ValidationErrorsKind::Field(broken) => {
                faults.extend(broken.iter().map(|error| Fault::at(at.clone(), &invalid(error))));
            }
            ValidationErrorsKind::Struct(inner) => collect(inner, &at, faults),
            ValidationErrorsKind::List(entries) => {
                for (index, inner) in entries {
                    collect(inner, &format!("{at}/{index}"), faults);
                }
            }
        }
    }
}

fn invalid(error: &ValidationError) -> Invalid {
    let number = |name: &str| error.params.get(name).and_then(serde_json::Value::as_i64);
    let (min, max) = (number("min").unwrap_or(0), number("max").unwrap_or(i64::MAX));
    let size = |bound: i64| usize::try_from(bound).unwrap_or(usize::MAX);
    match (error.code.as_ref(), error.params.get("value")) {
        ("length", Some(serde_json::Value::String(text))) => {
            let short = text.chars().count() < size(min);
            let code = if short { InvalidCode::TooShort } else { InvalidCode::TooLong };
            Invalid::new(code, Bound::Chars { min: size(min), max: size(max) })
        }
        // A bounded list is echoed as its count, or as it is.
        ("length", sent) => {
            let entries = |sent: &serde_json::Value| sent.as_array().map(|entries| wide(entries.len()));
            let count = sent.and_then(|sent| sent.as_u64().or_else(|| entries(sent)));
            let few = count.is_some_and(|count| count < min.unsigned_abs());
            let code = if few { InvalidCode::TooFew } else { InvalidCode::TooMany };
            Invalid::new(code, Bound::Count { min: size(min), max: size(max) })
        }
        _ => Invalid::range(min, max),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Validate)]
    struct Inner {
        #[validate(range(min = 1, max = 5))]
        number: i64,
    }

    #[derive(Validate)]
    struct Outer {
        #[validate(length(min = 2, max = 3))]
        text: String,
        #[validate(nested)]
        list: Vec<Inner>,
        #[validate(length(min = 1, max = 2))]
        words: Vec<String>,
    }

    fn found(text: &str, numbers: &[i64]) -> Vec<(String, &'static str)> {
        found_with(text, numbers, 1)
    }

    fn found_with(text: &str, numbers: &[i64], words: usize) -> Vec<(String, &'static str)> {
        let list = numbers.iter().map(|number| Inner { number: *number }).collect();
        of(&Outer { text: text.to_owned(), list, words: vec!["w".to_owned(); words] })
            .into_iter()
            .map(|fault| match fault.place {
                orderbase_application::Place::Pointer(pointer) => (pointer, fault.code.as_str()),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn each_bound_is_found_at_its_place() {
        assert!(found("ab", &[1, 5]).is_empty() && found("äöü", &[]).is_empty());
        assert_eq!(
            found("a", &[0, 3, 6]),
            [
                ("#/list/0/number".to_owned(), "out_of_range"),
                ("#/list/2/number".to_owned(), "out_of_range"),
                ("#/text".to_owned(), "too_short")
            ]
        );
        assert_eq!(found("abcd", &[]), [("#/text".to_owned(), "too_long")]);
        assert_eq!(found_with("ab", &[], 0), [("#/words".to_owned(), "too_few")]);
        assert_eq!(found_with("ab", &[], 3), [("#/words".to_owned(), "too_many")]);
    }
}
