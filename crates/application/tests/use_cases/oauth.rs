//! Tokens for clients and users by OAuth 2: what is granted, what is refused, what is told of a token.

use orderbase_application::auth::{self, Caller};
use orderbase_application::keys::{self, KeyCreated, RotateKey};
use orderbase_application::oauth::{self, ClientCredentials, Grant, OAuthError};
use orderbase_application::ports::Bucket;
use orderbase_application::testing::{World, client, key_as, tenant_ctx, wish_key};
use orderbase_application::{AuthRules, Code, Ctx, Error};
use orderbase_kernel::Actor;
use orderbase_tenancy::{Permission, PermissionSet, Role};

use crate::none;
use crate::sign_in::{PASSWORD, acme, signed_in};

async fn shop(slug: &str, world: &World) -> (Ctx, KeyCreated) {
    let ctx = tenant_ctx(&world.app, slug).await;
    let key = key_as(&world.app, &ctx, wish_key(&[Permission::OrdersRead, Permission::OrdersWrite])).await;
    (ctx, key)
}

fn credentials(key: &KeyCreated) -> ClientCredentials {
    ClientCredentials { client_id: key.key.id.to_string(), client_secret: key.text.expose().to_owned() }
}

fn error(refused: Result<impl std::fmt::Debug, OAuthError>) -> &'static str {
    refused.unwrap_err().code().expect("an error of RFC 6749")
}

#[tokio::test]
async fn a_key_gets_a_token_with_its_scopes_or_less() {
    let world = World::new();
    let (_, key) = shop("acme", &world).await;
    let grant = || Grant::ClientCredentials(credentials(&key));
    let whole = oauth::token(&world.app, &client(), grant(), None).await.unwrap();
    assert_eq!((whole.scope, whole.refresh_token.is_none()), (key.key.scopes, true));
    let less = oauth::token(&world.app, &client(), grant(), Some("orders:read")).await.unwrap();
    let Caller::Tenant(ctx) = auth::bearer(&world.app, &less.access_token, &client()).await.unwrap() else {
        panic!("an operator")
    };
    assert_eq!((ctx.actor, ctx.principal_id), (Actor::ApiKey(key.key.id), key.key.id.uuid()));
    assert_eq!(ctx.permissions, PermissionSet::of(&[Permission::OrdersRead]));
    for scope in ["customers:read", "orders:read customers:read", "orders:everything", "", "orders:read  orders:write"]
    {
        assert_eq!(
            error(oauth::token(&world.app, &client(), grant(), Some(scope)).await),
            "invalid_scope",
            "{scope:?}"
        );
    }
}

#[tokio::test]
async fn a_token_dies_with_the_secret_it_was_got_with() {
    let world = World::new();
    let (ctx, key) = shop("acme", &world).await;
    let got = async |text: &str| {
        let sent = ClientCredentials { client_id: key.key.id.to_string(), client_secret: text.to_owned() };
        let grant = Grant::ClientCredentials(sent);
        oauth::token(&world.app, &client(), grant, None).await.unwrap().access_token
    };
    let rotated = async |overlap_secs: u32| {
        let wish = RotateKey { id: key.key.id, overlap_secs };
        keys::rotate(&world.app, &ctx, wish, none()).await.unwrap().into_fresh().unwrap().text.expose().to_owned()
    };
    let alive = async |token: &str| auth::bearer(&world.app, token, &client()).await.is_ok();
    let first = got(key.text.expose()).await;
    let second_text = rotated(60).await;
    let second = got(&second_text).await;
    assert!(alive(&first).await, "the old secret is still good");
    world.clock.advance_millis(60_000);
    assert_eq!((alive(&first).await, alive(&second).await), (false, true));
    let third_text = rotated(0).await;
    let third = got(&third_text).await;
    assert_eq!((alive(&second).await, alive(&third).await), (false, true), "at once");
    rotated(60).await;
    assert_eq!((alive(&first).await, alive(&second).await, alive(&third).await), (false, false, true), "and for good");
}

#[tokio::test]
async fn a_token_dies_with_its_key() {
    let world = World::new();
    let (ctx, key) = shop("acme", &world).await;
    let grant = Grant::ClientCredentials(credentials(&key));
    let token = oauth::token(&world.app, &client(), grant.clone(), None).await.unwrap().access_token;
    keys::revoke(&world.app, &ctx, key.key.id, none()).await.unwrap();
    assert!(matches!(auth::bearer(&world.app, &token, &client()).await, Err(Error::Unauthenticated)));
    assert_eq!(error(oauth::token(&world.app, &client(), grant, None).await), "invalid_client");
}

#[tokio::test]
async fn every_bad_client_is_the_same() {
    let world = World::new();
    let ((_, key), (_, other)) = (shop("acme", &world).await, shop("borealis", &world).await);
    let good = credentials(&key);
    let bad = [
        ClientCredentials { client_id: other.key.id.to_string(), ..good.clone() },
        ClientCredentials { client_secret: other.text.expose().to_owned(), ..good.clone() },
        ClientCredentials { client_id: "nobody".to_owned(), ..good.clone() },
        ClientCredentials { client_secret: "ob_live_".to_owned(), ..good.clone() },
    ];
    for sent in bad {
        assert_eq!(
            error(oauth::token(&world.app, &client(), Grant::ClientCredentials(sent), None).await),
            "invalid_client"
        );
    }
    world.throttles.refuse(Bucket::TokenClient);
    let refused = oauth::token(&world.app, &client(), Grant::ClientCredentials(good), None).await.unwrap_err();
    assert!(matches!(&refused, OAuthError::Failed(error) if error.code() == Code::RateLimited), "{refused:?}");
}

