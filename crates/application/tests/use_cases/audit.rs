//! The audit log as it is read, by whom.

use orderbase_application::testing::{operator, tenant_ctx, user};
use orderbase_application::views::{AuditFilter, AuditQuery, Span};
use orderbase_application::{Code, Error, Place, audit, tenants};
use orderbase_kernel::{Actor, InvalidCode, PageLimit};
use orderbase_tenancy::{Reason, Role};

use super::{code, fresh, none, shop};

fn everything() -> AuditQuery {
    AuditQuery { filter: AuditFilter::default(), limit: PageLimit::MAX, after: None }
}

#[tokio::test]
async fn the_log_is_for_admins_and_for_operators_from_outside() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let (operator, acme) = (operator(app), ctx.tenant.id().into());
    fresh(tenants::suspend(app, &operator, &acme, Reason::parse("unpaid").unwrap(), none()).await);
    fresh(tenants::activate(app, &operator, &acme, Reason::parse("paid").unwrap(), none()).await);
    for role in Role::ALL {
        let by = user(app, &ctx, role).await;
        let page = audit::list(app, &by, &everything()).await;
        if role < Role::Admin {
            assert_eq!(code(page), Code::PermissionDenied);
            continue;
        }
        let rows = page.unwrap().rows;
        let said = |action: &str| rows.iter().find(|entry| entry.action == action).unwrap();
        let suspended = said("tenant.suspended_by_operator");
        assert_eq!(suspended.detail.as_deref(), Some("unpaid"));
        assert_eq!(suspended.request_id, said("tenant.suspended").request_id, "beside its event");
        assert_eq!(audit::get(app, &by, suspended.id).await.unwrap(), *suspended);
        // The platform reads what its operators did, and nothing of the tenant's people.
        let (acts, others): (Vec<_>, Vec<_>) =
            rows.iter().cloned().partition(|entry| matches!(entry.actor, Some(Actor::Operator(_))));
        assert_eq!(audit::list_as_operator(app, &operator, &acme, &everything()).await.unwrap().rows, acts);
        assert_eq!(audit::get_as_operator(app, &operator, &acme, suspended.id).await.unwrap(), *suspended);
        let private = audit::get_as_operator(app, &operator, &acme, others[0].id).await;
        assert_eq!(code(private), Code::AuditEntryNotFound);
        let stranger = tenant_ctx(app, &format!("other-{role}")).await;
        assert_eq!(code(audit::get(app, &stranger, suspended.id).await), Code::AuditEntryNotFound);
    }
}

#[tokio::test]
async fn a_range_runs_forward() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let now = app.clock.now();
    let mut query = everything();
    query.filter.occurred = Span { from: Some(now), to: Some(now.plus_millis(-1)) };
    let refused = audit::list(app, &ctx, &query).await.unwrap_err();
    let Error::Validation { faults } = refused else { panic!("{refused:?}") };
    let place = Place::Parameter("occurred_to".to_owned());
    assert_eq!((&faults[0].place, faults[0].code), (&place, InvalidCode::RangeInverted));
    assert_eq!(
        code(audit::list_as_operator(app, &operator(app), &ctx.tenant.id().into(), &query).await),
        Code::ValidationFailed
    );
}
