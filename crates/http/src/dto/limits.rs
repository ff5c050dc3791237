//! What a caller may use, in an answer.

use std::collections::BTreeMap;

use orderbase_application::limits::{Level, LimitsView, Link, PolicyView, QuotaView};
use orderbase_application::ports::RateMode;
use orderbase_application::rates::WINDOW_SECS;
use orderbase_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::shown::{Rows, Shown};
use crate::respond::Body;

/// What counts for the caller, and why.
#[derive(Serialize, ToSchema)]
#[schema(as = CallerLimits)]
pub struct LimitsOfCallerBody<'a> {
    pub mode: RateModeBody,
    #[schema(min_items = 2, max_items = 2)]
    pub policies: [PolicyBody<'a>; 2],
    /// Requests of the tenant that may be in flight on one instance.
    #[schema(minimum = 0, maximum = 12800)]
    pub concurrency: u32,
    #[schema(value_type = Vec<QuotaBody>, max_items = 20)]
    pub quotas: Rows<'a, QuotaView, QuotaBody>,
    /// Units of the operations that cost more than one, and of what may be asked for beside.
    #[schema(value_type = BTreeMap<String, u32>)]
    pub costs: &'a BTreeMap<&'static str, u16>,
}

/// Where rates are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RateMode)]
pub enum RateModeBody {
    /// By all instances together.
    Shared,
    /// By this instance alone, with its part of the rate, because the shared counter is lost.
    Local,
}

/// A policy as it stands.
#[derive(Serialize, ToSchema)]
#[schema(as = RatePolicy)]
pub struct PolicyBody<'a> {
    #[schema(pattern = "^(tenant|credential)$", max_length = 10)]
    pub name: &'static str,
    /// Units that come back in the window.
    #[schema(minimum = 0, maximum = 600000)]
    pub quota: u32,
    #[schema(minimum = 60, maximum = 60)]
    pub window_secs: u32,
    /// Units of a full bucket.
    #[schema(minimum = 0, maximum = 600000)]
    pub burst: u32,
    /// Units left, as far as this instance knows.
    #[schema(minimum = 0, maximum = 600000)]
    pub remaining: u32,
    pub source: LevelBody,
    /// All that was said of it; the later word wins, a key's only where it is lower.
    #[schema(value_type = Vec<LinkBody<'_>>, min_items = 1, max_items = 3)]
    pub chain: Rows<'a, Link, LinkBody<'a>>,
}

/// Who said a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RateLevel)]
pub enum LevelBody {
    /// The plan; a quarter of it in a sandbox.
    Plan,
    /// An operator of the platform, for this tenant.
    Override,
    /// Who made the API key.
    Key,
}

/// What one of them said.
#[derive(Serialize, ToSchema)]
#[schema(as = RateLink)]
pub struct LinkBody<'a> {
    pub level: LevelBody,
    #[schema(minimum = 0, maximum = 600000)]
    pub requests_per_minute: u32,
    #[schema(minimum = 0, maximum = 600000)]
    pub burst: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 500)]
    pub reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub expires_at: Option<Shown<Timestamp>>,
}

/// How much of a quota is used.
#[derive(Serialize, ToSchema)]
#[schema(as = QuotaUsed)]
pub struct QuotaBody {
    #[schema(pattern = "^[a-z_]+$", max_length = 64)]
    pub limit: &'static str,
    #[schema(minimum = 0, maximum = 9007199254740991_i64)]
    pub max: u64,
    #[schema(minimum = 0, maximum = 9007199254740991_i64)]
    pub current: u64,
    /// When it begins anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub resets_at: Option<Shown<Timestamp>>,
}

impl Body for LimitsOfCallerBody<'_> {
    fn size_hint(&self) -> usize {
        2_048
    }
}

impl<'a> LimitsOfCallerBody<'a> {
    pub fn new(view: &'a LimitsView, costs: &'a BTreeMap<&'static str, u16>) -> Self {
        let LimitsView { mode, tenant, credential, concurrency, quotas } = view;
        Self {
            mode: match mode {
                RateMode::Shared => RateModeBody::Shared,
                RateMode::Local => RateModeBody::Local,
            },
            policies: [PolicyBody::new("tenant", tenant), PolicyBody::new("credential", credential)],
            concurrency: *concurrency,
            quotas: Rows { rows: quotas, body: QuotaBody::from },
            costs,
        }
    }
}

impl<'a> PolicyBody<'a> {
    fn new(name: &'static str, view: &'a PolicyView) -> Self {
        let PolicyView { rule, standing, source, chain } = view;
        Self {
            name,
            quota: rule.quota,
            window_secs: WINDOW_SECS,
            burst: rule.burst,
            remaining: standing.remaining,
            source: (*source).into(),
            chain: Rows { rows: chain, body: LinkBody::from },
        }
    }
}

impl From<Level> for LevelBody {
    fn from(level: Level) -> Self {
        match level {
            Level::Plan => Self::Plan,
            Level::Override => Self::Override,
            Level::Key => Self::Key,
        }
    }
}

impl<'a> From<&'a Link> for LinkBody<'a> {
    fn from(link: &'a Link) -> Self {
        let Link { level, rule, reason, expires_at } = link;
        Self {
            level: (*level).into(),
            requests_per_minute: rule.quota,
            burst: rule.burst,
            reason: reason.as_deref(),
            expires_at: expires_at.map(Shown),
        }
    }
}

impl From<&QuotaView> for QuotaBody {
    fn from(view: &QuotaView) -> Self {
        let QuotaView { limit, max, current, resets_at } = view;
        Self { limit, max: *max, current: *current, resets_at: resets_at.map(Shown) }
    }
}
