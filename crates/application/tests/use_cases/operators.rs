//! Operators: the first, the next, and what their tokens are good for.

use orderbase_application::auth::{self, Caller, Login};
use orderbase_application::operators::{self, AddOperator};
use orderbase_application::testing::{World, client, operator};
use orderbase_application::{Client, Code, Error};
use orderbase_kernel::Email;
use orderbase_tenancy::{Permission, PermissionSet};

use crate::code;

const PASSWORD: &str = "a long walk by the river";

fn wish(email: &str) -> AddOperator {
    AddOperator { email: Email::parse(email).unwrap(), password: PASSWORD.to_owned() }
}

fn login(email: &str, password: &str) -> Login {
    Login { tenant: None, email: email.to_owned(), password: password.to_owned(), scope: None }
}

#[tokio::test]
async fn the_first_operator_is_made_once() {
    let world = World::new();
    assert!(operators::bootstrap(&world.app, wish("ada@example.com")).await.unwrap().is_some());
    assert!(operators::bootstrap(&world.app, wish("eve@example.com")).await.unwrap().is_none());
    let all = operators::list(&world.app, &operator(&world.app)).await.unwrap();
    assert_eq!(all.len(), 1);
    let refused = operators::add(&world.app, &operator(&world.app), wish("ada@example.com")).await;
    assert_eq!(code(refused), Code::UserEmailTaken);
}

#[tokio::test]
async fn a_password_like_the_address_is_refused() {
    let world = World::new();
    let weak = AddOperator { password: "ada@example.com and more".to_owned(), ..wish("ada@example.com") };
    assert_eq!(code(operators::add(&world.app, &operator(&world.app), weak).await), Code::ValidationFailed);
    let short = AddOperator { password: "short".to_owned(), ..wish("ada@example.com") };
    assert_eq!(code(operators::add(&world.app, &operator(&world.app), short).await), Code::ValidationFailed);
}

#[tokio::test]
async fn an_operator_signs_in_from_its_networks_alone_and_gets_no_session() {
    let world = World::new();
    operators::bootstrap(&world.app, wish("ada@example.com")).await.unwrap();
    let tokens = auth::login(&world.app, &client(), login("ada@example.com", PASSWORD)).await.unwrap();
    assert!(tokens.refresh_token.is_none());
    let elsewhere = Client { network: "203.0.113.9".parse().unwrap(), ..client() };
    let refusals = [
        auth::login(&world.app, &elsewhere, login("ada@example.com", PASSWORD)).await,
        auth::login(&world.app, &client(), login("ada@example.com", "wrong")).await,
        auth::login(&world.app, &client(), login("eve@example.com", PASSWORD)).await,
    ];
    for refused in refusals {
        assert!(matches!(refused, Err(Error::InvalidCredentials)));
    }
    assert_eq!(world.passwords.runs(), 5, "one hash each");
    assert!(auth::bearer(&world.app, &tokens.access_token, &elsewhere).await.is_err(), "the token works there no more");
    let Caller::Operator(caller) = auth::bearer(&world.app, &tokens.access_token, &client()).await.unwrap() else {
        panic!("a tenant")
    };
    assert_eq!(caller.permissions, PermissionSet::of(&[Permission::PlatformRead, Permission::PlatformWrite]));
}

#[tokio::test]
async fn tokens_die_with_the_password_and_with_the_operator() {
    let world = World::new();
    let email = Email::parse("ada@example.com").unwrap();
    operators::bootstrap(&world.app, wish("ada@example.com")).await.unwrap();
    let sign_in = async |password: &str| auth::login(&world.app, &client(), login("ada@example.com", password)).await;
    let first = sign_in(PASSWORD).await.unwrap().access_token;
    let new = "another long walk home";
    operators::set_password(&world.app, &operator(&world.app), &email, new).await.unwrap();
    assert!(auth::bearer(&world.app, &first, &client()).await.is_err());
    let second = sign_in(new).await.unwrap().access_token;
    operators::disable(&world.app, &operator(&world.app), &email).await.unwrap();
    assert!(auth::bearer(&world.app, &second, &client()).await.is_err());
    assert!(sign_in(new).await.is_err());
    operators::set_password(&world.app, &operator(&world.app), &email, PASSWORD).await.unwrap();
    assert!(sign_in(PASSWORD).await.is_ok());
}

#[tokio::test]
async fn a_token_that_an_operator_narrowed_does_no_more() {
    let world = World::new();
    operators::bootstrap(&world.app, wish("ada@example.com")).await.unwrap();
    for (asked, granted) in [
        (vec![Permission::PlatformRead], vec![Permission::PlatformRead]),
        // Nobody gets more than an operator has.
        (vec![Permission::PlatformRead, Permission::OrdersRead], vec![Permission::PlatformRead]),
        (vec![Permission::OrdersRead], vec![]),
    ] {
        let wish = Login { scope: Some(PermissionSet::of(&asked)), ..login("ada@example.com", PASSWORD) };
        let tokens = auth::login(&world.app, &client(), wish).await.unwrap();
        let caller = auth::bearer(&world.app, &tokens.access_token, &client()).await.unwrap();
        let Caller::Operator(caller) = caller else { panic!("a tenant") };
        assert_eq!((caller.permissions, tokens.scope), (PermissionSet::of(&granted), PermissionSet::of(&granted)));
    }
}
