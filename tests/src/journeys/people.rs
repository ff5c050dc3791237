//! People: invited, joined, at work, and out again. What they may follows their role, and ends when they do.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use super::steps::{customer, order_body, text};
use crate::client::{Answer, Client};
use crate::house::{House, Served};

/// How long a revocation may take to be heard of (security.md §1; reliability.md 32).
const HEARD_MAX: Duration = Duration::from_secs(5);

/// A session of somebody.
#[derive(Clone, Debug)]
pub struct Session {
    /// A caller with the access token.
    pub client: Client,
    /// Opens the next access token.
    pub refresh_token: String,
    /// What the client sends.
    pub access_token: String,
}

/// Signs somebody in.
pub async fn sign_in(client: &Client, tenant: Option<&str>, email: &str, password: &str) -> Session {
    let answer = login(client, tenant, email, password).await.expect(200).json();
    let access_token = text(&answer["access_token"]);
    let refresh_token = answer["refresh_token"].as_str().unwrap_or_default().to_owned();
    Session { client: client.with_token(&access_token), refresh_token, access_token }
}

/// Tries to.
pub async fn login(client: &Client, tenant: Option<&str>, email: &str, password: &str) -> Answer {
    let mut body = json!({"email": email, "password": password});
    if let Some(slug) = tenant {
        body["tenant"] = slug.into();
    }
    client.post("/api/v1/auth/login", &body).await
}

/// Exchanges a refresh token.
pub async fn refresh(client: &Client, token: &str) -> Answer {
    client.post("/api/v1/auth/refresh", &json!({"refresh_token": token})).await
}

/// Invites somebody, who joins with the password.
pub async fn join(served: &Served, owner: &Client, email: &str, role: &str, password: &str) -> String {
    let invited = owner.post("/api/v1/invitations", &json!({"email": email, "role": role})).await.expect(201).json();
    let accept = json!({"token": invited["token"], "name": "Grace Hopper", "password": password});
    let joined = served.client.post("/api/v1/auth/invitations/accept", &accept).await.expect(201).json();
    text(&joined["id"])
}

