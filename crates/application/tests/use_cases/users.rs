//! People of a tenant: who may touch whom, who is let in, who is put out, and that an owner stays.

use std::sync::Arc;

use orderbase_application::invitations::{self, Invite};
use orderbase_application::testing::{
    PASSWORD, World, client, ctx, invited, once, signed_in, tenant_as, tenant_ctx, user, wish_tenant,
};
use orderbase_application::users::{self, TicketIssued, UpdateUser};
use orderbase_application::views::{AuditFilter, AuditQuery, UserFilter, UserQuery};
use orderbase_application::{App, Code, Ctx, Done, Error, Place, audit, auth, me};
use orderbase_kernel::{AggregateRef, AggregateType, Email, Name, PageLimit, UserId};
use orderbase_tenancy::{PlanCode, Role, User, UserStatus};
use tokio::sync::Barrier;

use super::{code, fresh, if_match, none, shop};

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

fn id(ctx: &Ctx) -> UserId {
    ctx.user_id().unwrap()
}

fn to_role(role: Role) -> UpdateUser {
    UpdateUser { role: Some(role), ..UpdateUser::default() }
}

fn named(name: &str) -> UpdateUser {
    UpdateUser { name: Some(Name::parse(name).unwrap()), ..UpdateUser::default() }
}

async fn of(app: &App, ctx: &Ctx, id: UserId) -> User {
    app.aggregates.user(ctx.scope(), id).await.unwrap().unwrap()
}

async fn joins(app: &App, issued: &TicketIssued) -> Result<User, Error> {
    let (token, name) = (issued.text.expose().to_owned(), Name::parse("Ada").unwrap());
    auth::accept_invitation(app, &client(), auth::AcceptInvitation { token, name, password: PASSWORD.to_owned() }).await
}

async fn resets(app: &App, issued: &TicketIssued) -> Result<(), Error> {
    let token = issued.text.expose().to_owned();
    let wish = auth::ResetPassword { token, new_password: "a short walk by the sea".to_owned() };
    auth::reset_password(app, &client(), wish).await
}

async fn actions(app: &App, ctx: &Ctx, target: UserId) -> Vec<String> {
    let filter = AuditFilter { target: Some(target.to_string()), ..AuditFilter::default() };
    let query = AuditQuery { filter, limit: PageLimit::MAX, after: None };
    let rows = audit::list(app, ctx, &query).await.unwrap().rows;
    rows.into_iter().rev().map(|entry| entry.action.into_owned()).collect()
}

/// Roles against roles: whom each command reaches.
#[tokio::test]
async fn nobody_acts_on_a_role_above_the_own() {
    for own in Role::ALL {
        for theirs in Role::ALL {
            let (world, anybody) = shop().await;
            let app = &world.app;
            user(app, &anybody, Role::Owner).await;
            let by = user(app, &anybody, own).await;
            let other = user(app, &anybody, theirs).await;
            let allowed = own >= Role::Admin && theirs <= own;
            let told = |done: Result<(), Error>, what: &str| {
                let expected = if allowed { Ok(()) } else { Err(Code::PermissionDenied) };
                assert_eq!(done.map_err(|error| error.code()), expected, "{own} {what} {theirs}");
            };
            told(users::update(app, &by, id(&other), named("Bob"), none()).await.map(drop), "names");
            told(users::password_reset(app, &by, id(&other), none()).await.map(drop), "resets");
            told(users::end_sessions(app, &by, id(&other)).await, "ends the sessions of");
            told(users::disable(app, &by, id(&other), none()).await.map(drop), "disables");
            told(users::enable(app, &by, id(&other), none()).await.map(drop), "enables");
            let wish = Invite { email: email("new@example.com"), role: theirs };
            told(invitations::create(app, &by, wish, none()).await.map(drop), "invites");
            let waiting = invited(app, &anybody, &email("waiting@example.com"), theirs).await;
            told(invitations::revoke(app, &by, waiting.user.id(), none()).await.map(drop), "revokes");

            // Nobody is raised above who raises.
            let viewer = user(app, &anybody, Role::Viewer).await;
            told(users::update(app, &by, id(&viewer), to_role(theirs), none()).await.map(drop), "makes a");
        }
    }
}

