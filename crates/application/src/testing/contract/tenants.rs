//! Tenants come back as they were put in, and are found by slug.

use std::sync::Arc;

use orderbase_kernel::{Currency, Email, Name, PageLimit, TenantId, Version};
use orderbase_tenancy::{
    Access, Mode, OrderPrefix, Overrides, Permission, PlanCode, Reason, Role, Settings, Slug, Tenant, TenantError,
    TenantEvent, TenantStatus, TimeZoneName,
};

use super::Harness;
use super::stock::time;
use crate::app::App;
use crate::changeset::{Change, Changeset, Outcome};
use crate::conditions::Conditions;
use crate::ctx::{Ctx, Scope};
use crate::error::{Error, Taken};
use crate::ports::QuotasUsed;
use crate::tenants::{self, CreateTenant, business_date};
use crate::testing::{
    ctx, customer, invited, key_as, operator, order, tenant, tenant_as, tenant_ctx, wish_key, wish_tenant,
};
use crate::views::{CreatedSort, TenantFilter, TenantQuery};
use crate::{events, keys};

async fn comes_back(app: &App, tenant: &Tenant) {
    assert_eq!(app.tenants.get(tenant.id()).await.unwrap().as_ref(), Some(tenant));
    assert_eq!(app.tenants.by_slug_unscoped(tenant.slug()).await.unwrap().as_ref(), Some(tenant));
}

async fn changed(
    app: &App,
    tenant: &Tenant,
    command: impl FnOnce(&mut Tenant) -> Result<Option<TenantEvent>, TenantError>,
) -> (Tenant, Outcome) {
    let mut after = tenant.clone();
    let event = command(&mut after).unwrap().unwrap();
    let ctx = ctx(app, &Arc::new(tenant.clone()));
    let row = events::of_tenant(app, &ctx, &after, &event).unwrap();
    let change = Change::update(after.clone(), tenant.version(), row).unwrap();
    let outcome = app.commits.commit(ctx.scope(), Changeset::new().change(change)).await.unwrap();
    (after, outcome)
}

fn largest() -> CreateTenant {
    CreateTenant {
        name: Name::parse(&"\u{1F4A1}".repeat(200)).unwrap(),
        slug: Slug::parse(&format!("a{}", "-0".repeat(19) + "9")).unwrap(),
        mode: Mode::Sandbox,
        plan: PlanCode::Free,
        trial_ends_at: Some(time("9999-12-31T23:59:59.999Z")),
        settings: Settings::try_new(
            TimeZoneName::parse("America/Argentina/ComodRivadavia").unwrap(),
            vec![Currency::Aed, Currency::Usd],
            Currency::Aed,
            OrderPrefix::parse("AC-99-ZZ").unwrap(),
            9_007_199_254_740_991,
        )
        .unwrap(),
        owner_email: None,
        reason: None,
    }
}

pub async fn tenants_come_back_at_their_bounds(harness: &impl Harness) {
    let app = harness.app().await;
    let smallest = tenant(&app, "abc").await;
    comes_back(&app, &smallest).await;
    let tenant = tenant_as(&app, largest()).await;
    comes_back(&app, &tenant).await;

    let overrides = Overrides {
        requests_per_minute: Some(600_000),
        burst: Some(1),
        concurrency: Some(12_800),
        orders_per_month: Some(1_000_000_000),
        customers: Some(0),
        users: Some(1),
        api_keys: Some(20_000),
        webhooks: Some(0),
        live: Some(100_000),
        exports: Some(0),
        export_rows: Some(1_000_000_000),
        items_per_order: Some(1),
        reason: Some(Reason::parse(&"\u{1F4A1}".repeat(500)).unwrap()),
        expires_at: Some(time("2030-01-01T00:00:00.001Z")),
    };
    let at = tenant.created_at();
    let (tenant, outcome) = changed(&app, &tenant, |tenant| tenant.set_overrides(overrides, at)).await;
    assert_eq!(outcome, Outcome::Committed);
    comes_back(&app, &tenant).await;
    let reason = Reason::parse("unpaid \"bill\"").unwrap();
    let (tenant, outcome) = changed(&app, &tenant, |tenant| tenant.suspend(reason, at.plus_millis(5))).await;
    assert_eq!(outcome, Outcome::Committed);
    comes_back(&app, &tenant).await;
    assert_eq!(tenant.access(at), Access::Suspended);
    let (tenant, outcome) = changed(&app, &tenant, |tenant| tenant.close(at.plus_millis(9))).await;
    assert_eq!(outcome, Outcome::Committed);
    comes_back(&app, &tenant).await;
    let purge_after = tenant.purge_after().unwrap();
    let (purged, outcome) = changed(&app, &tenant, |tenant| tenant.purge(purge_after)).await;
    assert_eq!(outcome, Outcome::Committed);
    comes_back(&app, &purged).await;
    assert_eq!(app.tenants.by_slug_unscoped(tenant.slug()).await.unwrap(), None);
}

