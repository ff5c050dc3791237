//! Two tenants with the same e-mails, references and words: whatever one does, nothing of the other shows or changes.

use reqwest::Method;
use serde_json::{Value, json};

use super::people::{join, sign_in};
use super::steps::{customer, order_body, text, timeline, transition};
use crate::client::{Answer, Client};
use crate::house::House;

/// Stands in everything that is the twin's, and nowhere else.
pub const CANARY: &str = "zephyrine";

/// Walks a journey beside a tenant with the same references and e-mails: nothing of it is shown to `acme`, and nothing of it changes.
pub async fn beside<F: AsyncFnOnce(&House)>(house: &House, walk: F) {
    let before = {
        let served = house.serve();
        stock(&served.twin).await;
        goods(&served.twin).await
    };
    walk(house).await;
    assert_eq!(goods(&house.serve().twin).await, before, "something of another tenant changed");
}

/// As `acme` walks through everything there is, its twin `borealis` neither shows nor changes.
pub async fn nothing_of_a_twin_shows_or_changes(house: &House) {
    let (acmes, twins) = (
        house.person(Some("acme"), "owner@example.com", "owner"),
        house.person(Some("borealis"), "owner@example.com", "owner"),
    );
    let served = house.serve();
    let owner = sign_in(&served.client, Some("acme"), "owner@example.com", &acmes).await.client;
    let twin = sign_in(&served.client, Some("borealis"), "owner@example.com", &twins).await.client;
    furnish(&twin).await;
    let before = everything(&twin).await;

    let mut seen = Seen::default();
    let ada = seen.of(owner.post("/api/v1/customers", &person("Ada")).await.expect(201));
    let order = seen.of(owner.post("/api/v1/orders", &wish(&text(&ada["id"]), "ref-1")).await.expect(201));
    let id = text(&order["id"]);
    for step in ["confirm", "process", "complete"] {
        seen.of(transition(&owner, &id, step).await.expect(200));
    }
    timeline(&owner, &id).await;
    join(&served, &owner, "grace@example.com", "member", "a long walk by the river").await;
    let key =
        seen.of(owner.post("/api/v1/api-keys", &json!({"name": "ci", "scopes": ["orders:read"]})).await.expect(201));
    seen.of(owner
        .call(Method::POST, &format!("/api/v1/api-keys/{}/revoke", text(&key["id"])))
        .send()
        .await
        .expect(200));
    // Each list, and each thing of the twin by its own id.
    for path in LISTS {
        seen.of(owner.get(path).await.expect(200));
    }
    for row in before.iter().flat_map(|(_, list)| list["data"].as_array().cloned().unwrap_or_default()) {
        let Some(foreign) = row["id"].as_str() else { continue };
        for kind in ["orders", "customers", "users", "api-keys", "invitations", "audit"] {
            seen.of(owner.get(&format!("/api/v1/{kind}/{foreign}")).await.expect(404));
        }
        seen.of(transition(&owner, foreign, "confirm").await.expect(404));
        seen.of(owner.patch(&format!("/api/v1/customers/{foreign}"), "*", &json!({"name": "x"})).await.expect(404));
    }
    for query in ["orders?external_reference=ref-2", "customers?email=eve@example.com"] {
        assert_eq!(seen.of(owner.get(&format!("/api/v1/{query}")).await.expect(200))["data"], json!([]), "{query}");
    }

    assert!(!seen.text.contains(CANARY), "something of the twin was shown");
    assert_eq!(everything(&twin).await, before, "something of the twin changed");
}

/// What `acme` was answered.
#[derive(Default)]
struct Seen {
    text: String,
}

impl Seen {
    fn of(&mut self, answer: Answer) -> Value {
        self.text.push_str(&answer.text());
        answer.json()
    }
}

fn person(name: &str) -> Value {
    json!({"name": name, "email": "ada@example.com", "external_reference": "ada"})
}

fn wish(customer: &str, reference: &str) -> Value {
    let mut body = order_body(customer);
    body["external_reference"] = reference.into();
    body
}

/// The same e-mails and references as the other's, and the canary: what a key may make.
async fn stock(twin: &Client) {
    let ada = text(&twin.post("/api/v1/customers", &person(CANARY)).await.expect(201).json()["id"]);
    let eve = json!({"name": CANARY, "email": "eve@example.com"});
    twin.post("/api/v1/customers", &eve).await.expect(201);
    for reference in ["ref-1", "ref-2"] {
        let mut body = wish(&ada, reference);
        body["metadata"] = json!({"mark": CANARY});
        let id = text(&twin.post("/api/v1/orders", &body).await.expect(201).json()["id"]);
        twin.post(&format!("/api/v1/orders/{id}/notes"), &json!({"text": CANARY})).await.expect(201);
    }
    customer(twin, CANARY).await;
}

/// That, and what an owner may make.
async fn furnish(twin: &Client) {
    stock(twin).await;
    twin.post("/api/v1/invitations", &json!({"email": "grace@example.com", "role": "viewer"})).await.expect(201);
    twin.post("/api/v1/api-keys", &json!({"name": CANARY, "scopes": ["orders:read"]})).await.expect(201);
}

const LISTS: [&str; 6] = [
    "/api/v1/orders?limit=100",
    "/api/v1/customers?limit=100",
    "/api/v1/users?limit=100",
    "/api/v1/invitations?limit=100",
    "/api/v1/api-keys",
    "/api/v1/audit?limit=100",
];

/// What a key may read.
async fn goods(twin: &Client) -> Vec<Value> {
    let mut all = Vec::new();
    for path in ["/api/v1/orders?limit=100", "/api/v1/customers?limit=100", "/api/v1/tenant"] {
        all.push(twin.get(path).await.expect(200).json());
    }
    let orders = all.first().map(|page| page["data"].clone()).unwrap_or_default();
    for order in orders.as_array().into_iter().flatten() {
        all.push(twin.get(&format!("/api/v1/orders/{}/events", text(&order["id"]))).await.expect(200).json());
    }
    all
}

async fn everything(twin: &Client) -> Vec<(&'static str, Value)> {
    let mut all = Vec::new();
    for path in LISTS {
        all.push((path, twin.get(path).await.expect(200).json()));
    }
    all.push(("/api/v1/tenant", twin.get("/api/v1/tenant").await.expect(200).json()));
    all
}
