//! Signing in, refreshing, signing out: what is counted, what is answered, what dies.

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use orderbase_application::auth::{self, Caller, Login, SignedIn};
use orderbase_application::changeset::{AuditOutcome, Change, Changeset, Credential, Outcome, PasswordHash, Record};
use orderbase_application::conditions::Conditions;
use orderbase_application::ports::{AccessClaims, Bucket, HashersBusy, Passwords, Subject, Verified};
use orderbase_application::tenants::Which;
use orderbase_application::testing::{World, client, ctx, invited, key_as, operator, tenant, wish_key};
use orderbase_application::views::{AuditFilter, AuditQuery};
use orderbase_application::{App, Ctx, Error, Scope, events, keys, me, users};
use orderbase_kernel::{Actor, Email, Name, PageLimit, UserId, Version};
use orderbase_tenancy::{
    Acting, InviteUser, Password, Permission, PermissionSet, Role, Tenant, Ticket, TicketPurpose, TokenHash, User,
};

pub(super) const PASSWORD: &str = "a long walk by the river";

/// A user who has joined, with the password.
async fn joined(world: &World, tenant: &Arc<Tenant>, email: &str, role: Role) -> UserId {
    let (app, at) = (&world.app, world.app.clock.now());
    let admin = ctx(app, tenant);
    let by = Acting { role: None, user_id: None };
    let id = UserId::from_uuid(app.ids.next(at));
    let invite = InviteUser { id, tenant_id: tenant.id(), email: Email::parse(email).unwrap(), role, by };
    let (mut user, invited) = User::invite(invite).unwrap();
    let mut rows = vec![events::of_user(app, &admin, &user, &invited).unwrap()];
    let event = user.join(Name::parse("Ada").unwrap(), at).unwrap().unwrap();
    rows.push(events::of_user(app, &admin, &user, &event).unwrap());
    let credential = Credential::following(None, id, PasswordHash::from_phc(format!("$plain${PASSWORD}")), at);
    let changeset = Changeset::new()
        .change(Change::insert(user, rows).unwrap())
        .record(Record::Credential { credential, read: None });
    assert_eq!(app.commits.commit(scope(tenant), changeset).await.unwrap(), Outcome::Committed);
    id
}

fn scope(tenant: &Tenant) -> Scope {
    Scope { tenant_id: tenant.id() }
}

fn wish(tenant: &str, email: &str, password: &str) -> Login {
    let tenant = Some(tenant.to_owned()).filter(|slug| !slug.is_empty());
    Login { tenant, email: email.to_owned(), password: password.to_owned(), scope: None }
}

pub(super) async fn signed_in(world: &World) -> SignedIn {
    auth::login(&world.app, &client(), wish("acme", "ada@example.com", PASSWORD)).await.unwrap()
}

async fn caller(world: &World, token: &str) -> Result<Ctx, Error> {
    match auth::bearer(&world.app, token, &client()).await? {
        Caller::Tenant(ctx) => Ok(*ctx),
        Caller::Operator(_) => panic!("an operator"),
    }
}

async fn actions(world: &World, tenant: &Tenant) -> Vec<(String, AuditOutcome)> {
    let query = AuditQuery { filter: AuditFilter::default(), limit: PageLimit::try_new(100).unwrap(), after: None };
    let page = world.app.audit.page(scope(tenant), &query).await.unwrap();
    let auth = page.rows.into_iter().filter(|entry| entry.action.starts_with("auth."));
    auth.map(|entry| (entry.action.into_owned(), entry.outcome)).collect()
}

pub(super) async fn acme() -> (World, Arc<Tenant>, UserId) {
    let world = World::new();
    let tenant = tenant(&world.app, "acme").await;
    let id = joined(&world, &tenant, "ada@example.com", Role::Member).await;
    (world, tenant, id)
}

#[tokio::test]
async fn a_password_gives_a_session_and_tokens_with_the_powers_of_the_role() {
    let (world, tenant, id) = acme().await;
    let tokens = signed_in(&world).await;
    assert_eq!(tokens.scope, Role::Member.permissions());
    let ctx = caller(&world, &tokens.access_token).await.unwrap();
    assert_eq!((ctx.actor.clone(), ctx.role), (Actor::User(id), Some(Role::Member)));
    assert_eq!(ctx.permissions, Role::Member.permissions());
    assert_eq!(me::sessions(&world.app, &ctx).await.unwrap().len(), 1);
    assert_eq!(actions(&world, &tenant).await, [("auth.signed_in".to_owned(), AuditOutcome::Succeeded)]);
}

