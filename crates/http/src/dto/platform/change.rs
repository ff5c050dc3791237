//! The bodies of what operators do to a tenant that exists. Each gives a reason.

use orderbase_application::tenants::{InviteOwner, UpdateTenant};
use orderbase_kernel::{Email, Name, Patch, Timestamp};
use orderbase_tenancy::{PlanCode, Reason};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::dto::bounds::{self, wide};
use crate::dto::tenant::PlanBody;
use crate::extract::{Faults, FromJson, json};

/// Why an operator does something to a tenant.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OperatorReason)]
pub struct ReasonBody {
    /// Kept in the audit log of the tenant.
    #[validate(length(min = wide(Reason::MIN), max = wide(Reason::MAX)))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    pub reason: String,
}

impl FromJson for ReasonBody {
    type Valid = Reason;

    fn validate(self, faults: &mut Faults) -> Option<Reason> {
        let bounds = bounds::of(&self);
        let Self { reason } = self;
        let reason = faults.read("reason", Reason::parse(&reason));
        faults.complete(bounds);
        reason
    }
}

/// What shall change of a tenant (a merge patch, RFC 7396). Absent members stay as they are.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdatePlatformTenant)]
pub struct UpdatePlatformTenantBody {
    #[validate(length(min = wide(Name::MIN), max = wide(Name::MAX)))]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200, pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$")]
    #[serde(default, deserialize_with = "json::present")]
    pub name: Option<String>,
    /// A smaller plan takes nothing away; it refuses what goes beyond it.
    #[schema(value_type = PlanBody, required = false)]
    #[serde(default, deserialize_with = "json::present")]
    pub plan: Option<String>,
    /// Null removes it, which a tenant on trial does not allow: activate it.
    #[schema(value_type = Option<String>, format = DateTime, max_length = 64)]
    #[serde(default, deserialize_with = "json::nullable")]
    pub trial_ends_at: Option<Option<String>>,
    /// Kept in the audit log of the tenant.
    #[validate(length(min = wide(Reason::MIN), max = wide(Reason::MAX)))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    pub reason: String,
}

impl FromJson for UpdatePlatformTenantBody {
    type Valid = (UpdateTenant, Reason);

    fn validate(self, faults: &mut Faults) -> Option<(UpdateTenant, Reason)> {
        let bounds = bounds::of(&self);
        let Self { name, plan, trial_ends_at, reason } = self;
        let name = faults.optional("name", name, |text| Name::parse(&text));
        let plan = faults.optional("plan", plan, |text| PlanCode::parse(&text));
        let trial_ends_at = faults.patch("trial_ends_at", Patch::from(trial_ends_at), |text| Timestamp::parse(&text));
        let reason = faults.read("reason", Reason::parse(&reason));
        faults.complete(bounds);
        Some((UpdateTenant { name: name?, plan: plan?, trial_ends_at: trial_ends_at? }, reason?))
    }
}

/// Whom to invite as owner.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InviteOwner)]
pub struct InviteOwnerBody {
    /// Without it the first owner is invited again, as long as nobody joined.
    #[validate(length(min = wide(Email::MIN), max = wide(Email::MAX)))]
    #[schema(min_length = 3, max_length = 254, pattern = r"^[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]+$")]
    #[serde(default)]
    pub email: Option<String>,
    /// Kept in the audit log of the tenant.
    #[validate(length(min = wide(Reason::MIN), max = wide(Reason::MAX)))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    pub reason: String,
}

impl FromJson for InviteOwnerBody {
    type Valid = InviteOwner;

    fn validate(self, faults: &mut Faults) -> Option<InviteOwner> {
        let bounds = bounds::of(&self);
        let Self { email, reason } = self;
        let email = faults.optional("email", email, |text| Email::parse(&text));
        let reason = faults.read("reason", Reason::parse(&reason));
        faults.complete(bounds);
        Some(InviteOwner { email: email?, reason: reason? })
    }
}
