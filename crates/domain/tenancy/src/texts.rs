//! The texts of a tenant. Whether a zone exists is for the application to say, which has the list.

use std::fmt;

use orderbase_kernel::{Bound, Invalid, InvalidCode, TenantId, text_newtype};

text_newtype! {
    /// Why an operator did something to a tenant.
    pub struct Reason(1..=500, One);
}

macro_rules! pattern_text {
    ($($(#[$doc:meta])* $name:ident($form:literal, $holds:ident);)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            pub const FORM: &'static str = $form;

            /// # Errors
            /// `pattern`.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                if $holds(text.as_bytes()) {
                    Ok(Self(text.into()))
                } else {
                    Err(Invalid::new(InvalidCode::Pattern, Bound::Pattern($form)))
                }
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    )+};
}

pattern_text! {
    /// The tenant's name in addresses and at sign-in; unique among all tenants, and changed by nothing but a purge.
    Slug("[a-z][a-z0-9-]{1,38}[a-z0-9]", is_slug);
    /// What stands before an order's number; may be empty.
    OrderPrefix("[A-Z0-9-]{0,8}", is_prefix);
    /// The name of a zone of the IANA time zone database, such as `Europe/Berlin`.
    TimeZoneName("[A-Za-z][A-Za-z0-9_+/-]{0,63}", is_zone);
}

const PURGED: &str = "purged-";

impl Slug {
    /// What a purged tenant has instead of its own, which is free again: `purged-` and the 32 hexadecimal digits of the id.
    #[must_use]
    pub fn purged(id: TenantId) -> Self {
        Self(format!("{PURGED}{}", id.uuid().simple()).into())
    }

    /// Whether no tenant may begin with it, for one that is purged may need it.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        self.0.starts_with(PURGED)
    }
}

impl OrderPrefix {
    #[must_use]
    pub fn none() -> Self {
        Self("".into())
    }
}

impl TimeZoneName {
    #[must_use]
    pub fn utc() -> Self {
        Self("UTC".into())
    }
}

fn is_slug(text: &[u8]) -> bool {
    let (Some(first), Some(last)) = (text.first(), text.last()) else { return false };
    (3..=40).contains(&text.len())
        && first.is_ascii_lowercase()
        && *last != b'-'
        && text.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}

fn is_prefix(text: &[u8]) -> bool {
    text.len() <= 8 && text.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'-')
}

fn is_zone(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_alphabetic)
        && text.len() <= 64
        && text.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'/' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        for good in ["abc", "a-1", "acme-berlin-2", &format!("a{}", "b".repeat(39))] {
            assert_eq!(Slug::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "ab", "1ab", "-ab", "ab-", "aB1", "a b", "äbc", "a_b", &"a".repeat(41)] {
            assert!(Slug::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn prefixes_and_zones() {
        for good in ["", "AC-", "2026", "ABCDEFGH"] {
            assert!(OrderPrefix::parse(good).is_ok(), "{good}");
        }
        for bad in ["ac", "ABCDEFGHI", "A B", "Ä"] {
            assert!(OrderPrefix::parse(bad).is_err(), "{bad}");
        }
        for good in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+12"] {
            assert!(TimeZoneName::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "/etc/passwd", "Europe Berlin", "Ä", "../x", &"a".repeat(65)] {
            assert!(TimeZoneName::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(
            (OrderPrefix::parse(""), TimeZoneName::parse("UTC")),
            (Ok(OrderPrefix::none()), Ok(TimeZoneName::utc()))
        );
    }
}
