//! People as the operator on the host makes them, and the passwords it sets.

use orderbase_application::auth::{self, Caller, Login};
use orderbase_application::testing::{PASSWORD, World, client, invited, operator, tenant_ctx, user};
use orderbase_application::users::{self, CreateUser};
use orderbase_application::views::{AuditFilter, AuditQuery};
use orderbase_application::{App, Code, Ctx, Error, audit, me, tenants};
use orderbase_kernel::{AggregateRef, AggregateType, Email, Name, PageLimit};
use orderbase_tenancy::{PlanCode, Reason, Role, UpdateTenant, User, UserStatus};

use super::{code, none};

const NEW: &str = "a short walk by the sea";

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

fn wish(text: &str, role: Role) -> CreateUser {
    CreateUser { email: email(text), name: Name::parse("Eve").unwrap(), role, password: PASSWORD.to_owned() }
}

async fn made(app: &App, ctx: &Ctx, wish: CreateUser) -> Result<User, Error> {
    users::create_by_operator(app, &operator(app), &ctx.tenant.slug().into(), wish).await
}

async fn set(app: &App, ctx: &Ctx, of: &str, password: &str) -> Result<User, Error> {
    users::set_password_by_operator(app, &operator(app), &ctx.tenant.slug().into(), &email(of), password).await
}

async fn signs_in(app: &App, ctx: &Ctx, of: &str, password: &str) -> Result<Ctx, Error> {
    let tenant = Some(ctx.tenant.slug().to_string());
    let wish = Login { tenant, email: of.to_owned(), password: password.to_owned(), scope: None };
    let tokens = auth::login(app, &client(), wish).await?;
    match auth::bearer(app, &tokens.access_token, &client()).await? {
        Caller::Tenant(ctx) => Ok(*ctx),
        Caller::Operator(_) => panic!("an operator"),
    }
}

async fn actions(app: &App, ctx: &Ctx) -> Vec<String> {
    let query = AuditQuery { filter: AuditFilter::default(), limit: PageLimit::MAX, after: None };
    let rows = audit::list(app, ctx, &query).await.unwrap().rows;
    rows.into_iter().rev().map(|row| row.action.into_owned()).filter(|it| it.contains("_by_operator")).collect()
}

#[tokio::test]
async fn a_user_is_made_whole_and_signs_in() {
    let world = World::new();
    let app = &world.app;
    let ctx = tenant_ctx(app, "acme").await;
    let eve = made(app, &ctx, wish("eve@example.com", Role::Owner)).await.unwrap();
    assert_eq!((eve.status(), eve.role(), eve.version().get()), (UserStatus::Active, Role::Owner, 2));
    let of = AggregateRef::new(AggregateType::User, eve.id().uuid());
    let events = app.events.page(ctx.scope(), of, None, PageLimit::MAX).await.unwrap().rows;
    assert_eq!(
        events.iter().map(|event| event.event_type.as_ref()).collect::<Vec<_>>(),
        ["user.invited", "user.joined"]
    );
    assert!(events.iter().all(|event| event.actor.kind() == "operator"));

    let signed_in = signs_in(app, &ctx, "eve@example.com", PASSWORD).await.unwrap();
    assert_eq!((signed_in.user_id(), signed_in.role), (Some(eve.id()), Some(Role::Owner)));
    assert_eq!(code(made(app, &ctx, wish("Eve@example.com", Role::Viewer)).await), Code::UserEmailTaken);
    assert!(actions(app, &ctx).await.contains(&"user.created_by_operator".to_owned()));
}

#[tokio::test]
async fn rules_of_passwords_seats_and_tenants_hold_on_the_host_too() {
    let world = World::new();
    let app = &world.app;
    let ctx = tenant_ctx(app, "acme").await;
    for password in ["short", "eve@example.com and acme"] {
        let weak = CreateUser { password: password.to_owned(), ..wish("eve@example.com", Role::Viewer) };
        assert_eq!(code(made(app, &ctx, weak).await), Code::ValidationFailed, "{password}");
    }
    let (slug, why) = (ctx.tenant.slug().into(), || Reason::parse("a test").unwrap());
    let free = UpdateTenant { plan: Some(PlanCode::Free), ..UpdateTenant::default() };
    tenants::update(app, &operator(app), &slug, free, why(), none()).await.unwrap();
    for number in 0..3 {
        made(app, &ctx, wish(&format!("user{number}@example.com"), Role::Viewer)).await.unwrap();
    }
    assert_eq!(code(made(app, &ctx, wish("more@example.com", Role::Viewer)).await), Code::PlanLimitReached);

    tenants::suspend(app, &operator(app), &slug, why(), none()).await.unwrap();
    assert_eq!(code(made(app, &ctx, wish("more@example.com", Role::Viewer)).await), Code::TenantSuspended);
    set(app, &ctx, "user0@example.com", NEW).await.unwrap();
    tenants::close_by_operator(app, &operator(app), &slug, why(), none()).await.unwrap();
    assert_eq!(code(set(app, &ctx, "user0@example.com", NEW).await), Code::TenantClosed);
}

#[tokio::test]
async fn a_password_that_is_set_ends_what_was_signed_in_with_the_old_one() {
    let world = World::new();
    let app = &world.app;
    let ctx = tenant_ctx(app, "acme").await;
    made(app, &ctx, wish("eve@example.com", Role::Member)).await.unwrap();
    let before = signs_in(app, &ctx, "eve@example.com", PASSWORD).await.unwrap();
    set(app, &ctx, "eve@example.com", NEW).await.unwrap();

    assert!(matches!(signs_in(app, &ctx, "eve@example.com", PASSWORD).await, Err(Error::InvalidCredentials)));
    let after = signs_in(app, &ctx, "eve@example.com", NEW).await.unwrap();
    let sessions = me::sessions(app, &after).await.unwrap();
    assert_eq!(sessions.len(), 1, "the one of before has ended");
    assert_ne!(before.session, after.session);
    assert!(actions(app, &ctx).await.contains(&"user.password_set_by_operator".to_owned()));

    assert_eq!(code(set(app, &ctx, "nobody@example.com", NEW).await), Code::UserNotFound);
    assert_eq!(code(set(app, &ctx, "eve@example.com", "short").await), Code::ValidationFailed);
    let admin = user(app, &ctx, Role::Admin).await;
    invited(app, &admin, &email("bob@example.com"), Role::Viewer).await;
    assert_eq!(code(set(app, &ctx, "bob@example.com", NEW).await), Code::ValidationFailed);
}