#[tokio::test]
async fn everybody_sees_and_names_oneself_and_keeps_the_own_role() {
    let (world, anybody) = shop().await;
    let app = &world.app;
    user(app, &anybody, Role::Owner).await;
    for role in Role::ALL {
        let by = user(app, &anybody, role).await;
        assert_eq!(users::get(app, &by, id(&by)).await.unwrap().role(), role);
        let renamed = fresh(users::update(app, &by, id(&by), named("Myself"), if_match(&[2])).await);
        assert_eq!((renamed.name().unwrap().as_str(), renamed.version().get()), ("Myself", 3));
        for other in Role::ALL.into_iter().filter(|other| *other != role) {
            let refused = users::update(app, &by, id(&by), to_role(other), none()).await;
            assert_eq!(code(refused), Code::PermissionDenied, "{role} to {other}");
        }
        let stale = users::update(app, &by, id(&by), named("Again"), if_match(&[2])).await;
        assert_eq!(code(stale), Code::VersionConflict);
    }
    let viewer = user(app, &anybody, Role::Viewer).await;
    assert_eq!(
        code(users::get(app, &viewer, id(&user(app, &anybody, Role::Viewer).await)).await),
        Code::PermissionDenied
    );
    let admin = user(app, &anybody, Role::Admin).await;
    let elsewhere = user(app, &tenant_ctx(app, "other").await, Role::Viewer).await;
    assert_eq!(code(users::get(app, &admin, id(&elsewhere)).await), Code::UserNotFound);
    assert_eq!(code(users::update(app, &admin, id(&elsewhere), named("Eve"), none()).await), Code::UserNotFound);
    assert_eq!(code(users::disable(app, &admin, id(&elsewhere), none()).await), Code::UserNotFound);
    assert_eq!(code(users::password_reset(app, &admin, id(&elsewhere), none()).await), Code::UserNotFound);
    assert_eq!(code(users::end_sessions(app, &admin, id(&elsewhere)).await), Code::UserNotFound);
    assert_eq!(code(invitations::revoke(app, &admin, id(&elsewhere), none()).await), Code::InvitationNotFound);
}

#[tokio::test]
async fn users_are_listed_newest_first_and_filtered() {
    let (world, anybody) = shop().await;
    let app = &world.app;
    let admin = user(app, &anybody, Role::Admin).await;
    let viewer = user(app, &anybody, Role::Viewer).await;
    let waiting = invited(app, &anybody, &email("eve@example.com"), Role::Viewer).await;
    let listed = |filter: UserFilter, limit: PageLimit, after: Option<UserId>| {
        let (app, admin) = (app.clone(), admin.clone());
        async move {
            let page = users::list(&app, &admin, &UserQuery { filter, limit, after }).await.unwrap();
            (page.rows.iter().map(User::id).collect::<Vec<_>>(), page.has_more)
        }
    };
    let all = [waiting.user.id(), id(&viewer), id(&admin)];
    assert_eq!(listed(UserFilter::default(), PageLimit::MAX, None).await, (all.to_vec(), false));
    let two = PageLimit::try_new(2).unwrap();
    assert_eq!(listed(UserFilter::default(), two, None).await, (all[..2].to_vec(), true));
    assert_eq!(listed(UserFilter::default(), two, Some(all[1])).await, (all[2..].to_vec(), false));
    let viewers = UserFilter { roles: vec![Role::Viewer], ..UserFilter::default() };
    assert_eq!(listed(viewers, two, None).await, (all[..2].to_vec(), false));
    let rows = invitations::list(app, &admin, PageLimit::MAX, None).await.unwrap().rows;
    assert_eq!(rows, [waiting.user]);
    let member = user(app, &anybody, Role::Member).await;
    assert_eq!(
        code(users::list(app, &member, &UserQuery { filter: UserFilter::default(), limit: two, after: None }).await),
        Code::PermissionDenied
    );
}

