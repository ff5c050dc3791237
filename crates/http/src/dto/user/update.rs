//! The body of `PATCH /users/{id}` (a merge patch, RFC 7396).

use orderbase_application::users::UpdateUser;
use orderbase_kernel::Name;
use orderbase_tenancy::Role;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::body::RoleBody;
use crate::dto::bounds::{self, wide};
use crate::extract::{Faults, FromJson, json};

/// What shall change. Absent members stay as they are; neither may be null.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdateUser)]
pub struct UpdateUserBody {
    #[validate(length(min = wide(Name::MIN), max = wide(Name::MAX)))]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200, pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$")]
    #[serde(default, deserialize_with = "json::present")]
    pub name: Option<String>,
    /// Not above the caller's own, and never one's own.
    #[schema(value_type = RoleBody, required = false)]
    #[serde(default, deserialize_with = "json::present")]
    pub role: Option<String>,
}

impl FromJson for UpdateUserBody {
    type Valid = UpdateUser;

    fn validate(self, faults: &mut Faults) -> Option<UpdateUser> {
        let bounds = bounds::of(&self);
        let Self { name, role } = self;
        let name = faults.optional("name", name, |text| Name::parse(&text));
        let role = faults.optional("role", role, |text| Role::parse(&text));
        faults.complete(bounds);
        Some(UpdateUser { name: name?, role: role? })
    }
}
