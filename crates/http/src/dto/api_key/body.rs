//! An API key in an answer. Its text stands in the two answers that make one, and nowhere else.

use orderbase_application::keys::{KeyCreated, KeyRotated};
use orderbase_application::views::KeyView;
use orderbase_kernel::{ApiKeyId, Network, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::rate::KeyRateBody;
use super::texts::{ApiKeyScopeBody, NetworkBody};
use crate::dto::shown::{Rows, Shown};
use crate::respond::Body;

/// A key of the tenant.
///
/// Members without a value are absent, never null.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub struct ApiKeyBody<'a> {
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub id: Shown<ApiKeyId>,
    #[schema(min_length = 1, max_length = 200)]
    pub name: &'a str,
    /// The key itself. Shown in the answer that made it, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 46, max_length = 46, pattern = "^ob_(?:live|test)_[0-9A-Za-z]{38}$")]
    pub key: Option<&'a str>,
    /// How the newest text of the key begins.
    #[schema(max_length = 16)]
    pub hint: &'a str,
    /// What the key may do. This never changes.
    #[schema(value_type = Vec<ApiKeyScopeBody>, min_items = 1, max_items = 64)]
    pub scopes: Vec<&'static str>,
    #[schema(value_type = ApiKeyStatusBody)]
    pub status: ApiKeyStatusBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub expires_at: Option<Shown<Timestamp>>,
    /// The key's own rate; without one that of the tenant holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub rate_limit: Option<KeyRateBody>,
    /// The networks from which the key may be used; empty: from anywhere.
    #[schema(value_type = Vec<NetworkBody>, max_items = 100)]
    pub ip_allowlist: Rows<'a, Network, Shown<Network>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub revoked_at: Option<Shown<Timestamp>>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub created_at: Shown<Timestamp>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub updated_at: Shown<Timestamp>,
    /// The number of the key's events. In quotes it is the entity tag; that of an expired key says so.
    #[schema(minimum = 1, maximum = 9007199254740991_i64)]
    pub version: u64,
}

/// Whether a key opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ApiKeyStatus)]
#[serde(rename_all = "snake_case")]
pub enum ApiKeyStatusBody {
    Active,
    Expired,
    Revoked,
}

impl ApiKeyStatusBody {
    pub const TEXTS: &'static [&'static str] = &["active", "expired", "revoked"];

    /// Where the key stands at this instant. A revoked key stays revoked when its time is over.
    pub fn at(view: &KeyView, now: Timestamp) -> Self {
        match (view.revoked_at, view.expires_at) {
            (Some(_), _) => Self::Revoked,
            (None, Some(end)) if end <= now => Self::Expired,
            (None, _) => Self::Active,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// `None` for a word that is none of the three.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Expired, Self::Revoked].into_iter().find(|status| status.as_str() == text)
    }
}

impl Body for ApiKeyBody<'_> {
    fn size_hint(&self) -> usize {
        1_536 + 52 * self.ip_allowlist.rows.len()
    }
}

impl<'a> ApiKeyBody<'a> {
    /// `now` decides whether the key has expired.
    pub fn new(view: &'a KeyView, now: Timestamp) -> Self {
        let KeyView {
            id,
            name,
            scopes,
            hint,
            expires_at,
            rate_limit,
            ip_allowlist,
            revoked_at,
            created_at,
            updated_at,
            version,
        } = view;
        Self {
            id: Shown(*id),
            name: name.as_str(),
            key: None,
            hint,
            scopes: scopes.texts(),
            status: ApiKeyStatusBody::at(view, now),
            expires_at: expires_at.map(Shown),
            rate_limit: rate_limit.map(KeyRateBody::from),
            ip_allowlist: Rows { rows: ip_allowlist, body: |network| Shown(*network) },
            revoked_at: revoked_at.map(Shown),
            created_at: Shown(*created_at),
            updated_at: Shown(*updated_at),
            version: version.get(),
        }
    }

    /// As the command left it: commands refuse expired keys, and what has expired can only be revoked.
    pub fn changed(view: &'a KeyView) -> Self {
        Self::new(view, view.updated_at)
    }

    pub fn created(created: &'a KeyCreated) -> Self {
        let KeyCreated { key, text } = created;
        Self { key: Some(text.expose()), ..Self::changed(key) }
    }

    pub fn rotated(rotated: &'a KeyRotated) -> Self {
        let KeyRotated { key, text } = rotated;
        Self { key: Some(text.expose()), ..Self::changed(key) }
    }
}