/// Two owners who take the role from each other at the same moment: one of them keeps it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_owners_who_demote_each_other_one_stays() {
    for round in 0..20 {
        let (world, anybody) = shop().await;
        let app = &world.app;
        let (ada, bob) = (user(app, &anybody, Role::Owner).await, user(app, &anybody, Role::Owner).await);
        let barrier = Arc::new(Barrier::new(2));
        let tasks = [(ada.clone(), id(&bob)), (bob.clone(), id(&ada))].map(|(by, other)| {
            let (app, barrier) = (app.clone(), Arc::clone(&barrier));
            tokio::spawn(async move {
                barrier.wait().await;
                if round % 2 == 0 {
                    users::update(&app, &by, other, to_role(Role::Admin), none()).await.map(drop)
                } else {
                    users::disable(&app, &by, other, none()).await.map(drop)
                }
            })
        });
        let [one, other] = tasks;
        let ended = [one.await.unwrap(), other.await.unwrap()];
        assert_eq!(ended.iter().filter(|ended| ended.is_ok()).count(), 1, "{ended:?}");
        assert!(ended.into_iter().filter_map(Result::err).all(|error| error.code() == Code::LastOwner));
        let owners = [of(app, &ada, id(&ada)).await, of(app, &ada, id(&bob)).await];
        assert_eq!(owners.iter().filter(|user| user.is_active_owner()).count(), 1);
    }
}

#[tokio::test]
async fn the_last_owner_stays() {
    let (world, anybody) = shop().await;
    let app = &world.app;
    let owner = user(app, &anybody, Role::Owner).await;
    // One who is only invited, or disabled, counts for nothing.
    invited(app, &anybody, &email("soon@example.com"), Role::Owner).await;
    let former = user(app, &anybody, Role::Owner).await;
    fresh(users::disable(app, &owner, id(&former), none()).await);
    assert_eq!(code(users::disable(app, &owner, id(&owner), none()).await), Code::LastOwner);
    assert_eq!(code(users::disable(app, &anybody, id(&owner), none()).await), Code::LastOwner);
    assert_eq!(code(users::update(app, &anybody, id(&owner), to_role(Role::Admin), none()).await), Code::LastOwner);
    fresh(users::enable(app, &owner, id(&former), none()).await);
    fresh(users::disable(app, &owner, id(&owner), none()).await);
    assert!(of(app, &anybody, id(&former)).await.is_active_owner());
}

/// Everything that a disabled user holds is dead, and lives no more when the user is enabled.
#[tokio::test]
async fn a_disabled_user_is_out() {
    let (world, anybody) = shop().await;
    let app = &world.app;
    let admin = user(app, &anybody, Role::Admin).await;
    let bob = user(app, &anybody, Role::Member).await;
    let address = of(app, &admin, id(&bob)).await.email().clone();
    let reset = fresh(users::password_reset(app, &admin, id(&bob), none()).await);
    let before = app.accounts.account(bob.scope(), id(&bob)).await.unwrap().unwrap().credential.unwrap();
    world.clock.advance_millis(5);

    let disabled = fresh(users::disable(app, &admin, id(&bob), if_match(&[2])).await);
    assert_eq!((disabled.status(), disabled.version().get()), (UserStatus::Disabled, 3));
    assert!(me::sessions(app, &bob).await.unwrap().is_empty());
    let after = app.accounts.account(bob.scope(), id(&bob)).await.unwrap().unwrap().credential.unwrap();
    assert_eq!((after.epoch, after.phc), (before.epoch + 1, before.phc));
    assert_eq!(code(resets(app, &reset).await), Code::InvalidCredentials);
    let login = |password: &str| auth::Login {
        tenant: Some("acme".to_owned()),
        email: address.to_string(),
        password: password.to_owned(),
        scope: None,
    };
    assert_eq!(code(auth::login(app, &client(), login(PASSWORD)).await), Code::InvalidCredentials);
    assert_eq!(fresh(users::disable(app, &admin, id(&bob), none()).await), disabled, "again is without effect");

    let enabled = fresh(users::enable(app, &admin, id(&bob), none()).await);
    assert_eq!(enabled.status(), UserStatus::Active);
    assert!(me::sessions(app, &bob).await.unwrap().is_empty(), "an old session came back");
    assert_eq!(code(resets(app, &reset).await), Code::InvalidCredentials);
    assert_eq!(signed_in(app, &admin, &address).await.user_id(), bob.user_id());
    assert_eq!(fresh(users::enable(app, &admin, id(&bob), none()).await), enabled, "again is without effect");
}

