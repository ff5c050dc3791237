//! What a plan counts.

use std::sync::Arc;

use orderbase_application::testing::{World, ctx, customer, order, tenant_as, wish_customer, wish_order, wish_tenant};
use orderbase_application::{Code, Ctx, Error, customers, orders};
use orderbase_kernel::{Currency, Timestamp};
use orderbase_tenancy::{OrderPrefix, Overrides, Settings, Tenant, TimeZoneName};

use super::{code, none};

/// A caller in a tenant of Berlin whose plan is lowered to these limits. The tenant as stored knows nothing of it: what a plan
/// allows is read from the context.
async fn lowered(world: &World, overrides: Overrides) -> Ctx {
    let mut wish = wish_tenant("acme");
    let berlin = TimeZoneName::parse("Europe/Berlin").unwrap();
    wish.settings = Settings::try_new(berlin, vec![Currency::Usd], Currency::Usd, OrderPrefix::none(), 1_001).unwrap();
    let tenant = tenant_as(&world.app, wish).await;
    let mut changed: Tenant = (*tenant).clone();
    changed.set_overrides(overrides, world.app.clock.now()).unwrap().unwrap();
    ctx(&world.app, &Arc::new(changed))
}

#[tokio::test]
async fn the_month_ends_by_the_clock_of_the_tenant() {
    let world = World::new();
    let app = &world.app;
    let ctx = lowered(&world, Overrides { orders_per_month: Some(2), ..Overrides::default() }).await;
    let ada = customer(app, &ctx, "Ada").await;
    for _ in 0..2 {
        order(app, &ctx, ada.id).await;
    }
    let refused = orders::place(app, &ctx, wish_order(ada.id), none()).await.unwrap_err();
    let Error::QuotaReached { limit, max, current, resets_at } = &refused else { panic!("{refused:?}") };
    assert_eq!((*limit, *max, *current), ("orders_per_month", 2, 2));
    assert_eq!(refused.code(), Code::PlanLimitReached);
    // Midnight of 1 February in Berlin.
    assert_eq!(*resets_at, Some(Timestamp::parse("2026-01-31T23:00:00Z").unwrap()));

    world.clock.set(resets_at.unwrap().plus_millis(-1));
    assert_eq!(code(orders::place(app, &ctx, wish_order(ada.id), none()).await), Code::PlanLimitReached);
    world.clock.set(resets_at.unwrap());
    assert_eq!(order(app, &ctx, ada.id).await.business_date.to_string(), "2026-02-01");
}

#[tokio::test]
async fn customers_and_lines_are_counted() {
    let world = World::new();
    let app = &world.app;
    let overrides = Overrides { customers: Some(1), items_per_order: Some(1), ..Overrides::default() };
    let ctx = lowered(&world, overrides).await;
    let ada = customer(app, &ctx, "Ada").await;
    let refused = customers::create(app, &ctx, wish_customer("Bob"), none()).await.unwrap_err();
    assert!(
        matches!(refused, Error::QuotaReached { limit: "customers", max: 1, current: 1, resets_at: None }),
        "{refused:?}"
    );

    let mut wish = wish_order(ada.id);
    wish.items.push(wish.items[0].clone());
    let refused = orders::place(app, &ctx, wish, none()).await.unwrap_err();
    assert!(matches!(refused, Error::QuotaReached { limit: "items_per_order", max: 1, current: 2, .. }), "{refused:?}");
    order(app, &ctx, ada.id).await;
}

#[tokio::test]
async fn a_currency_outside_the_tenants_list_is_a_fault_of_the_input() {
    let world = World::new();
    let app = &world.app;
    let ctx = lowered(&world, Overrides { customers: Some(9), ..Overrides::default() }).await;
    let ada = customer(app, &ctx, "Ada").await;
    let mut wish = wish_order(ada.id);
    wish.currency = Currency::Eur;
    assert_eq!(code(orders::place(app, &ctx, wish, none()).await), Code::ValidationFailed);
}