#[tokio::test]
async fn passwords_are_a_grant_only_where_they_are_switched_on() {
    let (mut world, ..) = acme().await;
    let grant = |username: &str| Grant::Password { username: username.to_owned(), password: PASSWORD.to_owned() };
    let refused = oauth::token(&world.app, &client(), grant("acme/ada@example.com"), None).await;
    assert_eq!(error(refused), "unsupported_grant_type");
    assert_eq!(world.passwords.runs(), 0);
    world.app.auth_rules = AuthRules { password_grant: true, ..AuthRules::default() };
    let tokens = oauth::token(&world.app, &client(), grant("acme/ada@example.com"), Some("orders:read")).await.unwrap();
    assert_eq!(tokens.scope, PermissionSet::of(&[Permission::OrdersRead]));
    let nothing = oauth::token(&world.app, &client(), grant("acme/ada@example.com"), Some("platform:write")).await;
    assert_eq!(error(nothing), "invalid_scope");
    for username in ["ada@example.com", "/ada@example.com", "acme/bob@example.com"] {
        assert_eq!(error(oauth::token(&world.app, &client(), grant(username), None).await), "invalid_grant");
    }
    let refresh = Grant::RefreshToken(tokens.refresh_token.unwrap());
    let wider = oauth::token(&world.app, &client(), refresh.clone(), Some("customers:read")).await;
    assert_eq!(error(wider), "invalid_scope", "and the token stays good");
    assert!(oauth::token(&world.app, &client(), refresh.clone(), None).await.is_ok());
    world.clock.advance_millis(61_000);
    assert_eq!(error(oauth::token(&world.app, &client(), refresh, None).await), "invalid_grant");
}

#[tokio::test]
async fn introspection_tells_of_the_own_tenants_living_tokens_alone() {
    let (world, tenant, id) = acme().await;
    let ctx = orderbase_application::testing::ctx(&world.app, &tenant);
    let key = key_as(&world.app, &ctx, wish_key(&[Permission::OrdersRead])).await;
    let (_, foreign) = shop("borealis", &world).await;
    let tokens = signed_in(&world).await;
    let refresh = tokens.refresh_token.unwrap();
    for (token, kind) in [(&tokens.access_token, "access_token"), (&refresh, "refresh_token")] {
        let told = oauth::introspect(&world.app, &client(), &credentials(&key), token).await.unwrap().unwrap();
        assert_eq!((told.subject, told.kind, told.scope), (id.uuid(), kind, Role::Member.permissions()));
        let told = oauth::introspect(&world.app, &client(), &credentials(&foreign), token).await.unwrap();
        assert_eq!(told, None, "another tenant's");
    }
    for nonsense in ["", "x", key.text.expose()] {
        assert_eq!(oauth::introspect(&world.app, &client(), &credentials(&key), nonsense).await.unwrap(), None);
    }
    oauth::revoke(&world.app, &client(), &refresh, None).await.unwrap();
    for token in [&tokens.access_token, &refresh] {
        assert_eq!(oauth::introspect(&world.app, &client(), &credentials(&key), token).await.unwrap(), None);
    }
}

#[tokio::test]
async fn revoking_is_answered_alike_and_ends_the_session_it_names() {
    let (world, ..) = acme().await;
    let (one, other) = (signed_in(&world).await, signed_in(&world).await);
    for nonsense in ["", "x", "obr_nothing"] {
        oauth::revoke(&world.app, &client(), nonsense, None).await.unwrap();
    }
    oauth::revoke(&world.app, &client(), &one.access_token, None).await.unwrap();
    assert!(auth::bearer(&world.app, &one.access_token, &client()).await.is_err());
    assert!(auth::refresh(&world.app, &client(), &one.refresh_token.unwrap(), None).await.is_err());
    assert!(auth::bearer(&world.app, &other.access_token, &client()).await.is_ok());
}

#[tokio::test]
async fn who_introspects_has_a_bucket_of_its_own_and_pays_for_failures_beside() {
    let world = World::new();
    let (_, key) = shop("acme", &world).await;
    let (good, wrong) =
        (credentials(&key), ClientCredentials { client_secret: "ob_live_".to_owned(), ..credentials(&key) });
    let ask = async |sent: &ClientCredentials| oauth::introspect(&world.app, &client(), sent, "x").await;
    let is_throttled =
        |refused: OAuthError| matches!(&refused, OAuthError::Failed(error) if error.code() == Code::RateLimited);
    // What was asked for tokens is no matter.
    world.throttles.refuse(Bucket::TokenClient);
    world.throttles.taken();
    ask(&good).await.unwrap();
    assert_eq!(world.throttles.taken(), [Bucket::IntrospectClient]);
    assert_eq!(error(ask(&wrong).await), "invalid_client");
    assert_eq!(world.throttles.taken(), [Bucket::IntrospectClient, Bucket::TokenIp]);
    world.throttles.refuse(Bucket::TokenIp);
    assert!(is_throttled(ask(&wrong).await.unwrap_err()));
    assert!(ask(&good).await.is_ok());
    world.throttles.refuse(Bucket::IntrospectClient);
    assert!(is_throttled(ask(&good).await.unwrap_err()));
}

#[tokio::test]
async fn a_clients_own_token_is_not_said_to_be_dead_while_it_lives() {
    let world = World::new();
    let (ctx, key) = shop("acme", &world).await;
    let grant = Grant::ClientCredentials(credentials(&key));
    let token = oauth::token(&world.app, &client(), grant, None).await.unwrap().access_token;
    let own = credentials(&key);
    assert_eq!(error(oauth::revoke(&world.app, &client(), &token, Some(&own)).await), "unsupported_token_type");
    keys::revoke(&world.app, &ctx, key.key.id, none()).await.unwrap();
    oauth::revoke(&world.app, &client(), &token, None).await.unwrap();
}