/// A password that is changed between load and commit costs a round and no more.
#[tokio::test]
async fn disabling_meets_a_change_of_the_password() {
    let (world, anybody) = shop().await;
    let app = &world.app;
    let admin = user(app, &anybody, Role::Admin).await;
    let bob = user(app, &anybody, Role::Member).await;
    world
        .commits
        .plan([orderbase_application::testing::Upset::Answer(orderbase_application::changeset::Outcome::Stale)]);
    assert_eq!(fresh(users::disable(app, &admin, id(&bob), none()).await).status(), UserStatus::Disabled);
}

#[tokio::test]
async fn sessions_are_ended_all_at_once() {
    let (world, anybody) = shop().await;
    let app = &world.app;
    let admin = user(app, &anybody, Role::Admin).await;
    let bob = user(app, &anybody, Role::Member).await;
    let address = of(app, &admin, id(&bob)).await.email().clone();
    signed_in(app, &anybody, &address).await;
    assert_eq!(me::sessions(app, &bob).await.unwrap().len(), 2);
    users::end_sessions(app, &admin, id(&bob)).await.unwrap();
    assert!(me::sessions(app, &bob).await.unwrap().is_empty());
    assert_eq!(me::sessions(app, &admin).await.unwrap().len(), 1, "of another user");
    let said = actions(app, &admin, id(&bob)).await;
    assert_eq!(said.last().unwrap(), "user.sessions_ended");
    users::end_sessions(app, &admin, id(&bob)).await.unwrap();
}

#[tokio::test]
async fn a_reset_is_good_once_for_an_hour() {
    let (world, anybody) = shop().await;
    let app = &world.app;
    let admin = user(app, &anybody, Role::Admin).await;
    let bob = user(app, &anybody, Role::Member).await;
    let issue = || async { fresh(users::password_reset(app, &admin, id(&bob), none()).await) };
    let first = issue().await;
    assert_eq!(first.expires_at, app.clock.now().plus_millis(3_600_000));
    assert!(!format!("{first:?}").contains(first.text.expose()), "the ticket shows in Debug");
    let second = issue().await;
    assert_eq!(code(resets(app, &first).await), Code::InvalidCredentials, "replaced");
    assert_eq!(code(joins(app, &second).await), Code::InvalidCredentials, "for another purpose");
    resets(app, &second).await.unwrap();
    assert_eq!(code(resets(app, &second).await), Code::InvalidCredentials, "used");
    let third = issue().await;
    world.clock.advance_millis(3_600_000);
    assert_eq!(code(resets(app, &third).await), Code::InvalidCredentials, "expired");
    assert!(actions(app, &admin, id(&bob)).await.contains(&"user.password_reset_issued".to_owned()));

    let waiting = invited(app, &anybody, &email("eve@example.com"), Role::Viewer).await;
    fresh(users::disable(app, &admin, id(&bob), none()).await);
    for inactive in [waiting.user.id(), id(&bob)] {
        let refused = users::password_reset(app, &admin, inactive, none()).await.unwrap_err();
        let Error::Validation { faults } = refused else { panic!("{refused:?}") };
        assert_eq!(faults[0].place, Place::Parameter("id".to_owned()));
    }
}