pub async fn tenants_are_paged_and_filtered(harness: &impl Harness) {
    let app = harness.app().await;
    let mut made = Vec::new();
    for (number, slug) in ["t-0", "t-1", "t-2", "t-3", "t-4", "t-5"].into_iter().enumerate() {
        let mode = if number % 2 == 0 { Mode::Live } else { Mode::Sandbox };
        let plan = if number % 3 == 0 { PlanCode::Free } else { PlanCode::Pro };
        made.push(tenant_as(&app, CreateTenant { mode, plan, ..wish_tenant(slug) }).await);
    }
    let at = made[4].created_at();
    changed(&app, &made[4], |tenant| tenant.close(at)).await;
    made.sort_unstable_by_key(|tenant| tenant.id());

    let every = TenantFilter::default();
    let filters = [
        every.clone(),
        TenantFilter { mode: Some(Mode::Sandbox), ..every.clone() },
        TenantFilter { plan: Some(PlanCode::Free), mode: Some(Mode::Live), ..every.clone() },
        TenantFilter { status: Some(TenantStatus::Closed), ..every.clone() },
        TenantFilter { slug: Some(Slug::parse("t-2").unwrap()), ..every.clone() },
        TenantFilter { slug: Some(Slug::parse("t-2").unwrap()), mode: Some(Mode::Sandbox), ..every },
    ];
    for filter in filters {
        for (sort, limit) in
            [(CreatedSort::NewestFirst, 1), (CreatedSort::OldestFirst, 2), (CreatedSort::NewestFirst, 6)]
        {
            let stored = app.tenants.all_unscoped().await.unwrap();
            let mut expected: Vec<_> = stored.iter().filter(|it| filter.admits(it)).map(Tenant::id).collect();
            expected.sort_unstable();
            if sort == CreatedSort::NewestFirst {
                expected.reverse();
            }
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let limit = PageLimit::try_new(limit).unwrap();
                let query = TenantQuery { filter: filter.clone(), sort, limit, after };
                let page = app.tenants.page_unscoped(&query).await.unwrap();
                seen.extend(page.rows.iter().map(Tenant::id));
                after = seen.last().copied();
                if !page.has_more {
                    break;
                }
            }
            assert_eq!(seen, expected, "{filter:?} {sort:?}");
        }
    }
}

pub async fn tenants_are_found_and_listed_by_slug(harness: &impl Harness) {
    let app = harness.app().await;
    assert_eq!(app.tenants.all_unscoped().await.unwrap(), []);
    let mut made = Vec::new();
    for slug in ["umbrella", "acme", "b-2", "b-10"] {
        made.push((*tenant(&app, slug).await).clone());
    }
    made.sort_by(|one, other| one.slug().as_str().cmp(other.slug().as_str()));
    assert_eq!(app.tenants.all_unscoped().await.unwrap(), made);
    assert_eq!(app.tenants.by_slug_unscoped(&Slug::parse("nobody").unwrap()).await.unwrap(), None);
    let unknown = TenantId::from_uuid(app.ids.next(app.clock.now()));
    assert_eq!(app.tenants.get(unknown).await.unwrap(), None);
}

pub async fn a_slug_is_taken_once(harness: &impl Harness) {
    let app = harness.app().await;
    let first = tenant(&app, "acme").await;
    let refused = tenants::create(&app, &operator(&app), wish_tenant("acme"), Conditions::default()).await.unwrap_err();
    let Error::Taken { taken: Taken::TenantSlug, existing_id } = refused else { panic!("{refused:?}") };
    // The adapter may not be allowed to look at another tenant.
    assert!(existing_id.is_none_or(|id| id == first.id().uuid()));
    assert_eq!(app.tenants.all_unscoped().await.unwrap(), [(*first).clone()]);
}

pub async fn a_tenant_changes_by_version(harness: &impl Harness) {
    let app = harness.app().await;
    let tenant = tenant(&app, "acme").await;
    let at = tenant.created_at();
    let reason = || Reason::parse("unpaid").unwrap();
    let (suspended, outcome) = changed(&app, &tenant, |tenant| tenant.suspend(reason(), at)).await;
    assert_eq!((outcome, suspended.version()), (Outcome::Committed, Version::FIRST.next()));
    let (_, outcome) = changed(&app, &tenant, |tenant| tenant.suspend(reason(), at)).await;
    assert_eq!(outcome, Outcome::Stale);
    comes_back(&app, &suspended).await;
    let of = orderbase_kernel::AggregateRef::new(orderbase_kernel::AggregateType::Tenant, tenant.id().uuid());
    let scope = Scope { tenant_id: tenant.id() };
    let event = app.events.get(scope, of, suspended.version()).await.unwrap().unwrap();
    assert_eq!(event.event_type, "tenant.suspended");
}

pub async fn what_is_used_of_a_plan_is_counted(harness: &impl Harness) {
    let app = harness.app().await;
    let (acme, other) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "borealis").await);
    let month = business_date(&acme.tenant, app.clock.now()).unwrap().period();
    let used = async |ctx: &Ctx, month| app.quotas.used(ctx.scope(), month).await.unwrap();
    assert_eq!(used(&acme, month).await, QuotasUsed::default());

    let customer_id = customer(&app, &acme, "Ada").await.id;
    customer(&app, &acme, "Bob").await;
    for _ in 0..3 {
        order(&app, &acme, customer_id).await;
    }
    let revoked = key_as(&app, &acme, wish_key(&[Permission::OrdersRead])).await;
    key_as(&app, &acme, wish_key(&[Permission::OrdersRead])).await;
    keys::revoke(&app, &acme, revoked.key.id, Conditions::default()).await.unwrap();
    invited(&app, &acme, &Email::parse("ann@x.example").unwrap(), Role::Viewer).await;
    customer(&app, &other, "Eve").await;

    let found = used(&acme, month).await;
    assert_eq!((found.customers, found.api_keys, found.users), (2, 1, 1));
    // What an instance has reserved is charged already.
    assert!((3..=3 + 64).contains(&found.orders), "{found:?}");
    assert_eq!(used(&acme, month.next_start().period()).await, QuotasUsed { orders: 0, ..found });
    assert_eq!(used(&other, month).await, QuotasUsed { customers: 1, ..QuotasUsed::default() });
    let nobody = Scope { tenant_id: TenantId::from_uuid(app.ids.next(app.clock.now())) };
    assert_eq!(app.quotas.used(nobody, month).await.unwrap(), QuotasUsed::default());
}
