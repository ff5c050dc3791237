//! Read models and the questions that are asked for them.

mod audit;
mod customer;
mod event;
mod key;
mod order;
mod page;
mod tenant;
mod user;

pub use self::audit::{AuditFilter, AuditQuery};
pub use self::customer::{CustomerFilter, CustomerPosition, CustomerQuery, CustomerView};
pub use self::event::EventView;
pub use self::key::KeyView;
pub use self::order::{
    ItemView, OrderFilter, OrderPage, OrderPosition, OrderQuery, OrderSort, OrderView, PAGE_ITEMS_MAX, TotalBounds,
};
pub use self::page::{COUNT_MAX, Counted, CreatedSort, Page, Span};
pub use self::tenant::{TenantFilter, TenantQuery};
pub use self::user::{UserFilter, UserQuery};