#[tokio::test]
async fn every_refusal_is_the_same_and_costs_one_hash() {
    let (world, tenant, _) = acme().await;
    let attempts = [
        wish("acme", "ada@example.com", "not the password"),
        wish("acme", "nobody@example.com", PASSWORD),
        wish("nowhere", "ada@example.com", PASSWORD),
        wish("Not A Slug", "ada@example.com", PASSWORD),
        wish("acme", "not an e-mail", PASSWORD),
        wish("", "ada@example.com", PASSWORD),
        wish("acme", "ada@example.com", ""),
    ];
    for attempt in attempts {
        let before = world.passwords.runs();
        let refused = auth::login(&world.app, &client(), attempt).await.unwrap_err();
        assert!(matches!(refused, Error::InvalidCredentials), "{refused:?}");
        assert_eq!(world.passwords.runs(), before + 1);
    }
    let failed = ("auth.sign_in_failed".to_owned(), AuditOutcome::Failed);
    assert_eq!(actions(&world, &tenant).await, vec![failed; 3], "of what could have been a user of a tenant that is");
}

#[tokio::test]
async fn a_throttle_stands_before_every_look_up_and_hash() {
    let (world, ..) = acme().await;
    world.throttles.refuse(Bucket::LoginAccount);
    let refused = auth::login(&world.app, &client(), wish("acme", "ada@example.com", PASSWORD)).await.unwrap_err();
    assert!(matches!(refused, Error::Throttled { policy: "login.account", retry_after_secs: 7 }), "{refused:?}");
    assert_eq!(world.passwords.runs(), 0);
    assert_eq!(world.throttles.taken(), []);
}

#[tokio::test]
async fn a_known_network_has_a_bucket_of_its_own() {
    let (world, ..) = acme().await;
    signed_in(&world).await;
    assert_eq!(world.throttles.taken(), [Bucket::LoginIp, Bucket::LoginAccount]);
    // Others may have emptied the account's bucket: the owner still gets in from here.
    world.throttles.refuse(Bucket::LoginAccount);
    signed_in(&world).await;
    assert_eq!(world.throttles.taken(), [Bucket::LoginIp, Bucket::LoginKnown]);
}

/// Puts the same password under a hash of yesterday; what it was before.
async fn weaken(world: &World, tenant: &Tenant, id: UserId) -> Credential {
    let account = world.app.accounts.account(scope(tenant), id).await.unwrap().unwrap();
    let before = account.credential.unwrap();
    let weak = Credential {
        phc: PasswordHash::from_phc(format!("$weak${PASSWORD}")),
        version: before.version.next(),
        ..before.clone()
    };
    let changeset = Changeset::new().record(Record::Credential { credential: weak, read: Some(before.version) });
    world.app.commits.commit(scope(tenant), changeset).await.unwrap();
    before
}

#[tokio::test]
async fn a_weak_hash_is_replaced_by_a_sign_in_that_succeeds() {
    let (world, tenant, id) = acme().await;
    let before = weaken(&world, &tenant, id).await;
    let tokens = signed_in(&world).await;
    let after = world.app.accounts.account(scope(&tenant), id).await.unwrap().unwrap().credential.unwrap();
    assert_eq!((after.phc, after.epoch), (before.phc, before.epoch));
    assert!(caller(&world, &tokens.access_token).await.is_ok());
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_once_more_for_a_lost_reply() {
    let (world, tenant, _) = acme().await;
    let first = signed_in(&world).await.refresh_token.unwrap();
    let second = refresh(&world, &first).await.unwrap().refresh_token.unwrap();
    let third = refresh(&world, &first).await.unwrap().refresh_token.unwrap();
    assert!(matches!(refresh(&world, &second).await, Err(Error::InvalidCredentials)), "the unused one died");
    assert!(matches!(refresh(&world, &third).await, Err(Error::InvalidCredentials)), "and with it the family");
    let reused = actions(&world, &tenant).await.into_iter().filter(|(action, _)| action == "auth.refresh_reused");
    assert_eq!(reused.count(), 1);
}

#[tokio::test]
async fn a_used_token_that_comes_again_late_ends_the_session_and_its_access_tokens() {
    let (world, ..) = acme().await;
    let tokens = signed_in(&world).await;
    let first = tokens.refresh_token.unwrap();
    let second = refresh(&world, &first).await.unwrap();
    world.clock.advance_millis(60_001);
    assert!(matches!(refresh(&world, &first).await, Err(Error::InvalidCredentials)));
    for token in [&tokens.access_token, &second.access_token] {
        assert!(matches!(caller(&world, token).await, Err(Error::Unauthenticated)));
    }
}

#[tokio::test]
async fn of_twenty_refreshes_at_once_at_most_two_answer_and_one_token_lives() {
    let (world, tenant, id) = acme().await;
    let first = signed_in(&world).await.refresh_token.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (app, first) = (world.app.clone(), first.clone());
        tasks.spawn(async move { auth::refresh(&app, &client(), &first, None).await });
    }
    let answers = tasks.join_all().await;
    let good: Vec<SignedIn> = answers.into_iter().filter_map(Result::ok).collect();
    assert!(good.len() <= 2, "{}", good.len());
    let sessions = world.app.accounts.sessions(scope(&tenant), id).await.unwrap();
    assert!(sessions.len() <= 1);
    let mut usable = 0;
    for tokens in good {
        usable += usize::from(refresh(&world, &tokens.refresh_token.unwrap()).await.is_ok());
    }
    assert!(usable <= 1);
}

