//! Commands on tenants: the operator's, and the owner's on its own.

use std::sync::Arc;

use orderbase_application::auth::Login;
use orderbase_application::tenants::{
    self, CloseTenant, CreateTenant, InviteOwner, TenantCreated, UpdateSettings, Which,
};
use orderbase_application::testing::{
    FixedClock, World, client, ctx, customer, invited, once, operator, order, tenant, tenant_as, user, wish_tenant,
};
use orderbase_application::users::CreateUser;
use orderbase_application::views::{
    AuditFilter, AuditQuery, CreatedSort, TenantFilter, TenantQuery, UserFilter, UserQuery,
};
use orderbase_application::{App, Code, Ctx, Done, Error, Operator, Place, Scope, audit, auth, operators, users};
use orderbase_kernel::{Actor, Currency, Email, InvalidCode, Name, OperatorName, PageLimit, Patch, TenantId};
use orderbase_tenancy::{
    OrderPrefix, Overrides, PURGE_DELAY_MILLIS, Permission, PlanCode, Reason, Role, Settings, Slug, Tenant,
    TenantStatus, TimeZoneName, UpdateTenant, UserStatus,
};

use super::written::{Asker, use_cases};
use super::{code, fresh, if_match, none, shop};

fn reason(text: &str) -> Reason {
    Reason::parse(text).unwrap()
}

fn which(tenant: &Tenant) -> Which {
    tenant.slug().into()
}

/// Actions and details of the tenant's audit log that are no events, oldest first.
async fn noted(app: &App, tenant: &Tenant) -> Vec<(String, Option<String>)> {
    let query = AuditQuery { filter: AuditFilter::default(), limit: PageLimit::MAX, after: None };
    let page = app.audit.page(Scope { tenant_id: tenant.id() }, &query).await.unwrap();
    let rows = page
        .rows
        .into_iter()
        .rev()
        .filter(|entry| entry.action.starts_with("tenant.") && entry.action.contains("_by_"));
    rows.map(|entry| (entry.action.into_owned(), entry.detail)).collect()
}

#[tokio::test]
async fn tenants_are_made_shown_listed_and_suspended() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let operator = operator(app);
    let mut trial = wish_tenant("trial-co");
    trial.trial_ends_at = Some(app.clock.now().plus_millis(1));
    let made = fresh(tenants::create(app, &operator, trial, none()).await).tenant;
    assert_eq!(made.status(), TenantStatus::Trial);
    assert_eq!(tenants::show(app, &operator, &which(&made)).await.unwrap(), made);
    assert_eq!(tenants::show(app, &operator, &made.id().into()).await.unwrap(), made);
    assert_eq!(tenants::list(app, &operator).await.unwrap(), [(*ctx.tenant).clone(), made.clone()]);
    assert_eq!(tenants::own(app, &ctx).await.unwrap(), *ctx.tenant);

    let suspended = fresh(tenants::suspend(app, &operator, &which(&made), reason("unpaid"), none()).await);
    assert_eq!((suspended.status(), suspended.version().get()), (TenantStatus::Suspended, 2));
    let again = fresh(tenants::suspend(app, &operator, &made.id().into(), reason("other"), none()).await);
    assert_eq!(again, suspended, "the first reason stays");
    let nobody = Which::Slug(Slug::parse("nobody").unwrap());
    assert_eq!(code(tenants::suspend(app, &operator, &nobody, reason("x"), none()).await), Code::TenantNotFound);
    assert_eq!(code(tenants::show(app, &operator, &nobody).await), Code::TenantNotFound);
    let nobody = Which::Id(TenantId::from_uuid(app.ids.next(app.clock.now())));
    assert_eq!(code(tenants::show(app, &operator, &nobody).await), Code::TenantNotFound);
    let taken = tenants::create(app, &operator, wish_tenant("acme"), none()).await.unwrap_err();
    let Error::Taken { existing_id, .. } = taken else { panic!("{taken:?}") };
    assert_eq!(existing_id, Some(ctx.tenant.id().uuid()));
}

