//! Tenants: the operator's commands on them, and the calendar of their zones.

mod calendar;
mod change;
mod create;
mod list;
mod own;
mod show;
mod suspend;

pub use self::calendar::{business_date, is_time_zone, start_of_day};
pub use self::create::{CreateTenant, create};
pub use self::list::list;
pub use self::own::own;
pub use self::show::show;
pub use self::suspend::suspend;