#[tokio::test]
async fn who_is_invited_joins_once_within_a_week() {
    let (world, anybody) = shop().await;
    let app = &world.app;
    let admin = user(app, &anybody, Role::Admin).await;
    let invite = || Invite { email: email("eve@example.com"), role: Role::Viewer };
    let issued = fresh(invitations::create(app, &admin, invite(), none()).await);
    assert_eq!((issued.user.status(), issued.user.role()), (UserStatus::Invited, Role::Viewer));
    assert_eq!(issued.expires_at, app.clock.now().plus_millis(7 * 86_400_000));
    assert_eq!(invitations::get(app, &admin, issued.user.id()).await.unwrap(), issued.user);

    // Too late; and then a new ticket, with another role.
    world.clock.advance_millis(7 * 86_400_000);
    assert_eq!(code(joins(app, &issued).await), Code::InvalidCredentials);
    let again = Invite { role: Role::Member, ..invite() };
    let again = fresh(invitations::create(app, &admin, again, none()).await);
    assert_eq!((again.user.id(), again.user.role(), again.user.version().get()), (issued.user.id(), Role::Member, 2));
    let same = Invite { role: Role::Member, ..invite() };
    let renewed = fresh(invitations::create(app, &admin, same, none()).await);
    assert_eq!(renewed.user, again.user, "only the ticket is new");
    assert_eq!(
        actions(app, &admin, issued.user.id()).await,
        ["user.invited", "user.updated", "user.invitation_renewed"]
    );
    assert_eq!(code(joins(app, &again).await), Code::InvalidCredentials, "replaced");
    let joined = joins(app, &renewed).await.unwrap();
    assert_eq!((joined.status(), joined.role()), (UserStatus::Active, Role::Member));
    assert_eq!(code(joins(app, &renewed).await), Code::InvalidCredentials, "used");

    // From now on the address is taken, disabled or not.
    assert_eq!(code(invitations::get(app, &admin, joined.id()).await), Code::InvitationNotFound);
    assert_eq!(code(invitations::revoke(app, &admin, joined.id(), none()).await), Code::InvitationNotFound);
    for disabled in [false, true] {
        if disabled {
            fresh(users::disable(app, &admin, joined.id(), none()).await);
        }
        let refused = invitations::create(app, &admin, invite(), none()).await.unwrap_err();
        let Error::Taken { existing_id, .. } = &refused else { panic!("{refused:?}") };
        assert_eq!((refused.code(), *existing_id), (Code::UserEmailTaken, Some(joined.id().uuid())));
    }
    // The same address in another tenant is somebody else.
    let elsewhere = tenant_ctx(app, "other").await;
    assert_ne!(invited(app, &elsewhere, &email("eve@example.com"), Role::Viewer).await.user.id(), joined.id());
}

#[tokio::test]
async fn a_revoked_invitation_is_no_good_until_made_again() {
    let (world, anybody) = shop().await;
    let app = &world.app;
    let admin = user(app, &anybody, Role::Admin).await;
    let issued = invited(app, &admin, &email("eve@example.com"), Role::Viewer).await;
    let eve = issued.user.id();
    let revoked = fresh(invitations::revoke(app, &admin, eve, none()).await);
    assert_eq!(revoked.status(), UserStatus::Disabled);
    assert_eq!(fresh(invitations::revoke(app, &admin, eve, none()).await), revoked, "again is without effect");
    assert_eq!(code(joins(app, &issued).await), Code::InvalidCredentials);
    assert!(invitations::list(app, &admin, PageLimit::MAX, None).await.unwrap().rows.is_empty());
    assert_eq!(invitations::get(app, &admin, eve).await.unwrap(), revoked);
    let refused = users::enable(app, &admin, eve, none()).await.unwrap_err();
    let Error::Validation { faults } = refused else { panic!("{refused:?}") };
    assert_eq!(faults[0].place, Place::Parameter("id".to_owned()));

    let again = invited(app, &admin, &email("eve@example.com"), Role::Member).await;
    assert_eq!((again.user.id(), again.user.status(), again.user.role()), (eve, UserStatus::Invited, Role::Member));
    assert_eq!(joins(app, &again).await.unwrap().id(), eve);
    let of = AggregateRef::new(AggregateType::User, eve.uuid());
    let events = app.events.page(admin.scope(), of, None, PageLimit::MAX).await.unwrap().rows;
    let types: Vec<_> = events.iter().map(|event| event.event_type.as_ref()).collect();
    assert_eq!(types, ["user.invited", "user.disabled", "user.invited", "user.joined"]);
    assert!(events.iter().all(|event| !event.data.contains("example.com") && !event.data.contains("Ada")));
}