/// Each command of the operator leaves its reason in the tenant's log, once, and nothing where it had no effect.
#[tokio::test]
async fn operators_say_why() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let (operator, acme) = (operator(app), which(&ctx.tenant));
    let pro = UpdateTenant { plan: Some(PlanCode::Pro), ..UpdateTenant::default() };
    let lower = Overrides { users: Some(2), ..Overrides::default() };
    for _ in 0..2 {
        fresh(tenants::suspend(app, &operator, &acme, reason("unpaid"), none()).await);
    }
    fresh(tenants::activate(app, &operator, &acme, reason("paid"), none()).await);
    for _ in 0..2 {
        let updated = fresh(tenants::update(app, &operator, &acme, pro.clone(), reason("smaller"), none()).await);
        assert_eq!(updated.plan(), PlanCode::Pro);
        fresh(tenants::set_limits(app, &operator, &acme, lower.clone(), reason("abuse"), none()).await);
    }
    let limits = tenants::limits(app, &operator, &acme).await.unwrap();
    assert_eq!((limits.plan, limits.of_plan, limits.overrides), (PlanCode::Pro, PlanCode::Pro.limits(), lower));
    assert_eq!((limits.in_force.users, limits.in_force.customers, limits.version.get()), (2, 50_000, 5));
    fresh(tenants::close_by_operator(app, &operator, &acme, reason("fraud"), none()).await);
    assert_eq!(
        code(tenants::activate(app, &operator, &acme, reason("x"), none()).await),
        Code::TenantInvalidTransition
    );

    let said = |action: &str, detail: &str| (format!("tenant.{action}_by_operator"), Some(detail.to_owned()));
    let expected = [
        ("tenant.created_by_operator".to_owned(), None),
        said("suspended", "unpaid"),
        said("activated", "paid"),
        said("updated", "smaller"),
        said("limits_set", "abuse"),
        said("closed", "fraud"),
    ];
    assert_eq!(noted(app, &ctx.tenant).await, expected);
}

#[tokio::test]
async fn what_operators_cannot_set() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let (operator, acme) = (operator(app), which(&ctx.tenant));
    let burst = Overrides { burst: Some(600_000), requests_per_minute: Some(1), ..Overrides::default() };
    assert_eq!(
        code(tenants::set_limits(app, &operator, &acme, burst, reason("x"), none()).await),
        Code::ValidationFailed
    );
    let mut trial = wish_tenant("trial-co");
    trial.trial_ends_at = Some(app.clock.now().plus_millis(1));
    tenant_as(app, trial).await;
    let endless = UpdateTenant { trial_ends_at: Patch::Clear, ..UpdateTenant::default() };
    let trial = Which::Slug(Slug::parse("trial-co").unwrap());
    assert_eq!(
        code(tenants::update(app, &operator, &trial, endless, reason("x"), none()).await),
        Code::ValidationFailed
    );
    let update = UpdateTenant { name: Some(Name::parse("ACME").unwrap()), ..UpdateTenant::default() };
    let stale = tenants::update(app, &operator, &acme, update, reason("x"), if_match(&[7])).await;
    assert_eq!(code(stale), Code::VersionConflict);
    assert_eq!(noted(app, &ctx.tenant).await.len(), 1, "what was refused left something behind");
}

fn owned(slug: &str) -> CreateTenant {
    CreateTenant {
        owner_email: Some(Email::parse("ada@example.com").unwrap()),
        reason: Some(reason("signed the contract")),
        ..wish_tenant(slug)
    }
}

async fn joins(app: &App, token: &str) -> Result<orderbase_tenancy::User, Error> {
    let (name, password) = (Name::parse("Ada").unwrap(), "a long walk by the river".to_owned());
    auth::accept_invitation(app, &client(), auth::AcceptInvitation { token: token.to_owned(), name, password }).await
}

