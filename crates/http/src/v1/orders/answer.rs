//! How an order is written into an answer that may be kept: pure, so that the same order gives the same bytes.

use std::sync::Arc;

use orderbase_application::Ctx;
use orderbase_application::changeset::KeptAnswer;
use orderbase_application::views::OrderView;

use crate::dto::order::OrderBody;
use crate::respond;

/// 201 with the new order.
pub(super) fn placed(ctx: &Ctx) -> impl Fn(&OrderView) -> KeptAnswer + Clone + Send + Sync + 'static {
    let tenant = Arc::clone(&ctx.tenant);
    move |view| {
        let location = format!("/api/v1/orders/{}", view.id);
        respond::created(location, view.version, &OrderBody::new(view, tenant.settings().order_prefix()))
    }
}

/// 200 with the order after the command.
pub(super) fn changed(ctx: &Ctx) -> impl Fn(&OrderView) -> KeptAnswer + Clone + Send + Sync + 'static {
    let tenant = Arc::clone(&ctx.tenant);
    move |view| respond::ok(view.version, &OrderBody::new(view, tenant.settings().order_prefix()))
}
