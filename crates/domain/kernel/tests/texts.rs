//! Texts under any input: what is accepted is stable and within bounds, what is not is refused without a panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use orderbase_kernel::{Email, ExternalReference, Lines, Name, RequestId, text};
use proptest::prelude::*;

proptest! {
    /// PT5
    #[test]
    fn an_email_is_read_the_same_twice(text in "[ \t]{0,2}[A-Za-zÄß0-9.+]{0,20}@{0,2}[A-Za-z0-9.-]{0,20}[ ]{0,2}") {
        if let Ok(email) = Email::parse(&text) {
            prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
            prop_assert!(!email.as_str().bytes().any(|b| b.is_ascii_uppercase()));
            prop_assert_eq!(email.as_str().matches('@').count(), 1);
        }
    }

    /// PT5: case does not tell two addresses apart.
    #[test]
    fn an_email_has_no_case(text in "[A-Za-z]{1,20}@[A-Za-z]{1,20}") {
        prop_assert_eq!(Email::parse(&text.to_uppercase()), Email::parse(&text.to_lowercase()));
        prop_assert!(Email::parse(&text).is_ok());
    }

    #[test]
    fn any_text_is_accepted_as_it_stays_or_refused(text in any::<String>()) {
        if let Ok(email) = Email::parse(&text) {
            prop_assert!(email.as_str().contains('@'));
        }
        if let Ok(name) = Name::parse(&text) {
            prop_assert_eq!(name.as_str(), text.trim());
            prop_assert!((1..=200).contains(&name.as_str().chars().count()));
        }
        if let Ok(reference) = ExternalReference::parse(&text) {
            prop_assert_eq!(reference.as_str(), &text);
        }
        prop_assert_eq!(RequestId::parse(&text).is_ok(), text.len() <= 128 && !text.is_empty()
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)));
    }

    #[test]
    fn length_counts_scalar_values_after_trimming(inner in "[aé👩]{0,12}", blanks in "[ \u{a0}\t]{0,3}") {
        let count = inner.chars().count();
        let cleaned = text::clean(&format!("{blanks}{inner}{blanks}"), 2, 9, Lines::One);
        prop_assert_eq!(cleaned.ok(), (2..=9).contains(&count).then_some(inner));
    }

    #[test]
    fn one_control_character_is_enough(before in "[a-z]{1,5}", control in "[\\x00-\\x1f\\x7f\\u{80}-\\u{9f}]", after in "[a-z]{1,5}") {
        let spoilt = format!("{before}{control}{after}");
        prop_assert!(Name::parse(&spoilt).is_err() && Email::parse(&(spoilt.clone() + "@x")).is_err());
        let many = text::clean(&spoilt, 1, 100, Lines::Many);
        prop_assert_eq!(many.is_ok(), control == "\n" || control == "\t");
    }
}