#[tokio::test]
async fn a_tenant_is_made_with_its_first_owner() {
    let world = World::new();
    let app = &world.app;
    let operator = operator(app);
    let TenantCreated { tenant, owner } = fresh(tenants::create(app, &operator, owned("acme"), none()).await);
    let owner = owner.unwrap();
    assert_eq!((owner.user.role(), owner.user.status()), (Role::Owner, UserStatus::Invited));
    assert_eq!(owner.expires_at, app.clock.now().plus_millis(7 * 86_400_000));
    assert!(!format!("{owner:?}").contains(owner.text.expose()), "the ticket shows in Debug");
    let said = Some("signed the contract".to_owned());
    assert_eq!(noted(app, &tenant).await, [("tenant.created_by_operator".to_owned(), said)]);

    // A new ticket for the owner voids the first.
    let again = InviteOwner { email: None, reason: reason("lost the mail") };
    let renewed = fresh(tenants::owner_invitation(app, &operator, &which(&tenant), again.clone(), none()).await);
    assert_eq!(renewed.user, owner.user);
    assert_eq!(code(joins(app, owner.text.expose()).await), Code::InvalidCredentials);
    let joined = joins(app, renewed.text.expose()).await.unwrap();
    assert_eq!((joined.id(), joined.status()), (owner.user.id(), UserStatus::Active));
    assert_eq!(noted(app, &tenant).await[1].1, Some("lost the mail".to_owned()));

    // Nobody is left to join; another owner may be named.
    let refused = tenants::owner_invitation(app, &operator, &which(&tenant), again, none()).await;
    assert_eq!(code(refused), Code::InvitationNotFound);
    let second = |email: &str| InviteOwner { email: Some(Email::parse(email).unwrap()), reason: reason("second") };
    let refused = tenants::owner_invitation(app, &operator, &which(&tenant), second("ada@example.com"), none()).await;
    assert_eq!(code(refused), Code::UserEmailTaken);
    let bob =
        fresh(tenants::owner_invitation(app, &operator, &which(&tenant), second("bob@example.com"), none()).await);
    assert_eq!(bob.user.role(), Role::Owner);
}

#[tokio::test]
async fn the_first_owner_is_the_oldest_who_never_joined() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    user(app, &ctx, Role::Owner).await;
    let first = invited(app, &ctx, &Email::parse("first@example.com").unwrap(), Role::Owner).await.user;
    for number in 0..101 {
        world.clock.advance_millis(1);
        invited(app, &ctx, &Email::parse(&format!("owner-{number}@example.com")).unwrap(), Role::Owner).await;
    }
    let wish = InviteOwner { email: None, reason: reason("x") };
    let operator = operator(app);
    assert_eq!(
        fresh(tenants::owner_invitation(app, &operator, &which(&ctx.tenant), wish.clone(), none()).await).user,
        first
    );
    // Suspended or not; closed never.
    fresh(tenants::suspend(app, &operator, &which(&ctx.tenant), reason("x"), none()).await);
    fresh(tenants::owner_invitation(app, &operator, &which(&ctx.tenant), wish.clone(), none()).await);
    fresh(tenants::close_by_operator(app, &operator, &which(&ctx.tenant), reason("x"), none()).await);
    assert_eq!(
        code(tenants::owner_invitation(app, &operator, &which(&ctx.tenant), wish, none()).await),
        Code::TenantClosed
    );
}

/// The key is kept in the tenant that it made, and the slug leads a repeat to it.
#[tokio::test]
async fn a_repeated_creation_gets_the_first_answer() {
    let world = World::new();
    let app = &world.app;
    let operator = operator(app);
    let Done::Kept(first) = tenants::create(app, &operator, owned("acme"), once("key", 1)).await.unwrap() else {
        panic!("not kept")
    };
    assert!(first.holds_credential);
    let again = tenants::create(app, &operator, owned("acme"), once("key", 1)).await.unwrap();
    let Done::Replayed(again) = again else { panic!("not replayed") };
    assert_eq!(again, first);
    let reused = tenants::create(app, &operator, owned("acme"), once("key", 2)).await;
    assert_eq!(code(reused), Code::IdempotencyKeyReused);
    assert_eq!(code(tenants::create(app, &operator, owned("acme"), once("other", 1)).await), Code::TenantSlugTaken);
    assert_eq!(tenants::list(app, &operator).await.unwrap().len(), 1);
}

