//! A rate of a key's own.

use orderbase_kernel::Invalid;
use orderbase_tenancy::KeyRate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dto::nullable::nullable;
use crate::extract::{Faults, json};

/// How often a key may be used, of what the tenant may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ApiKeyRateLimit)]
pub struct KeyRateBody {
    #[schema(minimum = 1, maximum = 600000)]
    pub requests_per_minute: u32,
}

impl From<KeyRate> for KeyRateBody {
    fn from(rate: KeyRate) -> Self {
        Self { requests_per_minute: rate.requests_per_minute() }
    }
}

/// How often a key may be used; null: as often as the tenant may.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRateInputBody {
    #[schema(minimum = 1, maximum = 600000)]
    #[serde(deserialize_with = "json::whole")]
    pub requests_per_minute: i64,
}

nullable! {
    KeyRateOrNull as "ApiKeyRateLimitInput" of KeyRateInputBody;
}

impl KeyRateInputBody {
    pub(super) fn read(self, faults: &mut Faults) -> Option<KeyRate> {
        let Self { requests_per_minute } = self;
        let invalid = Invalid::range(i64::from(KeyRate::MIN), i64::from(KeyRate::MAX));
        let rate = u32::try_from(requests_per_minute).map_err(|_| invalid).and_then(KeyRate::try_new);
        faults.read("requests_per_minute", rate)
    }
}