#[tokio::test]
async fn seats_are_counted_while_people_may_come_in() {
    let world = World::new();
    let app = &world.app;
    let mut wish = wish_tenant("small");
    wish.plan = PlanCode::Free;
    let anybody = ctx(app, &tenant_as(app, wish).await);
    let owner = user(app, &anybody, Role::Owner).await;
    let second = user(app, &anybody, Role::Viewer).await;
    let third = invited(app, &anybody, &email("third@example.com"), Role::Viewer).await;
    let full = |refused: Error| {
        assert!(matches!(refused, Error::QuotaReached { limit: "users", max: 3, current: 3, .. }), "{refused:?}");
    };
    let invite = |name: &str| Invite { email: email(&format!("{name}@example.com")), role: Role::Viewer };
    full(invitations::create(app, &owner, invite("fourth"), none()).await.unwrap_err());
    // A new ticket takes no new seat.
    fresh(invitations::create(app, &owner, invite("third"), none()).await);
    fresh(invitations::revoke(app, &owner, third.user.id(), none()).await);
    fresh(invitations::create(app, &owner, invite("fourth"), none()).await);
    full(invitations::create(app, &owner, invite("third"), none()).await.unwrap_err());
    fresh(users::disable(app, &owner, id(&second), none()).await);
    fresh(invitations::create(app, &owner, invite("third"), none()).await);
    full(users::enable(app, &owner, id(&second), none()).await.unwrap_err());
}

/// The ticket is in what is kept, so that a repeat gets it, and the keeper is told to encrypt it.
#[tokio::test]
async fn repeats_get_the_first_ticket() {
    let (world, anybody) = shop().await;
    let app = &world.app;
    let admin = user(app, &anybody, Role::Admin).await;
    let bob = user(app, &anybody, Role::Member).await;
    let invite = || Invite { email: email("eve@example.com"), role: Role::Viewer };
    let Done::Kept(first) = invitations::create(app, &admin, invite(), once("invite", 1)).await.unwrap() else {
        panic!("not kept")
    };
    let again = invitations::create(app, &admin, invite(), once("invite", 1)).await.unwrap();
    assert!(matches!(&again, Done::Replayed(again) if *again == first) && first.holds_credential, "{again:?}");
    let Done::Kept(first) = users::password_reset(app, &admin, id(&bob), once("reset", 1)).await.unwrap() else {
        panic!("not kept")
    };
    let again = users::password_reset(app, &admin, id(&bob), once("reset", 1)).await.unwrap();
    assert!(matches!(&again, Done::Replayed(again) if *again == first) && first.holds_credential, "{again:?}");
    assert_eq!(actions(app, &admin, id(&bob)).await.iter().filter(|it| *it == "user.password_reset_issued").count(), 1);
    // A repeat of what was without effect is answered too.
    fresh(users::disable(app, &admin, id(&bob), none()).await);
    let repeat = users::password_reset(app, &admin, id(&bob), once("reset", 1)).await.unwrap();
    assert!(matches!(repeat, Done::Replayed(_)));
}

/// Of many who invite one address at once nobody is refused: there is one user, and the last ticket is good.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_invite_one() {
    let (world, anybody) = shop().await;
    let app = &world.app;
    let admin = user(app, &anybody, Role::Admin).await;
    let barrier = Arc::new(Barrier::new(8));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (app, admin, barrier) = (app.clone(), admin.clone(), Arc::clone(&barrier));
        tasks.spawn(async move {
            barrier.wait().await;
            fresh(
                invitations::create(
                    &app,
                    &admin,
                    Invite { email: email("eve@example.com"), role: Role::Viewer },
                    none(),
                )
                .await,
            )
        });
    }
    let issued = tasks.join_all().await;
    assert!(issued.iter().all(|it| it.user == issued[0].user), "{issued:?}");
    let mut joined = 0;
    for it in &issued {
        joined += usize::from(joins(app, it).await.is_ok());
    }
    assert_eq!(joined, 1);
}