fn berlin(prefix: &str, first: u64) -> Settings {
    let zone = TimeZoneName::parse("Europe/Berlin").unwrap();
    Settings::try_new(
        zone,
        vec![Currency::Eur, Currency::Usd],
        Currency::Eur,
        OrderPrefix::parse(prefix).unwrap(),
        first,
    )
    .unwrap()
}

#[tokio::test]
async fn the_first_order_freezes_the_numbering() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let update =
        |name: Option<&str>, settings| UpdateSettings { name: name.map(|name| Name::parse(name).unwrap()), settings };
    let wish = update(Some("Acme GmbH"), Some(berlin("AC-", 1_001)));
    assert_eq!(code(tenants::update_settings(app, &ctx, wish.clone(), if_match(&[9])).await), Code::VersionConflict);
    let tenant = fresh(tenants::update_settings(app, &ctx, wish.clone(), if_match(&[1])).await);
    assert_eq!((tenant.name().as_str(), tenant.settings().order_prefix().as_str()), ("Acme GmbH", "AC-"));
    assert_eq!(tenants::own(app, &ctx).await.unwrap(), tenant);
    assert_eq!(fresh(tenants::update_settings(app, &ctx, wish, none()).await), tenant, "the same again has no effect");

    let ada = customer(app, &ctx, "Ada").await;
    order(app, &ctx, ada.id).await;
    let refused =
        tenants::update_settings(app, &ctx, update(None, Some(berlin("XX-", 1_001))), none()).await.unwrap_err();
    let Error::Validation { faults } = refused else { panic!("{refused:?}") };
    assert_eq!(faults[0].place, Place::Pointer("#/settings".to_owned()));
    let utc = Settings::try_new(
        TimeZoneName::utc(),
        vec![Currency::Usd],
        Currency::Usd,
        OrderPrefix::parse("AC-").unwrap(),
        1_001,
    );
    fresh(tenants::update_settings(app, &ctx, update(None, Some(utc.unwrap())), none()).await);

    let mars = TimeZoneName::parse("Mars/Olympus").unwrap();
    let mars = Settings::try_new(mars, vec![Currency::Usd], Currency::Usd, OrderPrefix::none(), 1).unwrap();
    assert_eq!(
        code(tenants::update_settings(app, &ctx, update(None, Some(mars)), none()).await),
        Code::ValidationFailed
    );
}

#[tokio::test]
async fn an_owner_closes_by_typing_the_slug() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let close = |slug: &str| CloseTenant { confirm_slug: slug.to_owned(), reason: reason("we moved") };
    let admin = user(app, &ctx, Role::Admin).await;
    assert_eq!(code(tenants::close(app, &admin, close("acme"), none()).await), Code::PermissionDenied);
    let owner = user(app, &ctx, Role::Owner).await;
    for wrong in ["", "Acme", "acme ", "other"] {
        let refused = tenants::close(app, &owner, close(wrong), none()).await.unwrap_err();
        let Error::Validation { faults } = refused else { panic!("{refused:?}") };
        assert_eq!(faults[0].place, Place::Pointer("#/confirm_slug".to_owned()));
    }
    let closed = fresh(tenants::close(app, &owner, close("acme"), none()).await);
    assert_eq!(closed.purge_after(), Some(app.clock.now().plus_millis(30 * 86_400_000)));
    assert_eq!(
        noted(app, &closed).await.last().unwrap(),
        &("tenant.closed_by_owner".to_owned(), Some("we moved".to_owned()))
    );
    let within: Ctx = Ctx { tenant: Arc::new(closed), ..owner };
    assert_eq!(code(tenants::own(app, &within).await), Code::TenantClosed);
}

