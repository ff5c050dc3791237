//! Another tenant's id is like a random one: the same answer, and nothing happens (checklist 37).

use orderbase_application::testing::{ctx, invited, key_as, user, wish_key};
use orderbase_kernel::Email;
use orderbase_tenancy::{Permission, Role};
use serde_json::{Value, json};

use crate::route::{Verb, routes};
use crate::testing::{Received, TestApp};
use crate::v1::fixtures::{self, RANDOM_ID, id};

/// A body that the operation takes.
fn body(operation: &str) -> Option<Value> {
    Some(match operation {
        "orders_update" => json!({"external_reference": "x"}),
        "orders_replace_items" => json!({"items": [{"product_id": "p", "quantity": 1, "unit_price": "1"}]}),
        "orders_cancel" => json!({"reason": "other"}),
        "orders_notes" => json!({"text": "x"}),
        "customers_update" | "users_update" | "api_keys_update" => json!({"name": "x"}),
        of_the_platform if of_the_platform.starts_with("platform_") => json!({"reason": "x"}),
        _ => return None,
    })
}

async fn ask(app: &TestApp, route: &crate::route::Route, id: &str, token: &str) -> Received {
    let path = route.path.replace("{id}", id).replace("{sequence}", "1");
    let request = match route.verb {
        Verb::Get => app.get(&path),
        Verb::Post => app.post(&path),
        Verb::Put => app.put(&path),
        Verb::Patch => app.patch(&path),
        Verb::Delete => app.delete(&path),
    };
    let request = if route.flags.if_match_required { request.if_match("*") } else { request };
    match body(&route.operation_id) {
        Some(body) if route.verb != Verb::Get => request.as_bearer(token).json(&body).send().await,
        _ => request.as_bearer(token).send().await,
    }
}

/// One of everything in another tenant, each with its path before the id.
async fn stock_of_another(app: &TestApp) -> Vec<(&'static str, String)> {
    let world = &app.world.app;
    let (other, key) = app.tenant("other").await;
    let customer = app.post("/api/v1/customers").as_key(&key).json(&json!({"name": "Ada"})).send().await;
    let order = app.post("/api/v1/orders").as_key(&key).json(&fixtures::wish(&id(&customer))).send().await;
    let entry = app.get("/api/v1/audit?limit=1").as_key(&key).send().await.json();
    let anybody = ctx(world, &other);
    let person = user(world, &anybody, Role::Member).await;
    let eve = invited(world, &anybody, &Email::parse("eve@example.com").unwrap(), Role::Viewer).await;
    let another_key = key_as(world, &anybody, wish_key(&[Permission::OrdersRead])).await;
    vec![
        ("/api/v1/orders/", id(&order)),
        ("/api/v1/customers/", id(&customer)),
        ("/api/v1/users/", person.user_id().unwrap().to_string()),
        ("/api/v1/invitations/", eve.user.id().to_string()),
        ("/api/v1/api-keys/", another_key.key.id.to_string()),
        ("/api/v1/audit/", entry["data"][0]["id"].as_str().unwrap().to_owned()),
        ("/api/v1/me/sessions/", person.session.unwrap().to_string()),
        ("/api/v1/platform/tenants/", other.id().to_string()),
    ]
}

#[actix_web::test]
async fn anothers_id_is_like_a_random_one() {
    let app = TestApp::start().await;
    let stock = stock_of_another(&app).await;
    let owner = app.sign_in(Role::Owner).await.access_token;
    let operator = app.operator().await;
    let log_of_another = format!("/api/v1/platform/audit?tenant={}&limit=100", stock.last().unwrap().1);
    let before = app.get(&log_of_another).as_bearer(&operator).from("127.0.0.1:4000").send().await.json();

    let mut asked = 0;
    for route in routes().iter().filter(|route| route.path.starts_with("/api/v1/") && route.path.contains("{id}")) {
        let (place, theirs) = stock.iter().find(|(place, _)| route.path.starts_with(place)).unwrap();
        let foreign = ask(&app, route, theirs, &owner).await;
        let random = ask(&app, route, RANDOM_ID, &owner).await;
        // An owner holds every permission but those of the platform.
        let expected = if place.contains("/platform/") { 403 } else { 404 };
        assert_eq!((foreign.status.as_u16(), random.status.as_u16()), (expected, expected), "{route}: {foreign:?}");
        assert_eq!(fixtures::anonymous(&foreign), fixtures::anonymous(&random), "{route}");
        let names = |answer: &Received| {
            let mut names: Vec<_> = answer.headers.keys().map(|name| name.to_string()).collect();
            names.sort();
            names
        };
        assert_eq!(names(&foreign), names(&random), "{route}");
        asked += 1;
    }
    assert_eq!(asked, 38);

    let log = || app.get(&log_of_another).as_bearer(&operator).from("127.0.0.1:4000").send();
    assert_eq!(log().await.json(), before, "nothing happened");
    for list in ["orders", "customers", "invitations"] {
        let seen = app.get(&format!("/api/v1/{list}")).as_bearer(&owner).send().await.json();
        assert_eq!(seen["data"], json!([]), "{list}");
    }
}

#[actix_web::test]
async fn a_tenant_cannot_be_named() {
    let app = TestApp::start().await;
    let (other, _) = app.tenant("other").await;
    let customer = fixtures::customer(&app).await;
    let named = fixtures::with(&fixtures::wish(&customer), "/tenant_id", json!(other.id().to_string()));
    assert_eq!(app.post("/api/v1/orders").json(&named).send().await.faults(), ["#/tenant_id unknown_field"]);
    let queried = app.get(&format!("/api/v1/orders?tenant_id={}", other.id())).send().await;
    assert_eq!(queried.problem(), "unknown_parameter");
    let header = app.get("/api/v1/tenant").header("x-tenant-id", other.id().to_string()).send().await;
    assert_eq!(header.json()["slug"], "acme");
}
