//! Identifiers: distinct newtypes over UUIDv7 (RFC 9562 §5.7), so that an order's id cannot stand where a customer's is wanted.
//! Ids are given by the caller; this module never makes a random one.

use crate::{Invalid, Timestamp};

const FORM: &str = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

pub(crate) fn parse(text: &str) -> Result<uuid::Uuid, Invalid> {
    // uuid reads four notations; 36 characters leave the hyphenated one alone.
    if text.len() != 36 {
        return Err(Invalid::pattern(FORM));
    }
    uuid::Uuid::try_parse(text).map_err(|_| Invalid::pattern(FORM))
}

pub(crate) fn timestamp(uuid: uuid::Uuid) -> Option<Timestamp> {
    if uuid.get_version_num() != 7 || uuid.get_variant() != uuid::Variant::RFC4122 {
        return None;
    }
    let millis = i64::try_from(uuid.as_u128() >> 80).ok()?;
    Timestamp::from_millis(millis).ok()
}

pub(crate) fn lowest_at(at: Timestamp) -> uuid::Uuid {
    let millis = u128::from(at.millis().max(0).unsigned_abs());
    uuid::Uuid::from_u128((millis << 80) | (7 << 76) | (0b10 << 62))
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        ///
        /// Printed as 36 lower-case characters; ids of one generator ascend.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Reads the hyphenated 36-character form in either case; braces, `urn:` and the plain form are refused.
            ///
            /// # Errors
            /// `pattern` for anything else.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                parse(text).map(Self)
            }

            #[must_use]
            pub const fn from_uuid(uuid: uuid::Uuid) -> Self {
                Self(uuid)
            }

            #[must_use]
            pub const fn uuid(self) -> uuid::Uuid {
                self.0
            }

            /// The instant inside a UUIDv7; `None` for any other version and for instants after the year 9999.
            #[must_use]
            pub fn timestamp(self) -> Option<Timestamp> {
                timestamp(self.0)
            }

            /// The lowest UUIDv7 of an instant: the lower end of a range of ids. Instants before 1970 count as 1970.
            #[must_use]
            pub fn lowest_at(at: Timestamp) -> Self {
                Self(lowest_at(at))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self.0.as_hyphenated(), f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.as_hyphenated())
            }
        }

        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

id! {
    /// A tenant.
    TenantId
    /// An order of a tenant.
    OrderId
    /// A line of an order.
    ItemId
    /// A customer of a tenant.
    CustomerId
    /// An event of an aggregate.
    EventId
    /// An API key; it survives rotation of its secret.
    ApiKeyId
    /// A user of a tenant.
    UserId
    /// A session of a user: also the family of its refresh tokens, and `sid` in its access tokens.
    SessionId
    /// A webhook endpoint of a tenant.
    WebhookId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hyphenated_form_is_read() {
        let text = "01980000-0000-7000-8000-0000000000a1";
        assert_eq!(OrderId::parse(text).unwrap().to_string(), text);
        assert_eq!(OrderId::parse(&text.to_uppercase()).unwrap().to_string(), text);
        for bad in [
            "",
            "0198000000007000800000000000000a1",
            "01980000000070008000000000000000a1",
            "{01980000-0000-7000-8000-0000000000a1}",
            "urn:uuid:01980000-0000-7000-8000-0000000000a1",
            "01980000-0000-7000-8000-0000000000g1",
            "01980000-0000-7000-8000-0000000000a1 ",
            "0198000-00000-7000-8000-0000000000a1",
            "01980000_0000_7000_8000_0000000000a1",
            "01980000-0000-7000-8000-00000000é0a",
        ] {
            assert_eq!(OrderId::parse(bad), Err(Invalid::pattern(FORM)), "{bad}");
        }
    }

    #[test]
    fn time_is_read_from_version_seven_alone() {
        let id = OrderId::parse("01980000-0000-7000-8000-0000000000a1").unwrap();
        assert_eq!(id.timestamp().unwrap().millis(), 0x0198_0000_0000);
        assert_eq!(OrderId::from_uuid(uuid::Uuid::nil()).timestamp(), None);
        assert_eq!(OrderId::from_uuid(uuid::Uuid::max()).timestamp(), None);
        assert_eq!(OrderId::parse("01980000-0000-4000-8000-0000000000a1").unwrap().timestamp(), None);
        // 48 bits reach beyond the year 9999.
        assert_eq!(OrderId::parse("ffffffff-ffff-7000-8000-000000000000").unwrap().timestamp(), None);
    }

    #[test]
    fn the_lowest_id_of_an_instant_bounds_it() {
        let at = Timestamp::from_millis(1_768_478_400_123).unwrap();
        let low = OrderId::lowest_at(at);
        assert_eq!(low.timestamp(), Some(at));
        assert_eq!(low.to_string(), "019bc186-de7b-7000-8000-000000000000");
        assert_eq!(OrderId::lowest_at(Timestamp::from_millis(-5).unwrap()).timestamp().unwrap().millis(), 0);
    }
}
