//! What operators of the platform send and get: tenants without their data, plans, limits.

mod change;
mod create;
mod limits;
mod list;
mod plan;
mod set_limits;
mod tenant;

pub use self::change::{InviteOwnerBody, ReasonBody, UpdatePlatformTenantBody};
pub use self::create::CreateTenantBody;
pub use self::limits::TenantLimitsBody;
pub use self::list::PlatformTenantListBody;
pub use self::plan::{LimitsBody, PlanListBody};
pub use self::set_limits::{QuotasInputBody, RateInputBody, SetLimitsBody};
pub use self::tenant::PlatformTenantBody;
