//! What will go, and when (api.md §4.4): one table. Headers, the API description and, past its day, 410 come out of it.

use std::time::{Duration, UNIX_EPOCH};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, HttpDate, LINK};
use orderbase_application::Code;
use orderbase_kernel::Timestamp;

use super::ApiVersion;
use crate::problem::{Member, Problem};
use crate::route::Route;

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// Seconds between the announcement and the end, at least: 180 days.
const NOTICE_SECS: u64 = 180 * 24 * 60 * 60;

/// Everything that is deprecated now.
pub(crate) const DEPRECATIONS: &[Deprecation] = &[];

/// Operations of a version that will go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deprecation {
    version: ApiVersion,
    /// By their ids; none named means all.
    operations: &'static [&'static str],
    /// Seconds since 1970 of the announcement.
    since_secs: u64,
    /// Seconds since 1970 of the end.
    sunset_secs: u64,
    /// The page that says what to do: a path of this server.
    about: &'static str,
    successor: ApiVersion,
}

impl Deprecation {
    /// `operations` by their ids, all of the version's if none is named; times in seconds since 1970. `about` is a path of this server.
    ///
    /// # Panics
    /// While the table is compiled, if the end is less than 180 days behind the announcement.
    pub const fn new(
        version: ApiVersion,
        operations: &'static [&'static str],
        [since_secs, sunset_secs]: [u64; 2],
        about: &'static str,
        successor: ApiVersion,
    ) -> Self {
        assert!(sunset_secs >= since_secs + NOTICE_SECS, "clients have 180 days at least");
        Self { version, operations, since_secs, sunset_secs, about, successor }
    }

    /// # Errors
    /// `version_retired` from its end on.
    pub(crate) fn check(&self, now: Timestamp) -> Result<(), Problem> {
        let now_secs = u64::try_from(now.millis() / 1_000).unwrap_or(0);
        if now_secs < self.sunset_secs {
            return Ok(());
        }
        let served = ApiVersion::ALL.map(ApiVersion::as_str).to_vec();
        Err(Problem::new(Code::VersionRetired)
            .detail(format!("Version {} of this operation ended on {}.", self.version.as_str(), date(self.sunset_secs)))
            .member(Member::SupportedVersions, served))
    }

    /// Says it in the headers of an answer (RFC 9745, RFC 8594). `inner` is the path that was asked for, as the route table has it.
    pub(crate) fn announce(&self, public_url: &str, inner: &str, headers: &mut HeaderMap) {
        let links = format!(
            "<{public_url}{about}>; rel=\"deprecation\"; type=\"text/html\", <{public_url}{successor}>; rel=\"successor-version\"",
            about = self.about,
            successor = self.successor.path(inner),
        );
        let said = [(DEPRECATION, format!("@{}", self.since_secs)), (SUNSET, date(self.sunset_secs)), (LINK, links)];
        for (name, value) in said {
            // The path of a request is ASCII, and so is the rest.
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.append(name, value);
            }
        }
    }

    fn names(&self, route: &Route) -> bool {
        let is_named = self.operations.is_empty() || self.operations.contains(&route.operation_id.as_str());
        is_named && ApiVersion::V2.path(&route.path) != route.path
    }
}

/// The deprecations of one operation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Deprecated([Option<&'static Deprecation>; ApiVersion::ALL.len()]);

impl Deprecated {
    pub fn of(route: &Route, table: &'static [Deprecation]) -> Self {
        Self(ApiVersion::ALL.map(|version| table.iter().find(|one| one.version == version && one.names(route))))
    }

    pub fn of_version(&self, version: ApiVersion) -> Option<&'static Deprecation> {
        self.0.iter().flatten().find(|one| one.version == version).copied()
    }
}

/// As headers have it (RFC 9110 §5.6.7).
fn date(secs: u64) -> String {
    HttpDate::from(UNIX_EPOCH + Duration::from_secs(secs)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "180 days")]
    fn nobody_is_given_less_than_180_days() {
        let _ = Deprecation::new(ApiVersion::V1, &[], [1_000, 1_000 + NOTICE_SECS - 1], "/errors", ApiVersion::V2);
    }
}