async fn refresh(world: &World, token: &str) -> Result<SignedIn, Error> {
    auth::refresh(&world.app, &client(), token, None).await
}

#[tokio::test]
async fn a_refresh_narrows_and_never_widens() {
    let (world, ..) = acme().await;
    let narrow = PermissionSet::of(&[Permission::OrdersRead, Permission::OrdersWrite]);
    let login = Login { scope: Some(narrow), ..wish("acme", "ada@example.com", PASSWORD) };
    let tokens = auth::login(&world.app, &client(), login).await.unwrap();
    assert_eq!(tokens.scope, narrow);
    assert_eq!(caller(&world, &tokens.access_token).await.unwrap().permissions, narrow);
    let first = tokens.refresh_token.unwrap();
    let wider = PermissionSet::of(&[Permission::CustomersRead]);
    assert!(auth::refresh(&world.app, &client(), &first, Some(wider)).await.is_err());
    let less = PermissionSet::of(&[Permission::OrdersRead]);
    let narrower = auth::refresh(&world.app, &client(), &first, Some(less)).await.unwrap();
    assert_eq!(caller(&world, &narrower.access_token).await.unwrap().permissions, less);
    // The session has what it began with.
    let again = refresh(&world, &narrower.refresh_token.unwrap()).await.unwrap();
    assert_eq!(again.scope, narrow);
}

#[tokio::test]
async fn signing_out_kills_the_session_and_nothing_else() {
    let (world, ..) = acme().await;
    let (one, other) = (signed_in(&world).await, signed_in(&world).await);
    let ctx = caller(&world, &one.access_token).await.unwrap();
    auth::logout(&world.app, &ctx).await.unwrap();
    auth::logout(&world.app, &ctx).await.unwrap();
    assert!(caller(&world, &one.access_token).await.is_err());
    assert!(refresh(&world, &one.refresh_token.unwrap()).await.is_err());
    let ctx = caller(&world, &other.access_token).await.unwrap();
    me::end_other_sessions(&world.app, &ctx).await.unwrap();
    assert!(caller(&world, &other.access_token).await.is_ok());
}

#[tokio::test]
async fn a_new_password_ends_other_sessions_and_every_access_token() {
    let (world, tenant, _) = acme().await;
    let (mine, other) = (signed_in(&world).await, signed_in(&world).await);
    let ctx = caller(&world, &mine.access_token).await.unwrap();
    let change = |current: &str, new: &str| me::ChangePassword {
        current_password: current.to_owned(),
        new_password: new.to_owned(),
    };
    let wrong = me::change_password(&world.app, &ctx, change("wrong", "another long walk home")).await;
    assert!(matches!(wrong, Err(Error::InvalidCredentials)));
    let noted = actions(&world, &tenant).await;
    assert!(noted.contains(&("auth.password_change_failed".to_owned(), AuditOutcome::Failed)), "{noted:?}");
    let common = me::change_password(&world.app, &ctx, change(PASSWORD, "correct horse battery staple")).await;
    assert!(matches!(common, Err(Error::Validation { .. })));
    me::change_password(&world.app, &ctx, change(PASSWORD, "another long walk home")).await.unwrap();
    for dead in [&mine.access_token, &other.access_token] {
        assert!(matches!(caller(&world, dead).await, Err(Error::Unauthenticated)));
    }
    assert!(refresh(&world, &other.refresh_token.unwrap()).await.is_err());
    let fresh = refresh(&world, &mine.refresh_token.unwrap()).await.unwrap();
    assert!(caller(&world, &fresh.access_token).await.is_ok());
    assert!(auth::login(&world.app, &client(), wish("acme", "ada@example.com", PASSWORD)).await.is_err());
}

