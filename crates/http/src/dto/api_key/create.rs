//! The body of `POST /api-keys`.

use orderbase_application::keys::CreateKey;
use orderbase_kernel::{Name, Network, Timestamp};
use orderbase_tenancy::{IP_ALLOWLIST_MAX, Permission};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::rate::{KeyRateInputBody, KeyRateOrNull};
use super::texts::{ApiKeyScopeBody, NetworkBody, SCOPES_MAX};
use crate::dto::bounds::{self, wide};
use crate::extract::json::Object;
use crate::extract::{Faults, FromJson};

/// The wish for a key. Its text is the server's.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateApiKey)]
pub struct CreateApiKeyBody {
    #[validate(length(min = wide(Name::MIN), max = wide(Name::MAX)))]
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    pub name: String,
    /// What the key may do: at most what its creator may, and never what no key may.
    #[validate(length(min = 1, max = wide(SCOPES_MAX)))]
    #[schema(value_type = Vec<ApiKeyScopeBody>, min_items = 1, max_items = 64)]
    pub scopes: Vec<String>,
    /// In the future, within five years. Without it the key lives until it is revoked.
    #[schema(format = DateTime, max_length = 64)]
    #[serde(default)]
    pub expires_at: Option<String>,
    /// A rate of the key's own, which narrows that of the tenant.
    #[schema(value_type = KeyRateOrNull, required = false)]
    #[serde(default)]
    pub rate_limit: Option<Object<KeyRateInputBody>>,
    /// The networks from which the key may be used. Without one it may be used from anywhere.
    #[validate(length(max = wide(IP_ALLOWLIST_MAX)))]
    #[schema(value_type = Option<Vec<NetworkBody>>, max_items = 100)]
    #[serde(default)]
    pub ip_allowlist: Option<Vec<String>>,
}

impl FromJson for CreateApiKeyBody {
    type Valid = CreateKey;

    fn validate(self, faults: &mut Faults) -> Option<CreateKey> {
        let bounds = bounds::of(&self);
        let Self { name, scopes, expires_at, rate_limit, ip_allowlist } = self;
        let name = faults.read("name", Name::parse(&name));
        let scopes =
            faults.each("scopes", within(scopes, SCOPES_MAX), |faults, text| faults.here(Permission::parse(&text)));
        let expires_at = faults.optional("expires_at", expires_at, |text| Timestamp::parse(&text));
        let rate_limit = match rate_limit {
            Some(Object(rate)) => faults.member("rate_limit", |faults| rate.read(faults)).map(Some),
            None => Some(None),
        };
        let ip_allowlist = networks(faults, ip_allowlist.unwrap_or_default());
        faults.complete(bounds);
        Some(CreateKey {
            name: name?,
            scopes: scopes?.into_iter().collect(),
            expires_at: expires_at?,
            rate_limit: rate_limit?,
            ip_allowlist: ip_allowlist?,
        })
    }
}

/// Reads a list of networks.
pub(super) fn networks(faults: &mut Faults, texts: Vec<String>) -> Option<Vec<Network>> {
    faults.each("ip_allowlist", within(texts, IP_ALLOWLIST_MAX), |faults, text| faults.here(Network::parse(&text)))
}

/// Nothing of a list that is too long, whose length is its one fault.
fn within(texts: Vec<String>, max: usize) -> Vec<String> {
    if texts.len() > max { Vec::new() } else { texts }
}
