//! Another tenant's id is like a random one: the same answer, and nothing happens (checklist 37).

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
        "customers_update" => json!({"name": "x"}),
        _ => return None,
    })
}

async fn ask(app: &TestApp, route: &crate::route::Route, id: &str, key: &str) -> Received {
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
        Some(body) => request.as_key(key).json(&body).send().await,
        None => request.as_key(key).send().await,
    }
}

#[actix_web::test]
async fn anothers_id_is_like_a_random_one() {
    let app = TestApp::start().await;
    let (_, stranger) = app.tenant("other").await;
    let order = fixtures::order(&app).await;
    let (order_id, customer_id) = (id(&order), order.json()["customer_id"].as_str().unwrap().to_owned());
    let customer = app.get(&format!("/api/v1/customers/{customer_id}")).send().await;

    let mut asked = 0;
    for route in routes().iter().filter(|route| route.path.starts_with("/api/v1/") && route.path.contains("{id}")) {
        let own = if route.path.contains("/orders/") { &order_id } else { &customer_id };
        let foreign = ask(&app, route, own, &stranger).await;
        let random = ask(&app, route, RANDOM_ID, &stranger).await;
        let expected = if route.operation_id == "customers_anonymise" { 403 } else { 404 };
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
    assert_eq!(asked, 15);

    assert_eq!(app.get(&format!("/api/v1/orders/{order_id}")).send().await.bytes, order.bytes);
    assert_eq!(app.get(&format!("/api/v1/customers/{customer_id}")).send().await.bytes, customer.bytes);
    let seen = app.get("/api/v1/orders").as_key(&stranger).send().await.json();
    assert_eq!(seen["data"], json!([]));
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