#[tokio::test]
async fn tokens_of_the_past_die_with_their_time_their_epoch_and_their_session() {
    let (world, tenant, id) = acme().await;
    let tokens = signed_in(&world).await;
    let ctx = caller(&world, &tokens.access_token).await.unwrap();
    let at = world.app.clock.now();
    let forged = |epoch, session_id| AccessClaims {
        subject: Subject::User { tenant_id: tenant.id(), user_id: id, session_id, epoch },
        scope: None,
        issued_at: at,
        expires_at: at.plus_millis(600_000),
        id: world.app.ids.next(at),
    };
    let session = ctx.session.unwrap();
    assert!(caller(&world, &world.app.tokens.issue(&forged(0, session)).unwrap()).await.is_ok());
    let nobody = orderbase_kernel::SessionId::from_uuid(world.app.ids.next(at));
    for claims in [forged(1, session), forged(0, nobody)] {
        let token = world.app.tokens.issue(&claims).unwrap();
        assert!(matches!(caller(&world, &token).await, Err(Error::Unauthenticated)));
    }
    world.clock.advance_millis(600_000);
    assert!(matches!(caller(&world, &tokens.access_token).await, Err(Error::TokenExpired)));
    assert_eq!(Version::FIRST, me_version(&world, &tenant, id).await);
}

async fn me_version(world: &World, tenant: &Tenant, id: UserId) -> Version {
    world.app.accounts.sessions(scope(tenant), id).await.unwrap()[0].version()
}

#[tokio::test]
async fn a_new_pepper_locks_nobody_out() {
    let (world, tenant, _) = acme().await;
    let app = &world.app;
    let admin = ctx(app, &tenant);
    let key = key_as(app, &admin, wish_key(&[Permission::OrdersRead])).await;
    let email = Email::parse("bo@example.com").unwrap();
    let invitation = invited(app, &admin, &email, Role::Viewer).await;
    let (first, other) =
        (signed_in(&world).await.refresh_token.unwrap(), signed_in(&world).await.refresh_token.unwrap());
    let second = refresh(&world, &first).await.unwrap().refresh_token.unwrap();

    world.digests.turn();

    assert!(keys::authenticate(app, key.text.expose(), &client()).await.is_ok());
    let third = refresh(&world, &second).await.unwrap().refresh_token.unwrap();
    assert!(refresh(&world, &third).await.is_ok());
    assert!(refresh(&world, &other).await.is_ok());
    assert!(refresh(&world, &other).await.is_ok(), "a lost reply is one still");
    assert!(refresh(&world, &first).await.is_err(), "and one used long ago ends the session");
    let accept = auth::AcceptInvitation {
        token: invitation.text.expose().to_owned(),
        name: Name::parse("Bo").unwrap(),
        password: PASSWORD.to_owned(),
    };
    assert!(auth::accept_invitation(app, &client(), accept).await.is_ok());
}

/// Does something else after a password was compared and before anything comes of it.
struct Meanwhile {
    inner: Arc<dyn Passwords>,
    then: Mutex<Option<BoxFuture>>,
}

type BoxFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

#[async_trait]
impl Passwords for Meanwhile {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, HashersBusy> {
        self.inner.hash(password).await
    }

    async fn verify(&self, password: &str, hash: Option<&PasswordHash>) -> Result<Verified, HashersBusy> {
        let verified = self.inner.verify(password, hash).await;
        let then = self.then.lock().unwrap().take();
        if let Some(then) = then {
            then.await;
        }
        verified
    }

    fn is_common(&self, password: &Password, hints: &[&str]) -> bool {
        self.inner.is_common(password, hints)
    }
}

/// A sign-in with the right password, with something else done at its worst moment.
async fn signed_in_meanwhile(app: &App, then: BoxFuture) -> Result<SignedIn, Error> {
    let passwords = Arc::new(Meanwhile { inner: app.passwords.clone(), then: Mutex::new(Some(then)) });
    let app = App { passwords, ..app.clone() };
    auth::login(&app, &client(), wish("acme", "ada@example.com", PASSWORD)).await
}

