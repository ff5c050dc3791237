//! The operator's commands on tenants.

use orderbase_application::testing::{operator, tenant, wish_tenant};
use orderbase_application::{Code, Error, Operator, Place, tenants};
use orderbase_kernel::{Actor, Currency, InvalidCode, OperatorName};
use orderbase_tenancy::{OrderPrefix, Permission, Reason, Settings, Slug, TenantStatus, TimeZoneName};

use super::{code, shop};

fn reason(text: &str) -> Reason {
    Reason::parse(text).unwrap()
}

#[tokio::test]
async fn tenants_are_made_shown_listed_and_suspended() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let operator = operator(app);
    let mut trial = wish_tenant("trial-co");
    trial.trial_ends_at = Some(app.clock.now().plus_millis(1));
    let made = tenants::create(app, &operator, trial).await.unwrap();
    assert_eq!(made.status(), TenantStatus::Trial);
    assert_eq!(tenants::show(app, &operator, made.slug()).await.unwrap(), made);
    assert_eq!(tenants::list(app, &operator).await.unwrap(), [(*ctx.tenant).clone(), made.clone()]);
    assert_eq!(tenants::own(app, &ctx).await.unwrap(), *ctx.tenant);

    let suspended = tenants::suspend(app, &operator, made.slug(), reason("unpaid")).await.unwrap();
    assert_eq!((suspended.status(), suspended.version().get()), (TenantStatus::Suspended, 2));
    let again = tenants::suspend(app, &operator, made.slug(), reason("other")).await.unwrap();
    assert_eq!(again, suspended, "the first reason stays");
    let nobody = Slug::parse("nobody").unwrap();
    assert_eq!(code(tenants::suspend(app, &operator, &nobody, reason("x")).await), Code::TenantNotFound);
    assert_eq!(code(tenants::show(app, &operator, &nobody).await), Code::TenantNotFound);
    assert_eq!(code(tenants::create(app, &operator, wish_tenant("acme")).await), Code::TenantSlugTaken);
}

#[tokio::test]
async fn a_zone_has_to_exist() {
    let (world, _) = shop().await;
    let app = &world.app;
    for (zone, good) in [
        ("Europe/Berlin", true),
        ("Asia/Dubai", true),
        ("UTC", true),
        ("Mars/Olympus", false),
        ("europe/berlin", false),
        ("CEST", false),
    ] {
        let mut wish = wish_tenant(&format!("t-{}", zone.to_lowercase().replace('/', "-")));
        if zone == "europe/berlin" {
            wish.slug = Slug::parse("lower-berlin").unwrap();
        }
        let zone = TimeZoneName::parse(zone).unwrap();
        wish.settings = Settings::try_new(zone, vec![Currency::Eur], Currency::Eur, OrderPrefix::none(), 1).unwrap();
        match tenants::create(app, &operator(app), wish).await {
            Ok(_) => assert!(good),
            Err(Error::Validation { faults }) => {
                assert!(!good);
                let place = Place::Pointer("#/settings/time_zone".to_owned());
                assert_eq!((&faults[0].place, faults[0].code), (&place, InvalidCode::NotOneOf));
            }
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_operator_has_the_permissions_of_the_command_and_no_others() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let name = || OperatorName::parse("root@host").unwrap();
    let reader = Operator::on_host(app, name(), &[Permission::PlatformRead]);
    tenants::list(app, &reader).await.unwrap();
    assert_eq!(code(tenants::create(app, &reader, wish_tenant("new")).await), Code::PermissionDenied);
    assert_eq!(code(tenants::suspend(app, &reader, ctx.tenant.slug(), reason("x")).await), Code::PermissionDenied);
    let nobody = Operator::on_host(app, name(), &[Permission::PlatformWrite]);
    assert_eq!(code(tenants::list(app, &nobody).await), Code::PermissionDenied);
    assert_eq!(code(tenants::show(app, &nobody, ctx.tenant.slug()).await), Code::PermissionDenied);

    let within = reader.within(tenant(app, "other").await);
    assert_eq!(within.actor, Actor::Operator(name()));
    assert_eq!(code(within.require(Permission::OrdersWrite)), Code::PermissionDenied);
    assert_eq!(within.request_id, reader.request_id);
}
