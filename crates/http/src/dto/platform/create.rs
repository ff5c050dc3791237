//! The body of `POST /platform/tenants`.

use orderbase_application::tenants::CreateTenant;
use orderbase_kernel::{Email, Name, Timestamp};
use orderbase_tenancy::{Mode, PlanCode, Reason, Settings, Slug};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::dto::bounds::{self, wide};
use crate::dto::tenant::{PlanBody, TenantModeBody};
use crate::extract::{Faults, FromJson};

/// The wish for a tenant. It begins in UTC, with every currency and order numbers from 1001; its owner changes that.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateTenant)]
pub struct CreateTenantBody {
    #[validate(length(min = wide(Name::MIN), max = wide(Name::MAX)))]
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    pub name: String,
    /// Its name at sign-in: unique among all tenants, and never changed.
    #[schema(min_length = 3, max_length = 40, pattern = "^[a-z][a-z0-9-]{1,38}[a-z0-9]$")]
    pub slug: String,
    #[schema(value_type = PlanBody)]
    pub plan: String,
    /// It never changes.
    #[schema(value_type = TenantModeBody)]
    pub mode: String,
    /// Who is invited as first owner.
    #[validate(length(min = wide(Email::MIN), max = wide(Email::MAX)))]
    #[schema(min_length = 3, max_length = 254, pattern = r"^[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]+$")]
    pub owner_email: String,
    /// Makes it a trial until then. Without it the tenant is active at once.
    #[schema(format = DateTime, max_length = 64)]
    #[serde(default)]
    pub trial_ends_at: Option<String>,
    /// Kept in the audit log of the tenant.
    #[validate(length(min = wide(Reason::MIN), max = wide(Reason::MAX)))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    pub reason: String,
}

impl FromJson for CreateTenantBody {
    type Valid = CreateTenant;

    fn validate(self, faults: &mut Faults) -> Option<CreateTenant> {
        let bounds = bounds::of(&self);
        let Self { name, slug, plan, mode, owner_email, trial_ends_at, reason } = self;
        let name = faults.read("name", Name::parse(&name));
        let slug = faults.read("slug", Slug::parse(&slug));
        let plan = faults.read("plan", PlanCode::parse(&plan));
        let mode = faults.read("mode", Mode::parse(&mode));
        let owner_email = faults.read("owner_email", Email::parse(&owner_email));
        let trial_ends_at = faults.optional("trial_ends_at", trial_ends_at, |text| Timestamp::parse(&text));
        let reason = faults.read("reason", Reason::parse(&reason));
        faults.complete(bounds);
        Some(CreateTenant {
            name: name?,
            slug: slug?,
            mode: mode?,
            plan: plan?,
            trial_ends_at: trial_ends_at?,
            settings: Settings::default(),
            owner_email: Some(owner_email?),
            reason: Some(reason?),
        })
    }
}
