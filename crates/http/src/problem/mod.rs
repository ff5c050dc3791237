//! Failures as clients see them (RFC 9457, api.md §9). No SQL, path, stack, source text or rejected value ever stands in one.

mod convert;
mod detail;
mod document;
mod render;
mod sample;
mod status;

use std::borrow::Cow;
use std::fmt;

use crate::version::ApiVersion;
use actix_web::http::header::{HeaderName, HeaderValue};
use orderbase_application::error::Source;
use orderbase_application::rates::{PerPolicy, RateRefused, RateRule, WINDOW_SECS};
use orderbase_application::{Code, Fault};
use orderbase_tenancy::Permission;
use serde_json::Value;

pub use self::document::{ProblemDocument, ProblemFault, Word};
pub use self::render::MEDIA_TYPE;
pub use self::sample::sample;
pub use self::status::{is_worth_a_retry, retry_after_secs, status};

/// A failure on its way to the client. Request id, path and type are added when it is rendered.
#[must_use]
pub struct Problem(Box<Parts>);

struct Parts {
    code: Code,
    detail: Option<Cow<'static, str>>,
    faults: Vec<Fault>,
    members: Vec<(Member, Value)>,
    headers: Vec<(HeaderName, HeaderValue)>,
    challenge: Challenge,
    retry_after_secs: Option<u64>,
    source: Option<Source>,
}

/// The members that only some problems have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    Explain,
    CurrentVersion,
    ExistingId,
    From,
    Attempted,
    Allowed,
    Permission,
    Limit,
    Max,
    Current,
    ResetsAt,
    SupportedVersions,
    Checks,
    Phase,
    ViolatedPolicies,
}

/// What the answer says of the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Challenge {
    /// None was sent.
    Missing,
    /// The one that was sent is no good; alike for every cause.
    Invalid,
    /// It is good, but not for this (RFC 6750 §3.1). Names the permission, where there is one that would do.
    Insufficient(Option<Permission>),
}

impl Problem {
    pub fn new(code: Code) -> Self {
        Self(Box::new(Parts {
            code,
            detail: None,
            faults: Vec::new(),
            members: Vec::new(),
            headers: Vec::new(),
            challenge: Challenge::Missing,
            retry_after_secs: None,
            source: None,
        }))
    }

    /// 422 `validation_failed` with all faults of the input.
    pub fn invalid(faults: Vec<Fault>) -> Self {
        Self::new(Code::ValidationFailed).faults(faults)
    }

    /// 500 with a cause for the log.
    pub fn internal(source: impl Into<Source>) -> Self {
        let mut problem = Self::new(Code::InternalError);
        problem.0.source = Some(source.into());
        problem
    }

    /// 401 of a credential that was sent and is no good.
    pub fn bad_credential() -> Self {
        Self::new(Code::Unauthenticated).challenging(Challenge::Invalid)
    }

    /// 401 of a token that was good until its time was over.
    pub fn token_expired() -> Self {
        Self::new(Code::TokenExpired).challenging(Challenge::Invalid)
    }

    /// 403 of a caller that no permission would help: its kind is the wrong one.
    pub fn wrong_caller(detail: &'static str) -> Self {
        Self::new(Code::PermissionDenied).detail(detail).challenging(Challenge::Insufficient(None))
    }

    /// 429 of a bucket that is empty, until it holds a token again.
    pub fn throttled(policy: &'static str, retry_after_secs: u64) -> Self {
        let mut problem = Self::new(Code::RateLimited).member(Member::ViolatedPolicies, vec![policy]);
        problem.0.retry_after_secs = Some(retry_after_secs);
        problem
    }

    /// 429 of a request whose cost is not there, until it is.
    pub fn over_rate(version: ApiVersion, rules: PerPolicy<RateRule>, refused: &RateRefused) -> Self {
        let told = [
            ("tenant", rules.tenant, refused.violated.tenant),
            ("credential", rules.credential, refused.violated.credential),
        ];
        let violated: Vec<_> = told.into_iter().filter(|(_, _, violated)| *violated).collect();
        let mut problem = Self::new(Code::RateLimited)
            .member(Member::ViolatedPolicies, violated.iter().map(|(name, ..)| *name).collect::<Vec<_>>())
            .explained(version);
        if let Some((name, rule, _)) = violated.first() {
            problem = problem.detail(format!("Policy {name} allows {} units in {WINDOW_SECS} s.", rule.quota));
        }
        problem.0.retry_after_secs = Some(refused.retry_after_secs());
        problem
    }

    /// 429 of a request beyond those that its tenant may have in flight.
    pub fn over_concurrency(version: ApiVersion, max: u32) -> Self {
        Self::throttled("concurrency", 1)
            .detail(format!("Policy concurrency allows {max} requests at a time."))
            .explained(version)
    }

    /// Where limits are explained.
    fn explained(self, version: ApiVersion) -> Self {
        self.member(Member::Explain, format!("{}/limits", version.root()))
    }

    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The faults of the input, for who tells them otherwise than in a response.
    pub fn told_faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// The sentence for people.
    pub fn sentence(&self) -> &str {
        self.0.detail.as_deref().unwrap_or_else(|| detail::default_detail(self.0.code))
    }

    /// A sentence that may say more than the code's own one; never input of the client.
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    pub fn fault(mut self, fault: Fault) -> Self {
        self.0.faults.push(fault);
        self
    }

    pub fn faults(mut self, mut faults: Vec<Fault>) -> Self {
        self.0.faults.append(&mut faults);
        self
    }

    pub fn member(mut self, member: Member, value: impl Into<Value>) -> Self {
        self.0.members.push((member, value.into()));
        self
    }

    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    fn challenging(mut self, challenge: Challenge) -> Self {
        self.0.challenge = challenge;
        self
    }

    fn caused_by(mut self, source: Source) -> Self {
        self.0.source = Some(source);
        self
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Problem").field("code", &self.0.code).field("faults", &self.0.faults).finish_non_exhaustive()
    }
}
