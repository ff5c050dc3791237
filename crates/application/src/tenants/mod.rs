//! Tenants: the operator's commands on them, the owner's on its own, and the calendar of their zones.

mod activate;
mod calendar;
mod change;
mod close;
mod create;
mod limits;
mod list;
mod operated;
mod own;
mod owner_invitation;
mod page;
mod patch_settings;
mod purge;
mod show;
mod suspend;
mod update;
mod update_settings;
mod which;

pub use self::activate::activate;
pub use self::calendar::{business_date, is_time_zone, start_of_day};
pub use self::close::{CloseTenant, close, close_by_operator};
pub use self::create::{CreateTenant, TenantCreated, create};
pub use self::limits::{TenantLimits, limits, plans, set_limits};
pub use self::list::list;
pub use self::own::own;
pub use self::owner_invitation::{InviteOwner, owner_invitation};
pub use self::page::page;
pub use self::patch_settings::{PatchSettings, SettingsPatch, patch_settings};
pub use self::purge::purge;
pub use self::show::show;
pub use self::suspend::suspend;
pub use self::update::update;
pub use self::update_settings::{UpdateSettings, update_settings};
pub use self::which::Which;
pub use orderbase_tenancy::UpdateTenant;
