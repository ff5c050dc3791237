//! Users come back whole, an e-mail stands once in a tenant, seats are counted, and an owner remains.

use std::sync::Arc;

use orderbase_kernel::{Name, PageLimit, UserId};
use orderbase_tenancy::{Acting, Role, Slug, UpdateUser, User, UserStatus};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::Harness;
use super::people::{changed, credential, dawn, new_user, put, put_joined, put_user, user_change_of};
use super::stock::commit;
use crate::app::App;
use crate::changeset::{Changeset, Outcome, Quota, Record, Refusal, Require, Unique};
use crate::ctx::Ctx;
use crate::ports::Account;
use crate::testing::tenant_ctx;
use crate::views::{UserFilter, UserQuery};

const BY: Acting = Acting::OPERATOR;

async fn comes_back(app: &App, ctx: &Ctx, user: &User) {
    assert_eq!(app.aggregates.user(ctx.scope(), user.id()).await.unwrap().as_ref(), Some(user));
    let account = app.accounts.account(ctx.scope(), user.id()).await.unwrap();
    assert_eq!(account.map(|account| account.user).as_ref(), Some(user));
}

fn to_role(role: Role) -> UpdateUser {
    UpdateUser { role: Some(role), ..UpdateUser::default() }
}

pub async fn users_come_back_at_their_bounds(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let longest = format!("{}@{}.example", "a".repeat(64), "b".repeat(63));
    for (index, role) in Role::ALL.into_iter().enumerate() {
        let user = put_user(&app, &ctx, &format!("{index}{}", &longest[1..]), role).await;
        comes_back(&app, &ctx, &user).await;
        let at = dawn().plus_millis(1_001);
        let name = Name::parse(&"\u{1F4A1}".repeat(200)).unwrap();
        let user = changed(&app, &ctx, &user, |user| user.join(name, at)).await;
        comes_back(&app, &ctx, &user).await;
        let user = changed(&app, &ctx, &user, |user| user.disable(&BY, at)).await;
        comes_back(&app, &ctx, &user).await;
        let user = changed(&app, &ctx, &user, |user| user.enable(&BY, at.plus_millis(7))).await;
        comes_back(&app, &ctx, &user).await;
        let other = if role == Role::Owner { Role::Viewer } else { Role::Owner };
        let user = changed(&app, &ctx, &user, |user| user.update(to_role(other), &BY, at.plus_millis(8))).await;
        comes_back(&app, &ctx, &user).await;
    }
    let revoked = put_user(&app, &ctx, "eve@example.com", Role::Viewer).await;
    let revoked = changed(&app, &ctx, &revoked, |user| user.disable(&BY, dawn())).await;
    comes_back(&app, &ctx, &revoked).await;
    let again = changed(&app, &ctx, &revoked, |user| user.invite_again(Role::Admin, &BY, dawn())).await;
    comes_back(&app, &ctx, &again).await;
}

pub async fn an_email_stands_once_in_a_tenant(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_user(&app, &ctx, "ada@example.com", Role::Viewer).await;
    let duplicate = Outcome::Duplicate { unique: Unique::UserEmail, existing_id: Some(ada.id().uuid()) };
    let (second, change) = new_user(&app, &ctx, "ada@example.com", Role::Owner);
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change.clone())).await, duplicate);
    assert_eq!(app.aggregates.user(ctx.scope(), second.id()).await.unwrap(), None);
    // Disabled or not.
    changed(&app, &ctx, &ada, |user| user.disable(&BY, dawn())).await;
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, duplicate);
    put_user(&app, &tenant_ctx(&app, "other").await, "ada@example.com", Role::Viewer).await;
}

pub async fn accounts_are_found_by_slug_and_email(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, other) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "other").await);
    let user = put_joined(&app, &ctx, "ada@example.com", Role::Member).await;
    let slug = |text: &str| Slug::parse(text).unwrap();
    let found = app.accounts.sign_in_unscoped(&slug("acme"), user.email()).await.unwrap().unwrap();
    assert_eq!(*found.tenant, *ctx.tenant);
    assert_eq!(found.account, Some(Account { user: user.clone(), credential: None }));

    let first = credential(&user);
    put(&app, &ctx, Record::Credential { credential: first.clone(), read: None }).await;
    let found = app.accounts.sign_in_unscoped(&slug("acme"), user.email()).await.unwrap().unwrap();
    let account = Account { user: user.clone(), credential: Some(first) };
    assert_eq!(found.account, Some(account.clone()));
    assert_eq!(app.accounts.account(ctx.scope(), user.id()).await.unwrap(), Some(account));

    let elsewhere = app.accounts.sign_in_unscoped(&slug("other"), user.email()).await.unwrap().unwrap();
    assert_eq!((elsewhere.tenant.id(), elsewhere.account), (other.tenant.id(), None));
    assert_eq!(app.accounts.sign_in_unscoped(&slug("nobody"), user.email()).await.unwrap(), None);
}

