//! Which version a request names: by its path, by the header `Api-Version`, by the parameter `api-version`. Read once, before the
//! request is routed; told as a problem behind 404 and 405 (api.md §1).

use std::borrow::Cow;

use actix_web::http::header::HeaderMap;
use orderbase_application::{Code, Fault, Place};
use orderbase_kernel::Invalid;

use super::ApiVersion;
use crate::extract::decode;
use crate::problem::{Member, Problem};

const BASE: &str = "/api";
const HEADER: &str = "Api-Version";
const PARAMETER: &str = "api-version";

/// What was found out of a request's version, and what is left of its target without it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Resolved {
    /// `None` outside of `/api`, where nothing names a version.
    version: Option<Result<ApiVersion, Refusal>>,
    /// The path to route by, where it is another than was sent.
    path: Option<String>,
    /// The query without the version, where that stood in it.
    query: Option<String>,
}

/// Why no version is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The header is no version, or was sent twice.
    Header,
    /// The parameter is no version, or was sent twice.
    Parameter,
    /// Two places name two versions.
    Ambiguous,
    /// A version that is not served.
    Unknown,
}

impl Resolved {
    pub fn of(path: &str, headers: &HeaderMap, query: &str) -> Self {
        let Some((in_path, behind)) = placed(path) else { return Self::default() };
        let (in_query, query) = taken_out(query);
        let version = in_header(headers).and_then(|in_header| agreed([in_path, in_header, in_query?.as_deref()]));
        let is_inner = behind.is_empty() || in_path == Some(ApiVersion::V1.as_str());
        let path = (!is_inner).then(|| format!("{}{behind}", ApiVersion::V1.root()));
        Self { version: Some(version), path, query }
    }

    /// # Errors
    /// `invalid_header`, `invalid_parameter`, `ambiguous_version`, `unknown_version`.
    pub fn check(&self) -> Result<(), Problem> {
        match self.version {
            Some(Err(refusal)) => Err(refusal.into()),
            Some(Ok(_)) | None => Ok(()),
        }
    }

    /// The version that answers; `None` outside of the versions and where none could be found.
    pub fn named(&self) -> Option<ApiVersion> {
        self.version.and_then(Result::ok)
    }

    /// The version to answer in, once it was checked: outside of `/api` there is one form of everything.
    pub fn version(&self) -> ApiVersion {
        self.named().unwrap_or_default()
    }

    /// The path as the route table names it.
    pub fn path<'s>(&'s self, sent: &'s str) -> &'s str {
        self.path.as_deref().unwrap_or(sent)
    }

    /// The query of the operation.
    pub fn query<'s>(&'s self, sent: &'s str) -> &'s str {
        self.query.as_deref().unwrap_or(sent)
    }
}

/// The number of `/api/v{n}` in a path, if there is one, and what stands behind it. `None` outside of `/api`.
fn placed(path: &str) -> Option<(Option<&str>, &str)> {
    let behind = path.strip_prefix(BASE).filter(|behind| behind.is_empty() || behind.starts_with('/'))?;
    let segment = behind.strip_prefix('/').map_or("", |behind| behind.split('/').next().unwrap_or_default());
    match segment.strip_prefix('v').filter(|number| is_number(number)) {
        Some(number) => Some((Some(number), behind.get(1 + segment.len()..)?)),
        None => Some((None, if behind == "/" { "" } else { behind })),
    }
}

/// # Errors
/// [`Refusal::Header`].
fn in_header(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut sent = headers.get_all(HEADER);
    match (sent.next(), sent.next()) {
        (None, _) => Ok(None),
        (Some(only), None) => only.to_str().ok().and_then(number).map(Some).ok_or(Refusal::Header),
        _ => Err(Refusal::Header),
    }
}

/// What the parameter says, and the query without it. The operation never sees it: it is no parameter of its own.
fn taken_out(query: &str) -> (Result<Option<Cow<'_, str>>, Refusal>, Option<String>) {
    if !query.split('&').any(is_ours) {
        return (Ok(None), None);
    }
    let (ours, others): (Vec<&str>, Vec<&str>) = query.split('&').partition(|part| is_ours(part));
    let value = match ours.as_slice() {
        [only] => decode(only.split_once('=').map_or("", |(_, value)| value)),
        _ => None,
    };
    let named = value.and_then(|value| number(&value).map(|number| Cow::Owned(number.to_owned())));
    (named.map(Some).ok_or(Refusal::Parameter), Some(others.join("&")))
}

fn is_ours(part: &str) -> bool {
    decode(part.split_once('=').map_or(part, |(name, _)| name)).is_some_and(|name| name == PARAMETER)
}

/// # Errors
/// [`Refusal::Ambiguous`], [`Refusal::Unknown`].
fn agreed(named: [Option<&str>; 3]) -> Result<ApiVersion, Refusal> {
    let mut named = named.into_iter().flatten();
    let Some(first) = named.next() else { return Ok(ApiVersion::default()) };
    if named.any(|other| other != first) {
        return Err(Refusal::Ambiguous);
    }
    ApiVersion::parse(first).ok_or(Refusal::Unknown)
}