#[tokio::test]
async fn a_sign_in_in_flight_does_not_outlive_its_password() {
    for what in ["change", "reset", "set", "disable"] {
        let (world, tenant, id) = acme().await;
        let (app, admin) = (world.app.clone(), ctx(&world.app, &tenant));
        let mine = caller(&world, &signed_in(&world).await.access_token).await.unwrap();
        let new = "another long walk home";
        let then = async move {
            match what {
                "change" => {
                    let wish =
                        me::ChangePassword { current_password: PASSWORD.to_owned(), new_password: new.to_owned() };
                    me::change_password(&app, &mine, wish).await.unwrap();
                }
                "reset" => {
                    let issued = users::password_reset(&app, &admin, id, Conditions::default()).await.unwrap();
                    let token = issued.into_fresh().unwrap().text.expose().to_owned();
                    let wish = auth::ResetPassword { token, new_password: new.to_owned() };
                    auth::reset_password(&app, &client(), wish).await.unwrap();
                }
                "set" => {
                    let (which, email) = (Which::Id(admin.tenant.id()), Email::parse("ada@example.com").unwrap());
                    users::set_password_by_operator(&app, &operator(&app), &which, &email, new).await.unwrap();
                }
                _ => drop(users::disable(&app, &admin, id, Conditions::default()).await.unwrap()),
            }
        };
        let refused = signed_in_meanwhile(&world.app, Box::pin(then)).await;
        assert!(matches!(refused, Err(Error::InvalidCredentials)), "{what}: {:?}", refused.map(drop));
        let left = world.app.accounts.sessions(scope(&tenant), id).await.unwrap().len();
        assert_eq!(left, usize::from(what == "change"), "{what}");
    }
}

#[tokio::test]
async fn of_two_sign_ins_that_hash_anew_both_succeed() {
    let (world, tenant, id) = acme().await;
    weaken(&world, &tenant, id).await;
    let rival = world.clone();
    let then = async move { drop(signed_in(&rival).await) };
    let tokens = signed_in_meanwhile(&world.app, Box::pin(then)).await.unwrap();
    assert!(caller(&world, &tokens.access_token).await.is_ok());
    assert_eq!(world.app.accounts.sessions(scope(&tenant), id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_reset_voids_every_other_ticket() {
    let (world, tenant, id) = acme().await;
    let (app, at) = (&world.app, world.app.clock.now());
    let other = TokenHash::from_bytes([9; 32]);
    let invitation = Ticket::issue(other, tenant.id(), id, TicketPurpose::Invitation, at);
    let put = Changeset::new().record(Record::Ticket(invitation));
    assert_eq!(app.commits.commit(scope(&tenant), put).await.unwrap(), Outcome::Committed);
    let issued = users::password_reset(app, &ctx(app, &tenant), id, Conditions::default()).await.unwrap();
    let token = issued.into_fresh().unwrap().text.expose().to_owned();
    let used = app.digests.token_hash(&token);
    let wish = auth::ResetPassword { token, new_password: "another long walk home".to_owned() };
    auth::reset_password(app, &client(), wish.clone()).await.unwrap();
    let live = |found: Option<(Ticket, _)>| found.is_some_and(|(ticket, _)| ticket.is_live(at));
    assert!(!live(app.accounts.ticket(scope(&tenant), &other).await.unwrap()));
    let (used, _) = app.accounts.ticket(scope(&tenant), &used).await.unwrap().unwrap();
    assert_eq!(used.used_at, Some(at), "the mark of its use stays");
    assert!(matches!(auth::reset_password(app, &client(), wish).await, Err(Error::InvalidCredentials)));
}

#[tokio::test]
async fn ending_somebodys_sessions_moves_the_epoch() {
    let (world, tenant, id) = acme().await;
    let admin = ctx(&world.app, &tenant);
    let tokens = signed_in(&world).await;
    let epoch = async || {
        let account = world.app.accounts.account(scope(&tenant), id).await.unwrap().unwrap();
        account.credential.unwrap().epoch
    };
    let before = epoch().await;
    users::end_sessions(&world.app, &admin, id).await.unwrap();
    assert_eq!(epoch().await, before + 1, "a sign-in that was under way is fenced by it");
    assert!(caller(&world, &tokens.access_token).await.is_err());
    assert!(refresh(&world, &tokens.refresh_token.unwrap()).await.is_err());
    signed_in(&world).await;
}