async fn ids(app: &App, ctx: &Ctx, filter: &UserFilter, limit: i64) -> Vec<UserId> {
    let limit = PageLimit::try_new(limit).unwrap();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let query = UserQuery { filter: filter.clone(), limit, after };
        let page = app.users.page(ctx.scope(), &query).await.unwrap();
        assert!(page.rows.len() <= usize::from(limit.get()));
        assert!(!page.has_more || page.rows.len() == usize::from(limit.get()), "a page that is not full says more");
        found.extend(page.rows.iter().map(User::id));
        assert!(found.len() < 1_000, "the walk does not end");
        after = found.last().copied();
        if !page.has_more {
            return found;
        }
    }
}

pub async fn each_filter_and_page_size(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    put_user(&app, &tenant_ctx(&app, "other").await, "x@example.com", Role::Owner).await;
    let mut users = Vec::new();
    for role in Role::ALL {
        for status in UserStatus::ALL {
            let email = format!("{role}-{status}@example.com");
            let mut user = put_user(&app, &ctx, &email, role).await;
            if status != UserStatus::Invited {
                user = changed(&app, &ctx, &user, |user| user.join(Name::parse("Ada").unwrap(), dawn())).await;
            }
            if status == UserStatus::Disabled {
                user = changed(&app, &ctx, &user, |user| user.disable(&BY, dawn())).await;
            }
            users.push(user);
        }
    }
    users.sort_by_key(|user| std::cmp::Reverse(user.id()));
    let (mut roles, mut statuses) = (vec![Vec::new()], vec![Vec::new()]);
    roles.extend(Role::ALL.map(|role| vec![role]));
    roles.push(vec![Role::Viewer, Role::Owner]);
    statuses.extend(UserStatus::ALL.map(|status| vec![status]));
    statuses.push(vec![UserStatus::Invited, UserStatus::Disabled]);
    for roles in &roles {
        for statuses in &statuses {
            let filter = UserFilter { roles: roles.clone(), statuses: statuses.clone() };
            let expected: Vec<_> = users
                .iter()
                .filter(|user| roles.is_empty() || roles.contains(&user.role()))
                .filter(|user| statuses.is_empty() || statuses.contains(&user.status()))
                .map(User::id)
                .collect();
            for limit in [1, 3, 100] {
                assert_eq!(ids(&app, &ctx, &filter, limit).await, expected, "{filter:?} by {limit}");
            }
        }
    }
    let query = UserQuery { filter: UserFilter::default(), limit: PageLimit::MAX, after: None };
    assert_eq!(app.users.page(ctx.scope(), &query).await.unwrap().rows, users, "whole users");
}

pub async fn an_owner_remains(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_joined(&app, &ctx, "ada@example.com", Role::Owner).await;
    // None of these is an active owner of this tenant.
    put_user(&app, &ctx, "invited@example.com", Role::Owner).await;
    put_joined(&app, &ctx, "admin@example.com", Role::Admin).await;
    let former = put_joined(&app, &ctx, "former@example.com", Role::Owner).await;
    changed(&app, &ctx, &former, |user| user.disable(&BY, dawn().plus_millis(2))).await;
    put_joined(&app, &tenant_ctx(&app, "other").await, "owner@example.com", Role::Owner).await;

    let (after, change) = user_change_of(&app, &ctx, &ada, |user| user.disable(&BY, dawn().plus_millis(2)));
    let going = Changeset::new().require(Require::AnotherActiveOwner(ada.id())).change(change);
    assert_eq!(commit(&app, &ctx, going.clone()).await, Outcome::Refused(Refusal::LastOwner));
    comes_back(&app, &ctx, &ada).await;
    put_joined(&app, &ctx, "bob@example.com", Role::Owner).await;
    assert_eq!(commit(&app, &ctx, going).await, Outcome::Committed);
    comes_back(&app, &ctx, &after).await;
}