#[tokio::test]
async fn a_purge_waits_for_its_day_and_frees_the_slug() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let (operator, acme) = (operator(app), Which::Id(ctx.tenant.id()));
    let purge = async || tenants::purge(app, &operator, &acme, reason("left"), none()).await;
    assert_eq!(code(purge().await), Code::TenantInvalidTransition, "not closed");
    fresh(tenants::close_by_operator(app, &operator, &acme, reason("left"), none()).await);
    world.clock.advance_millis(PURGE_DELAY_MILLIS - 1);
    assert_eq!(code(purge().await), Code::TenantInvalidTransition, "too early");
    world.clock.advance_millis(1);

    let purged = fresh(purge().await);

    assert_eq!((purged.name().as_str(), purged.purged_at()), (Name::PURGED, Some(app.clock.now())));
    assert_eq!(fresh(purge().await), purged, "once");
    let said = noted(app, &purged).await;
    assert_eq!(said.last().unwrap(), &("tenant.purged_by_operator".to_owned(), Some("left".to_owned())));
    // Who guesses what it is called now leaves no row behind.
    let guess = Login {
        tenant: Some(purged.slug().to_string()),
        email: "ada@example.com".to_owned(),
        password: "guessed, and guessed again".to_owned(),
        scope: None,
    };
    assert_eq!(code(auth::login(app, &client(), guess).await), Code::InvalidCredentials);
    let all = AuditQuery { filter: AuditFilter::default(), limit: PageLimit::MAX, after: None };
    let rows = app.audit.page(ctx.scope(), &all).await.unwrap().rows;
    assert!(rows.iter().all(|row| row.action != "auth.sign_in_failed"), "{rows:?}");
    let successor = fresh(tenants::create(app, &operator, wish_tenant("acme"), none()).await).tenant;
    assert_eq!(successor.slug(), ctx.tenant.slug());
    assert_ne!(successor.id(), ctx.tenant.id());
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
        match tenants::create(app, &operator(app), wish, none()).await {
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

fn a_month_later(app: &App) -> App {
    let then = app.clock.now().plus_millis(PURGE_DELAY_MILLIS);
    App { clock: Arc::new(FixedClock::at(then)), ..app.clone() }
}

/// What a use case of the operator says.
type Asked = (&'static str, Result<(), Code>);

/// Every use case of the operator, asked once. The first of the pair only look.
async fn ask_all(app: &App, operator: &Operator, tenant: &Tenant) -> (Vec<Asked>, Vec<Asked>) {
    fn told<V>(result: Result<V, Error>) -> Result<(), Code> {
        result.map(drop).map_err(|error| error.code())
    }
    let (acme, why) = (Which::Id(tenant.id()), || reason("x"));
    let log = AuditQuery { filter: AuditFilter::default(), limit: PageLimit::DEFAULT, after: None };
    let id = app.audit.page(Scope { tenant_id: tenant.id() }, &log).await.unwrap().rows[0].id;
    let (limit, sort) = (PageLimit::DEFAULT, CreatedSort::default());
    let every = TenantQuery { filter: TenantFilter::default(), sort, limit, after: None };
    let first = InviteOwner { email: Some(Email::parse("ada@example.com").unwrap()), reason: why() };
    let email = Email::parse("root@example.com").unwrap();
    let password = "a long walk by the river".to_owned();
    let add = operators::AddOperator { email: email.clone(), password: password.clone() };
    let looking = vec![
        ("tenants/list", told(tenants::list(app, operator).await)),
        ("tenants/page", told(tenants::page(app, operator, &every).await)),
        ("tenants/show", told(tenants::show(app, operator, &acme).await)),
        ("tenants/limits", told(tenants::limits(app, operator, &acme).await)),
        ("tenants/plans", told(tenants::plans(operator))),
        ("audit/list_as_operator", told(audit::list_as_operator(app, operator, &acme, &log).await)),
        ("audit/get_as_operator", told(audit::get_as_operator(app, operator, &acme, id).await)),
        ("operators/list", told(operators::list(app, operator).await)),
    ];
    let update = UpdateTenant::default();
    let (name, role) = (Name::parse("Eve").unwrap(), Role::Viewer);
    let user = CreateUser { email: email.clone(), name, role, password: password.clone() };
    let writing = vec![
        ("tenants/create", told(tenants::create(app, operator, wish_tenant("new"), none()).await)),
        ("tenants/suspend", told(tenants::suspend(app, operator, &acme, why(), none()).await)),
        ("tenants/activate", told(tenants::activate(app, operator, &acme, why(), none()).await)),
        ("tenants/update", told(tenants::update(app, operator, &acme, update, why(), none()).await)),
        (
            "tenants/set_limits",
            told(tenants::set_limits(app, operator, &acme, Overrides::default(), why(), none()).await),
        ),
        ("tenants/owner_invitation", told(tenants::owner_invitation(app, operator, &acme, first, none()).await)),
        ("users/create_by_operator", told(users::create_by_operator(app, operator, &acme, user).await)),
        (
            "users/set_password_by_operator",
            told(users::set_password_by_operator(app, operator, &acme, &email, &password).await),
        ),
        ("tenants/close_by_operator", told(tenants::close_by_operator(app, operator, &acme, why(), none()).await)),
        ("tenants/purge", told(tenants::purge(&a_month_later(app), operator, &acme, why(), none()).await)),
        ("operators/add", told(operators::add(app, operator, add).await)),
        ("operators/set_password", told(operators::set_password(app, operator, &email, &password).await)),
        ("operators/disable", told(operators::disable(app, operator, &email).await)),
    ];
    (looking, writing)
}

#[tokio::test]
async fn an_operator_has_the_permissions_of_the_command_and_no_others() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let name = || OperatorName::parse("root@host").unwrap();
    let with = |permissions: &[Permission]| Operator::on_host(app, name(), permissions);
    let tenants_own: Vec<_> = Permission::ALL
        .iter()
        .copied()
        .filter(|it| !matches!(it, Permission::PlatformRead | Permission::PlatformWrite))
        .collect();
    let (looking, writing) = ask_all(app, &with(&tenants_own), &ctx.tenant).await;
    for (name, told) in looking.into_iter().chain(writing) {
        assert_eq!(told, Err(Code::PermissionDenied), "{name}");
    }
    let reader = with(&[Permission::PlatformRead]);
    let (looking, writing) = ask_all(app, &reader, &ctx.tenant).await;
    assert!(looking.iter().all(|(_, told)| told.is_ok()), "{looking:?}");
    assert!(writing.iter().all(|(_, told)| *told == Err(Code::PermissionDenied)), "{writing:?}");
    let (looking, writing) = ask_all(app, &with(&[Permission::PlatformWrite]), &ctx.tenant).await;
    assert!(looking.iter().all(|(_, told)| *told == Err(Code::PermissionDenied)), "{looking:?}");
    assert!(writing.iter().all(|(_, told)| told.is_ok()), "{writing:?}");

    let mut asked: Vec<_> = looking.into_iter().chain(writing).map(|(name, _)| name.to_owned()).collect();
    asked.retain(|name| name != "tenants/plans");
    let mut written: Vec<_> =
        use_cases().into_iter().filter(|it| it.asker == Asker::Operator).map(|it| it.name).collect();
    asked.sort();
    written.sort();
    assert_eq!(asked, written);

    let within = reader.within(tenant(app, "other").await);
    assert_eq!(within.actor, Actor::Operator(name()));
    assert_eq!(code(within.require(Permission::OrdersWrite)), Code::PermissionDenied);
    assert_eq!(within.request_id, reader.request_id);
}

/// Without platform permissions nobody gets far, and with them alone nobody sees a tenant's people.
#[tokio::test]
async fn an_operator_has_no_business_inside() {
    let (world, owner_ctx) = shop().await;
    let app = &world.app;
    let platform = Operator::on_host(
        app,
        OperatorName::parse("root@host").unwrap(),
        &[Permission::PlatformRead, Permission::PlatformWrite],
    );
    let within = platform.within(Arc::clone(&owner_ctx.tenant));
    let query = UserQuery { filter: UserFilter::default(), limit: PageLimit::DEFAULT, after: None };
    assert_eq!(code(users::list(app, &within, &query).await), Code::PermissionDenied);
    assert_eq!(
        code(
            audit::list(
                app,
                &within,
                &AuditQuery { filter: AuditFilter::default(), limit: PageLimit::DEFAULT, after: None }
            )
            .await
        ),
        Code::PermissionDenied
    );
    assert!(ctx(app, &owner_ctx.tenant).user_id().is_none());
}