/// Asks until that status is answered. To be called as soon as a command is answered: fails the test when what is asked longer after that
/// than it may take gets another answer still.
pub async fn heard(status: u16, ask: impl AsyncFn() -> Answer) -> Answer {
    let told = Instant::now();
    loop {
        let asked = told.elapsed();
        let answer = ask().await;
        if answer.status == status {
            return answer;
        }
        assert!(asked < HEARD_MAX, "no {status} after {asked:?}: {} {}", answer.status, answer.text());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until the caller is refused as somebody unknown. Fails the test when that takes longer than it may.
pub async fn is_out(caller: &Client) {
    heard(401, async || caller.get("/api/v1/me").await).await;
}

/// An owner invites a member, who works, is lowered, and is put out; the audit log tells it all.
pub async fn somebody_joins_works_and_leaves(house: &House) {
    let password = house.person(Some("acme"), "owner@acme.example", "owner");
    let served = house.serve();
    let owner = sign_in(&served.client, Some("acme"), "owner@acme.example", &password).await.client;
    let id = join(&served, &owner, "grace@acme.example", "member", "a long walk by the river").await;
    let grace = sign_in(&served.client, Some("acme"), "grace@acme.example", "a long walk by the river").await;

    let ada = customer(&grace.client, "Ada").await;
    grace.client.post("/api/v1/orders", &order_body(&ada)).await.expect(201);
    let refused = grace.client.post("/api/v1/api-keys", &json!({"name": "x", "scopes": ["orders:read"]})).await;
    assert_eq!((refused.status, refused.problem()), (403, "permission_denied".to_owned()));

    let user = owner.get(&format!("/api/v1/users/{id}")).await.expect(200);
    let lowered = json!({"role": "viewer"});
    owner.patch(&format!("/api/v1/users/{id}"), user.header("etag"), &lowered).await.expect(200);
    heard(403, async || grace.client.post("/api/v1/customers", &json!({"name": "Bo"})).await).await;
    owner.call(Method::POST, &format!("/api/v1/users/{id}/disable")).send().await.expect(200);
    is_out(&grace.client).await;
    assert_eq!(refresh(&served.client, &grace.refresh_token).await.expect(401).problem(), "invalid_credentials");

    let log = owner.get("/api/v1/audit?limit=100").await.expect(200).json();
    let actions: Vec<&str> = log["data"].as_array().unwrap().iter().filter_map(|row| row["action"].as_str()).collect();
    for action in ["user.disabled", "user.updated", "order.created", "auth.signed_in", "user.joined", "user.invited"] {
        assert!(actions.contains(&action), "{action} is not in {actions:?}");
    }
    assert_eq!(grace_of(&log), 0, "no e-mail in the audit log");
}

fn grace_of(log: &Value) -> usize {
    log.to_string().matches("grace@acme.example").count()
}

/// A stranger learns nothing from a refusal: all are the same bytes but for the request's id.
pub async fn refusals_to_sign_in_are_alike(house: &House) {
    let password = house.person(Some("acme"), "owner@acme.example", "owner");
    let served = house.serve();
    let attempts = [
        (Some("acme"), "owner@acme.example", "not the password"),
        (Some("acme"), "nobody@acme.example", password.as_str()),
        (Some("nowhere"), "owner@acme.example", password.as_str()),
        (Some("borealis"), "owner@acme.example", password.as_str()),
        (None, "owner@acme.example", password.as_str()),
    ];
    let mut seen = Vec::new();
    for (tenant, email, password) in attempts {
        let answer = login(&served.client, tenant, email, password).await.expect(401);
        let mut body = answer.json();
        body["request_id"] = Value::Null;
        seen.push((body.to_string(), answer.header("www-authenticate").to_owned()));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
}

/// Whoever guesses is throttled, and the owner gets in from where it got in before.
pub async fn guessing_is_throttled(house: &House) {
    let password = house.person(Some("acme"), "owner@acme.example", "owner");
    let served = house.serve();
    sign_in(&served.client, Some("acme"), "owner@acme.example", &password).await;
    let mut refused = None;
    for _ in 0..20 {
        let answer = login(&served.client, Some("acme"), "owner@acme.example", "a wrong password").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status, 401);
    }
    let refused = refused.expect("twenty guesses in a row are too many");
    assert_eq!(refused.problem(), "rate_limited");
    let wait: u64 = refused.header("retry-after").parse().expect("whole seconds");
    assert!((1..=3_600).contains(&wait), "{wait}");
}

/// Of twenty refreshes of one token at most two are answered, and at most one token lives.
pub async fn one_refresh_token_makes_no_two_families(house: &House) {
    let password = house.person(Some("acme"), "owner@acme.example", "owner");
    let served = house.serve();
    let session = sign_in(&served.client, Some("acme"), "owner@acme.example", &password).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (client, token) = (served.client.clone(), session.refresh_token.clone());
        tasks.spawn(async move { refresh(&client, &token).await });
    }
    let good: Vec<Answer> = tasks.join_all().await.into_iter().filter(|answer| answer.status == 200).collect();
    assert!(good.len() <= 2, "{}", good.len());
    let mut usable = 0;
    for answer in &good {
        usable += usize::from(refresh(&served.client, &text(&answer.json()["refresh_token"])).await.status == 200);
    }
    assert!(usable <= 1);
}

/// An operator signs in without tenant, suspends and activates one; its keys hear of it in time.
pub async fn an_operator_suspends_and_activates(house: &House) {
    let password = house.person(None, "operator@example.com", "");
    let served = house.serve();
    let ada = customer(&served.acme, "Ada").await;
    let operator = sign_in(&served.client, None, "operator@example.com", &password).await.client;
    assert_eq!(operator.get("/api/v1/orders").await.expect(403).problem(), "permission_denied");
    assert_eq!(served.acme.get("/api/v1/platform/tenants").await.expect(403).problem(), "permission_denied");

    let tenants = operator.get("/api/v1/platform/tenants").await.expect(200).json();
    let acme = tenants["data"].as_array().unwrap().iter().find(|tenant| tenant["slug"] == "acme").unwrap();
    let path = |act: &str| format!("/api/v1/platform/tenants/{}/{act}", text(&acme["id"]));
    operator.post(&path("suspend"), &json!({"reason": "unpaid"})).await.expect(200);
    let order = async || served.acme.post("/api/v1/orders", &order_body(&ada)).await;
    assert_eq!(heard(403, &order).await.problem(), "tenant_suspended");
    served.acme.get("/api/v1/orders").await.expect(200);
    operator.post(&path("activate"), &json!({"reason": "paid"})).await.expect(200);
    heard(201, &order).await;
}

/// A client gets a token for its key, uses it, asks about it, and revoking the key ends it.
pub async fn a_client_works_with_tokens(house: &House) {
    let password = house.person(Some("acme"), "owner@acme.example", "owner");
    let served = house.serve();
    let owner = sign_in(&served.client, Some("acme"), "owner@acme.example", &password).await.client;
    let wish = json!({"name": "client", "scopes": ["orders:read", "customers:read"]});
    let key = owner.post("/api/v1/api-keys", &wish).await.expect(201).json();
    let (id, secret) = (text(&key["id"]), text(&key["key"]));
    let ask = |fields: Vec<(&'static str, String)>| {
        let client = served.client.clone();
        async move {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            client.call(Method::POST, "/oauth/token").form(&fields).send().await
        }
    };
    let granted = ask(vec![
        ("grant_type", "client_credentials".into()),
        ("client_id", id.clone()),
        ("client_secret", secret.clone()),
        ("scope", "orders:read".into()),
    ])
    .await
    .expect(200);
    assert_eq!(granted.header("cache-control"), "no-store");
    let token = text(&granted.json()["access_token"]);
    let client = served.client.with_token(&token);
    client.get("/api/v1/orders").await.expect(200);
    client.get("/api/v1/customers").await.expect(403);
    let wrong = ask(vec![
        ("grant_type", "client_credentials".into()),
        ("client_id", id.clone()),
        ("client_secret", "wrong".into()),
    ])
    .await
    .expect(401);
    assert_eq!(wrong.json()["error"], "invalid_client");

    owner.call(Method::POST, &format!("/api/v1/api-keys/{id}/revoke")).send().await.expect(200);
    is_out(&client).await;
    is_out(&served.client.with_key(&secret)).await;
}