pub async fn of_two_owners_who_go_at_once_one_stays(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let ctx = tenant_ctx(&app, "acme").await;
    for round in 0..8 {
        let mut owners = Vec::new();
        for number in 0..2 {
            owners.push(put_joined(&app, &ctx, &format!("{number}-{round}@example.com"), Role::Owner).await);
        }
        let barrier = Arc::new(Barrier::new(2));
        let mut tasks = JoinSet::new();
        for (app, user) in [app.clone(), other.clone()].into_iter().zip(owners.clone()) {
            let (ctx, barrier) = (ctx.clone(), Arc::clone(&barrier));
            let at = dawn().plus_millis(9);
            let (_, change) = user_change_of(&app, &ctx, &user, |user| match round % 2 {
                0 => user.update(to_role(Role::Admin), &BY, at),
                _ => user.disable(&BY, at),
            });
            let going = Changeset::new().require(Require::AnotherActiveOwner(user.id())).change(change);
            tasks.spawn(async move {
                barrier.wait().await;
                (commit(&app, &ctx, going).await, user)
            });
        }
        let ended = tasks.join_all().await;
        let (gone, stayed): (Vec<_>, Vec<_>) = ended.iter().partition(|(outcome, _)| *outcome == Outcome::Committed);
        assert_eq!(gone.len(), 1, "{ended:?}");
        assert_eq!(stayed[0].0, Outcome::Refused(Refusal::LastOwner), "{ended:?}");
        comes_back(&app, &ctx, &stayed[0].1).await;
        // Or the next round would begin with an owner too many.
        changed(&app, &ctx, &stayed[0].1, |user| user.disable(&BY, dawn().plus_millis(10))).await;
    }
}

pub async fn seats_count_who_may_come_in(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    put_user(&app, &tenant_ctx(&app, "other").await, "x@example.com", Role::Viewer).await;
    put_user(&app, &ctx, "invited@example.com", Role::Viewer).await;
    let bob = put_joined(&app, &ctx, "bob@example.com", Role::Viewer).await;
    let seats = |max, add| Require::Below { quota: Quota::Users, max, add };
    let full = |max, current| Outcome::Refused(Refusal::Quota { quota: Quota::Users, max, current });
    let (third, change) = new_user(&app, &ctx, "third@example.com", Role::Viewer);
    let invite = |max, add| Changeset::new().require(seats(max, add)).change(change.clone());
    assert_eq!(commit(&app, &ctx, invite(2, 1)).await, full(2, 2));
    assert_eq!(commit(&app, &ctx, invite(3, 2)).await, full(3, 2));
    assert_eq!(app.aggregates.user(ctx.scope(), third.id()).await.unwrap(), None);
    let bob = changed(&app, &ctx, &bob, |user| user.disable(&BY, dawn().plus_millis(2))).await;
    assert_eq!(commit(&app, &ctx, invite(2, 1)).await, Outcome::Committed);
    let (_, change) = user_change_of(&app, &ctx, &bob, |user| user.enable(&BY, dawn().plus_millis(3)));
    assert_eq!(commit(&app, &ctx, Changeset::new().require(seats(2, 1)).change(change.clone())).await, full(2, 2));
    assert_eq!(commit(&app, &ctx, Changeset::new().require(seats(3, 1)).change(change)).await, Outcome::Committed);
}

pub async fn seats_hold_under_a_rush(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let mut tasks = JoinSet::new();
    for task in 0..8 {
        let (app, ctx) = (if task % 2 == 0 { app.clone() } else { other.clone() }, ctx.clone());
        let (_, change) = new_user(&app, &ctx, &format!("{task}@example.com"), Role::Viewer);
        let seat = Require::Below { quota: Quota::Users, max: 3, add: 1 };
        tasks.spawn(async move { commit(&app, &ctx, Changeset::new().require(seat).change(change)).await });
    }
    let ended = tasks.join_all().await;
    assert_eq!(ended.iter().filter(|outcome| **outcome == Outcome::Committed).count(), 3, "{ended:?}");
    let full = Outcome::Refused(Refusal::Quota { quota: Quota::Users, max: 3, current: 3 });
    assert_eq!(ended.iter().filter(|outcome| **outcome == full).count(), 5, "{ended:?}");
}

pub async fn a_user_changes_by_version(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let user = put_joined(&app, &ctx, "ada@example.com", Role::Member).await;
    let (after, change) = user_change_of(&app, &ctx, &user, |user| user.disable(&BY, dawn().plus_millis(2)));
    let (_, rival) =
        user_change_of(&app, &ctx, &user, |user| user.update(to_role(Role::Viewer), &BY, dawn().plus_millis(2)));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    assert_eq!(commit(&app, &ctx, Changeset::new().change(rival)).await, Outcome::Stale);
    comes_back(&app, &ctx, &after).await;
}

pub async fn a_foreign_user_is_not_there(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, other) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "other").await);
    let user = put_joined(&app, &ctx, "ada@example.com", Role::Owner).await;
    assert_eq!(app.aggregates.user(other.scope(), user.id()).await.unwrap(), None);
    assert_eq!(app.accounts.account(other.scope(), user.id()).await.unwrap(), None);
    assert!(ids(&app, &other, &UserFilter::default(), 100).await.is_empty());
    let (_, change) = user_change_of(&app, &ctx, &user, |user| user.disable(&BY, dawn().plus_millis(2)));
    assert_eq!(commit(&app, &other, Changeset::new().change(change)).await, Outcome::Stale);
    comes_back(&app, &ctx, &user).await;
}