/// The digits of `1` and `v1`.
fn number(text: &str) -> Option<&str> {
    Some(text.strip_prefix('v').unwrap_or(text)).filter(|number| is_number(number))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let form = Invalid::pattern("a version, such as 1 or v1");
        let served = ApiVersion::ALL.map(ApiVersion::as_str);
        match refusal {
            Refusal::Header => Self::new(Code::InvalidHeader).fault(Fault::new(Place::Header(HEADER), &form)),
            Refusal::Parameter => {
                Self::new(Code::InvalidParameter).fault(Fault::new(Place::Parameter(PARAMETER.to_owned()), &form))
            }
            Refusal::Ambiguous => Self::new(Code::AmbiguousVersion),
            Refusal::Unknown => Self::new(Code::UnknownVersion)
                .detail(format!("The versions are {}.", served.join(", ")))
                .member(Member::SupportedVersions, served.to_vec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::ApiVersion::{V1, V2};
    use super::*;

    /// `headers` are the values of `Api-Version`.
    fn resolved(target: &str, headers: &[&str]) -> Resolved {
        let mut map = HeaderMap::new();
        for value in headers {
            map.append(HeaderName::from_static("api-version"), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Resolved::of(path, &map, query)
    }

    #[test]
    fn three_places_name_a_version_and_none_names_the_first() {
        use Refusal::{Ambiguous, Header, Parameter, Unknown};
        for (target, headers, expected) in [
            ("/api/orders", &[][..], Ok(V1)),
            ("/api", &[], Ok(V1)),
            ("/api/", &["2"], Ok(V2)),
            ("/api/v1/orders", &[], Ok(V1)),
            ("/api/v2/orders", &[], Ok(V2)),
            ("/api/orders", &["1"], Ok(V1)),
            ("/api/orders", &["v2"], Ok(V2)),
            ("/api/orders?api-version=2", &[], Ok(V2)),
            ("/api/orders?limit=1&api-version=v1&x", &[], Ok(V1)),
            ("/api/orders?api%2Dversion=%76%32", &[], Ok(V2)),
            ("/api/v2/orders?api-version=v2", &["2"], Ok(V2)),
            ("/api/v2/orders", &["1"], Err(Ambiguous)),
            ("/api/v1/orders?api-version=2", &[], Err(Ambiguous)),
            ("/api/orders?api-version=2", &["1"], Err(Ambiguous)),
            ("/api/v9/orders", &["1"], Err(Ambiguous)),
            ("/api/v9/orders", &[], Err(Unknown)),
            ("/api/v9/orders", &["9"], Err(Unknown)),
            ("/api/v0/orders", &[], Err(Unknown)),
            ("/api/v01/orders", &[], Err(Unknown)),
            ("/api/v99999999999999999999/orders", &[], Err(Unknown)),
            ("/api/orders", &["3"], Err(Unknown)),
            ("/api/orders?api-version=0", &[], Err(Unknown)),
            ("/api/orders", &[""], Err(Header)),
            ("/api/orders", &["v"], Err(Header)),
            ("/api/orders", &["V1"], Err(Header)),
            ("/api/orders", &["1.0"], Err(Header)),
            ("/api/orders", &["1, 1"], Err(Header)),
            ("/api/orders", &["é"], Err(Header)),
            ("/api/orders", &["1", "1"], Err(Header)),
            ("/api/v2/orders?api-version=x", &["x"], Err(Header)),
            ("/api/orders?api-version", &[], Err(Parameter)),
            ("/api/orders?api-version=", &[], Err(Parameter)),
            ("/api/orders?api-version=latest", &[], Err(Parameter)),
            ("/api/orders?api-version=%ff", &[], Err(Parameter)),
            ("/api/orders?api-version=1&api-version=1", &[], Err(Parameter)),
            ("/api/v1x/orders", &[], Ok(V1)),
            ("/api/vx/orders", &[], Ok(V1)),
        ] {
            assert_eq!(resolved(target, headers).version, Some(expected), "{target} {headers:?}");
        }
        for target in ["/", "/apis/v2", "/health", "/oauth/token?api-version=9", "/openapi/v2.json", "//api/v2/orders"]
        {
            assert_eq!(resolved(target, &["9"]), Resolved::default(), "{target}");
        }
    }

    #[test]
    fn every_way_leads_to_the_path_of_the_first_version() {
        for (sent, inner) in [
            ("/api/v1/orders", "/api/v1/orders"),
            ("/api/v2/orders", "/api/v1/orders"),
            ("/api/v9/orders", "/api/v1/orders"),
            ("/api/orders", "/api/v1/orders"),
            ("/api/orders/a%20b/", "/api/v1/orders/a%20b/"),
            ("/api/v1x/orders", "/api/v1/v1x/orders"),
            ("/api/v1/v2/orders", "/api/v1/v2/orders"),
            ("/api/v2//orders", "/api/v1//orders"),
            ("/api", "/api"),
            ("/api/", "/api/"),
            ("/api/v2", "/api/v2"),
            ("/api/v2/", "/api/v1/"),
            ("/health", "/health"),
        ] {
            assert_eq!(resolved(sent, &[]).path(sent), inner, "{sent}");
        }
    }

    #[test]
    fn the_operation_does_not_see_the_parameter() {
        for (sent, left) in [
            ("", ""),
            ("limit=1", "limit=1"),
            ("api-version=1", ""),
            ("limit=1&api-version=2&sort=x", "limit=1&sort=x"),
            ("api-version=1&api-version=2&limit=1", "limit=1"),
            ("api_version=1&Api-Version=1", "api_version=1&Api-Version=1"),
            ("%ff=1&api-version=1", "%ff=1"),
        ] {
            assert_eq!(resolved(&format!("/api/orders?{sent}"), &[]).query(sent), left, "{sent}");
        }
        assert_eq!(resolved("/health?api-version=1", &[]).query("api-version=1"), "api-version=1");
    }
}
