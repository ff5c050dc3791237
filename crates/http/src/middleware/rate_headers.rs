//! `RateLimit` and `RateLimit-Policy`: Lists of Strings with integer parameters (RFC 9651 §3.1, draft-ietf-httpapi-ratelimit-headers).

use std::fmt::Write as _;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use orderbase_application::rates::{PerPolicy, RateRule, Standing, WINDOW_SECS};

use crate::track::Rated;

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Tells what the request found in its buckets.
pub(super) fn tell(headers: &mut HeaderMap, rated: &Rated) {
    for (name, text) in [(RATE_LIMIT_POLICY, policies(rated.rules)), (RATE_LIMIT, left(rated.standings))] {
        // Digits and ASCII words.
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    }
}

fn policies(PerPolicy { tenant, credential }: PerPolicy<RateRule>) -> String {
    format!("\"tenant\";q={};w={WINDOW_SECS}, \"credential\";q={};w={WINDOW_SECS}", tenant.quota, credential.quota)
}

fn left(standings: PerPolicy<Standing>) -> String {
    let mut text = String::with_capacity(64);
    for (name, standing) in [("\"tenant\"", standings.tenant), (", \"credential\"", standings.credential)] {
        // Writing to a string never fails.
        let _ = write!(text, "{name};r={}", standing.remaining);
        if let Some(secs) = standing.next_secs {
            let _ = write!(text, ";t={secs}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_policies_and_what_is_left_of_each() {
        let rules =
            PerPolicy { tenant: RateRule { quota: 600, burst: 100 }, credential: RateRule { quota: 300, burst: 50 } };
        assert_eq!(policies(rules), r#""tenant";q=600;w=60, "credential";q=300;w=60"#);
        let tenant = Standing { remaining: 87, next_secs: Some(1) };
        assert_eq!(
            left(PerPolicy { tenant, credential: Standing { remaining: 50, next_secs: None } }),
            r#""tenant";r=87;t=1, "credential";r=50"#
        );
    }
}
