//! Versions of the API (api.md §4): which one a request names, and how an answer speaks in it. A version is a representation: inside
//! there is one router and one set of handlers, and every path stands there under the [`ApiVersion::root`] of version 1.

mod deprecation;
mod resolved;
mod spoken;

use actix_web::http::header::HeaderValue;

pub use self::deprecation::Deprecation;
pub(crate) use self::deprecation::{DEPRECATIONS, Deprecated};
pub(crate) use self::resolved::Resolved;
pub(crate) use self::spoken::{heard, speak};

/// A version that is served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApiVersion {
    /// Also of a request that names none.
    #[default]
    V1,
    /// Amounts are objects, and orders show their customer.
    V2,
}

impl ApiVersion {
    /// The oldest first.
    pub const ALL: [Self; 2] = [Self::V1, Self::V2];

    /// The version that a number names, in the one form that numbers have.
    pub fn parse(number: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.as_str() == number)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "1",
            Self::V2 => "2",
        }
    }

    /// What stands before the paths of its operations.
    pub const fn root(self) -> &'static str {
        match self {
            Self::V1 => "/api/v1",
            Self::V2 => "/api/v2",
        }
    }

    /// The same operation's path in this version, given as the route table names it. Paths outside of the versions stay.
    pub fn path(self, inner: &str) -> String {
        match inner.strip_prefix(Self::V1.root()) {
            Some(behind) if behind.starts_with('/') => format!("{}{behind}", self.root()),
            _ => inner.to_owned(),
        }
    }

    pub(crate) const fn header(self) -> HeaderValue {
        HeaderValue::from_static(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::ApiVersion::{self, V1, V2};

    #[test]
    fn a_number_has_one_form() {
        for version in ApiVersion::ALL {
            assert_eq!(ApiVersion::parse(version.as_str()), Some(version));
            assert_eq!(version.root(), format!("/api/v{}", version.as_str()));
        }
        for none in ["", "0", "01", "3", "v1", "1.0", "+1"] {
            assert_eq!(ApiVersion::parse(none), None, "{none}");
        }
    }

    #[test]
    fn only_paths_of_operations_have_a_version() {
        assert_eq!(
            (V1.path("/api/v1/orders"), V2.path("/api/v1/orders")),
            ("/api/v1/orders".into(), "/api/v2/orders".into())
        );
        for outside in ["/api", "/api/v1", "/api/v1x/orders", "/health", "/errors/{code}"] {
            assert_eq!(V2.path(outside), outside);
        }
    }
}
