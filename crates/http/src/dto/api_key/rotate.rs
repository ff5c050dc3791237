//! The body of `POST /api-keys/{id}/rotate`.

use orderbase_kernel::Invalid;
use orderbase_tenancy::{OVERLAP_SECS_DEFAULT, OVERLAP_SECS_MAX};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::dto::bounds;
use crate::extract::{Faults, FromJson, json};

/// How the old text of the key ends.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RotateApiKey)]
pub struct RotateApiKeyBody {
    /// How long the text until now still opens: 0 to 2 592 000 s, 86 400 unless said otherwise. With 0 it ends at once.
    #[validate(range(min = 0, max = i64::from(OVERLAP_SECS_MAX)))]
    #[schema(minimum = 0, maximum = 2592000, default = 86400)]
    #[serde(default, deserialize_with = "json::whole_or_null")]
    pub overlap_secs: Option<i64>,
}

impl FromJson for RotateApiKeyBody {
    /// Seconds.
    type Valid = u32;

    const IS_REQUIRED: bool = false;

    fn validate(self, faults: &mut Faults) -> Option<u32> {
        let bounds = bounds::of(&self);
        let Self { overlap_secs } = self;
        let overlap_secs = faults.optional("overlap_secs", overlap_secs, |secs| match u32::try_from(secs) {
            Ok(secs) if secs <= OVERLAP_SECS_MAX => Ok(secs),
            _ => Err(Invalid::range(0, i64::from(OVERLAP_SECS_MAX))),
        });
        faults.complete(bounds);
        Some(overlap_secs?.unwrap_or(OVERLAP_SECS_DEFAULT))
    }
}
