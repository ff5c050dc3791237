//! The body of `PATCH /api-keys/{id}` (a merge patch, RFC 7396).

use orderbase_application::keys::UpdateApiKey;
use orderbase_kernel::{Name, Patch};
use orderbase_tenancy::IP_ALLOWLIST_MAX;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::create::networks;
use super::rate::{KeyRateInputBody, KeyRateOrNull};
use super::texts::NetworkBody;
use crate::dto::bounds::{self, wide};
use crate::extract::json::Object;
use crate::extract::{Faults, FromJson, json};

/// What shall change. Absent members stay as they are. Scopes and expiry never change: make another key.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdateApiKey)]
pub struct UpdateApiKeyBody {
    #[validate(length(min = wide(Name::MIN), max = wide(Name::MAX)))]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200, pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$")]
    #[serde(default, deserialize_with = "json::present")]
    pub name: Option<String>,
    /// Null removes it: then the tenant's rate holds.
    #[schema(value_type = KeyRateOrNull, required = false)]
    #[serde(default, deserialize_with = "json::nullable")]
    pub rate_limit: Option<Option<Object<KeyRateInputBody>>>,
    /// Replaces the whole list; null or an empty one admits every address.
    #[validate(length(max = wide(IP_ALLOWLIST_MAX)))]
    #[schema(value_type = Option<Vec<NetworkBody>>, max_items = 100)]
    #[serde(default, deserialize_with = "json::nullable")]
    pub ip_allowlist: Option<Option<Vec<String>>>,
}

impl FromJson for UpdateApiKeyBody {
    type Valid = UpdateApiKey;

    fn validate(self, faults: &mut Faults) -> Option<UpdateApiKey> {
        let bounds = bounds::of(&self);
        let Self { name, rate_limit, ip_allowlist } = self;
        let name = faults.optional("name", name, |text| Name::parse(&text));
        let rate_limit = match Patch::from(rate_limit) {
            Patch::Keep => Some(Patch::Keep),
            Patch::Clear => Some(Patch::Clear),
            Patch::Set(Object(rate)) => faults.member("rate_limit", |faults| rate.read(faults)).map(Patch::Set),
        };
        let ip_allowlist = match ip_allowlist {
            Some(texts) => networks(faults, texts.unwrap_or_default()).map(Some),
            None => Some(None),
        };
        faults.complete(bounds);
        Some(UpdateApiKey { name: name?, rate_limit: rate_limit?, ip_allowlist: ip_allowlist? })
    }
}
