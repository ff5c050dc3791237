//! A token that was narrowed cannot be widened by what it may hand out, and a ticket is good for the role it was given for.

use orderbase_application::auth::{self, AcceptInvitation, Caller, Login};
use orderbase_application::invitations::{self, Invite};
use orderbase_application::keys::{self, RotateKey, UpdateApiKey};
use orderbase_application::testing::{PASSWORD, World, client, invited, key_as, once, user, wish_key};
use orderbase_application::{Code, Ctx, Done, users};
use orderbase_kernel::{Email, Name};
use orderbase_tenancy::{Permission, PermissionSet, Role, UpdateUser};

use crate::{code, fresh, none, shop};

/// An owner with a token that holds no more than these.
async fn narrowed(world: &World, admin: &Ctx, permissions: &[Permission]) -> Ctx {
    let owner = user(&world.app, admin, Role::Owner).await;
    Ctx { permissions: owner.permissions.intersection(PermissionSet::of(permissions)), ..owner }
}

fn invite(role: Role) -> Invite {
    Invite { email: Email::parse("eve@example.com").unwrap(), role }
}

#[tokio::test]
async fn a_token_for_users_hands_out_no_role_and_no_account() {
    let (world, admin) = shop().await;
    let app = &world.app;
    let narrow = narrowed(&world, &admin, &[Permission::UsersWrite]).await;
    let (member, owner) = (user(app, &admin, Role::Member).await, user(app, &admin, Role::Owner).await);
    for role in [Role::Viewer, Role::Owner] {
        assert_eq!(
            code(invitations::create(app, &narrow, invite(role), none()).await),
            Code::PermissionDenied,
            "{role}"
        );
    }
    for person in [&member, &owner] {
        let id = person.user_id().unwrap();
        assert_eq!(code(users::password_reset(app, &narrow, id, none()).await), Code::PermissionDenied);
    }
    let lift = UpdateUser { role: Some(Role::Admin), ..UpdateUser::default() };
    let refused = users::update(app, &narrow, member.user_id().unwrap(), lift, none()).await;
    assert_eq!(code(refused), Code::PermissionDenied);
    // The same owner with all of its role may.
    let whole = Ctx { permissions: Role::Owner.permissions(), ..narrow };
    fresh(invitations::create(app, &whole, invite(Role::Owner), none()).await);
    fresh(users::password_reset(app, &whole, member.user_id().unwrap(), none()).await);
    let own = users::password_reset(app, &whole, whole.user_id().unwrap(), none()).await;
    assert_eq!(code(own), Code::PermissionDenied, "the own password needs the password");
}

#[tokio::test]
async fn a_token_for_keys_gets_no_scope_that_it_lacks() {
    let (world, admin) = shop().await;
    let app = &world.app;
    let key = key_as(app, &admin, wish_key(&[Permission::OrdersRead, Permission::AuditRead])).await.key;
    let narrow = narrowed(&world, &admin, &[Permission::ApiKeysWrite, Permission::OrdersRead]).await;
    let wish = || RotateKey { id: key.id, overlap_secs: 0 };
    assert_eq!(code(keys::rotate(app, &narrow, wish(), none()).await), Code::PermissionDenied);
    assert_eq!(code(keys::update(app, &narrow, key.id, UpdateApiKey::default(), none()).await), Code::PermissionDenied);
    let enough = Ctx { permissions: Role::Owner.permissions(), ..narrow };
    fresh(keys::rotate(app, &enough, wish(), none()).await);
}

#[tokio::test]
async fn a_ticket_does_not_outlive_the_role_it_was_given_for() {
    let (world, admin) = shop().await;
    let app = &world.app;
    let issued = invited(app, &admin, &Email::parse("eve@example.com").unwrap(), Role::Member).await;
    let member = user(app, &admin, Role::Member).await.user_id().unwrap();
    let reset = fresh(users::password_reset(app, &admin, member, none()).await);

    for id in [issued.user.id(), member] {
        let lift = UpdateUser { role: Some(Role::Owner), ..UpdateUser::default() };
        fresh(users::update(app, &admin, id, lift, none()).await);
    }

    let accept = AcceptInvitation {
        token: issued.text.expose().to_owned(),
        name: Name::parse("Eve").unwrap(),
        password: PASSWORD.to_owned(),
    };
    assert_eq!(code(auth::accept_invitation(app, &client(), accept).await), Code::InvalidCredentials);
    let wish = auth::ResetPassword {
        token: reset.text.expose().to_owned(),
        new_password: "another long walk home".to_owned(),
    };
    assert_eq!(code(auth::reset_password(app, &client(), wish).await), Code::InvalidCredentials);
}

#[tokio::test]
async fn a_narrowed_sign_in_stays_narrow() {
    let (world, admin) = shop().await;
    let app = &world.app;
    let owner = user(app, &admin, Role::Owner).await;
    let email = users::get(app, &owner, owner.user_id().unwrap()).await.unwrap().email().to_string();
    let login = Login {
        tenant: Some("acme".to_owned()),
        email,
        password: PASSWORD.to_owned(),
        scope: Some(PermissionSet::of(&[Permission::UsersWrite])),
    };
    let token = auth::login(app, &client(), login).await.unwrap().access_token;
    let Caller::Tenant(ctx) = auth::bearer(app, &token, &client()).await.unwrap() else { panic!("an operator") };
    assert_eq!(code(invitations::create(app, &ctx, invite(Role::Viewer), none()).await), Code::PermissionDenied);
}

#[tokio::test]
async fn what_a_wide_token_was_shown_a_narrow_one_is_not_shown_again() {
    let (world, admin) = shop().await;
    let app = &world.app;
    let owner = user(app, &admin, Role::Owner).await;
    let member = user(app, &admin, Role::Member).await.user_id().unwrap();
    let wish = || wish_key(&[Permission::OrdersRead, Permission::AuditRead]);
    keys::create(app, &owner, wish(), once("key", 1)).await.unwrap();
    users::password_reset(app, &owner, member, once("reset", 1)).await.unwrap();

    let keys_alone = Ctx { permissions: PermissionSet::of(&[Permission::ApiKeysWrite]), ..owner.clone() };
    assert_eq!(code(keys::create(app, &keys_alone, wish(), once("key", 1)).await), Code::PermissionDenied);
    let users_alone = Ctx { permissions: PermissionSet::of(&[Permission::UsersWrite]), ..owner.clone() };
    assert_eq!(code(users::password_reset(app, &users_alone, member, once("reset", 1)).await), Code::PermissionDenied);
    assert!(matches!(keys::create(app, &owner, wish(), once("key", 1)).await, Ok(Done::Replayed(_))));
}
