//! Orders in version 2: another form of the same thing, and never mistaken for the first one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use orderbase_application::Scope;
use orderbase_application::ports::{CustomerQueries, StorageError};
use orderbase_application::views::{CustomerFilter, CustomerQuery, CustomerView, Page};
use orderbase_kernel::{CustomerId, ExternalReference, OrderId};
use orderbase_tenancy::{Permission, Role};
use serde_json::{Value, json};

use crate::options::HttpOptions;
use crate::testing::{Received, TestApp};
use crate::v1::fixtures::{self, RANDOM_ID, id, with};

const ORDERS: &str = "/api/v2/orders";

fn money(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

/// The wish of `fixtures::wish` in version 2.
fn wish(customer: &str) -> Value {
    json!({"customer_id": customer, "items": [{"product_id": "sku-1", "quantity": 3, "unit_price": {"amount": "19.99", "currency": "usd"}}]})
}

async fn placed(app: &TestApp) -> (String, Received) {
    let customer = fixtures::customer(app).await;
    let answer = app.post(ORDERS).json(&wish(&customer)).send().await;
    assert_eq!(answer.status, 201, "{answer:?}");
    (customer, answer)
}

#[actix_web::test]
async fn an_order_has_amounts_with_currencies_and_its_customer() {
    let app = TestApp::start().await;
    let body = json!({"name": "Ada", "email": "ada@example.com"});
    let customer = id(&app.post("/api/v2/customers").json(&body).send().await);
    let answer = app.post(ORDERS).json(&with(&wish(&customer), "/external_reference", json!("web-1"))).send().await;
    let order = answer.json();
    let expected = json!({
        "id": order["id"], "number": 1001, "display_number": "1001",
        "customer": {"id": customer, "name": "Ada", "email": "ada@example.com", "status": "active"},
        "status": "pending", "total": money("59.97"), "item_count": 1, "external_reference": "web-1", "metadata": {},
        "items": [{"id": order["items"][0]["id"], "product_id": "sku-1", "quantity": 3, "unit_price": money("19.99"), "line_total": money("59.97")}],
        "allowed_transitions": ["confirm", "cancel"], "business_date": "2026-01-15",
        "created_at": "2026-01-15T12:00:00.000Z", "updated_at": "2026-01-15T12:00:00.000Z", "version": 1
    });
    assert_eq!((answer.status.as_u16(), &order), (201, &expected));
    assert_eq!((answer.header("etag"), answer.header("api-version")), ("\"1-2c1\"", "2"));
    let path = format!("{ORDERS}/{}", id(&answer));
    assert_eq!(answer.header("location"), path);
    assert_eq!(app.get(&path).send().await.bytes, answer.bytes);
    let list = app.get(ORDERS).send().await;
    assert_eq!(list.json(), json!({"data": [expected], "next_cursor": null, "has_more": false}));

    let first = app.get(&path.replace("v2", "v1")).send().await.json();
    assert_eq!(
        (&first["customer_id"], &first["total_amount"], &first["currency"]),
        (&json!(customer), &json!("59.97"), &json!("USD"))
    );
    assert!(first.get("customer").is_none() && first.get("total").is_none(), "{first}");
}

#[actix_web::test]
async fn every_command_answers_in_the_form_that_a_read_has() {
    let app = TestApp::start().await;
    let (customer, order) = placed(&app).await;
    let path = format!("{ORDERS}/{}", id(&order));
    app.post(&format!("/api/v2/customers/{customer}/deactivate")).send().await;
    app.post(&format!("/api/v2/customers/{customer}/reactivate")).send().await;
    let items = json!({"items": [{"product_id": "sku-2", "quantity": 2, "unit_price": money("0.01")}]});
    let steps = [
        app.put(&format!("{path}/items")).if_match("\"1-2c1\"").json(&items),
        app.patch(&path).if_match("\"2-2c3\"").json(&json!({"metadata": {"a": 1}})),
        app.post(&format!("{path}/confirm")),
        app.post(&format!("{path}/process")),
        app.post(&format!("{path}/complete")),
    ];
    for (step, request) in steps.into_iter().enumerate() {
        let (answer, read) = (request.send().await, app.get(&path).send().await);
        assert_eq!((answer.status.as_u16(), &answer.bytes), (200, &read.bytes), "step {step}");
        let tag = format!("\"{}-2c3\"", step + 2);
        assert_eq!((answer.header("etag"), read.header("etag")), (tag.as_str(), tag.as_str()), "step {step}");
        assert_eq!(answer.json()["total"], money("0.02"));
    }
    let (_, other) = placed(&app).await;
    let cancel =
        app.post(&format!("{}/cancel", other.header("location"))).json(&json!({"reason": "staff"})).send().await;
    assert_eq!(
        (&cancel.json()["cancel"], &cancel.json()["customer"]["name"]),
        (&json!({"reason": "staff"}), &json!("Ada"))
    );
}

/// A read, a list and a command by path, header and parameter.
#[actix_web::test]
async fn three_ways_give_the_same_bytes() {
    let app = TestApp::start().await;
    let (customer, first) = placed(&app).await;
    placed(&app).await;
    for version in ["1", "2"] {
        let ways = |path: &str| {
            [
                (format!("/api/v{version}{path}"), None),
                (format!("/api{path}"), Some(version)),
                (format!("/api{path}{}api-version={version}", if path.contains('?') { '&' } else { '?' }), None),
            ]
        };
        let mut cursors = Vec::new();
        for path in [format!("/orders/{}", id(&first)), "/orders?limit=1&status=pending".to_owned()] {
            let mut answers = Vec::new();
            for (path, header) in ways(&path) {
                let request = app.get(&path);
                answers.push(
                    header.iter().fold(request, |request, value| request.header("api-version", value)).send().await,
                );
            }
            assert!(answers.iter().all(|one| one.status == 200 && one.bytes == answers[0].bytes), "{answers:#?}");
            for header in ["etag", "link", "api-version"] {
                assert!(answers.iter().all(|one| one.header(header) == answers[0].header(header)), "{header}");
            }
            cursors.push(answers[0].json()["next_cursor"].clone());
        }
        // A page that was begun in one way goes on in the others.
        let cursor = cursors[1].as_str().unwrap();
        for (path, header) in ways(&format!("/orders?status=pending&cursor={cursor}")) {
            let request = header.iter().fold(app.get(&path), |request, value| request.header("api-version", value));
            let page = request.send().await;
            assert_eq!((id_of_only(&page), page.json()["has_more"].as_bool()), (id(&first), Some(false)), "{path}");
        }
        // A command that was sent in one way is the same in the others.
        let body = if version == "1" { fixtures::wish(&customer) } else { wish(&customer) };
        let mut answers = Vec::new();
        for (path, header) in ways("/orders") {
            let request = app.post(&path).key(&format!("k{version}")).json(&body);
            answers
                .push(header.iter().fold(request, |request, value| request.header("api-version", value)).send().await);
        }
        let replayed: Vec<_> = answers.iter().map(|one| one.header("idempotent-replayed")).collect();
        assert_eq!(replayed, ["", "true", "true"]);
        for one in &answers {
            assert_eq!((one.status.as_u16(), &one.bytes), (201, &answers[0].bytes));
            assert_eq!(one.header("location"), format!("/api/v{version}/orders/{}", id(one)));
            assert_eq!(one.header("etag"), if version == "1" { "\"1\"" } else { "\"1-2c1\"" });
        }
        app.post(&format!("/api/orders/{}/cancel", id(&answers[0]))).json(&json!({"reason": "other"})).send().await;
    }
}

fn id_of_only(page: &Received) -> String {
    let page = page.json();
    assert_eq!(page["data"].as_array().map(Vec::len), Some(1), "{page}");
    page["data"][0]["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn no_tag_stands_for_two_forms() {
    let app = TestApp::start().await;
    let (customer, order) = placed(&app).await;
    let paths = [
        "/api/v1/orders/ID",
        "/api/v1/orders/ID?expand=customer",
        "/api/v2/orders/ID",
        "/api/v1/customers/CID",
        "/api/v2/customers/CID",
    ]
    .map(|path| path.replace("CID", &customer).replace("ID", &id(&order)));
    let tags = ["\"1\"", "\"1-c1\"", "\"1-2c1\"", "\"1\"", "\"1-2\""];
    for (path, own) in paths.iter().zip(tags) {
        assert_eq!(app.get(path).send().await.header("etag"), own, "{path}");
        for tag in ["\"1\"", "\"1-c1\"", "\"1-2c1\"", "\"1-2\""] {
            let answer = app.get(path).if_none_match(tag).send().await;
            assert_eq!(answer.status.as_u16(), if tag == own { 304 } else { 200 }, "{path} {tag}");
        }
    }
    let expanded = app.get(&format!("{}?expand=customer", paths[2])).send().await;
    assert_eq!((&expanded.bytes, expanded.header("etag")), (&order.bytes, "\"1-2c1\""), "without effect");
    // The customer's name is part of the bytes, so its version is part of the tag.
    app.patch(&paths[4]).if_match("\"1-2\"").json(&json!({"name": "Eve"})).send().await;
    let renamed = app.get(&paths[2]).if_none_match("\"1-2c1\"").send().await;
    assert_eq!((renamed.status.as_u16(), renamed.header("etag")), (200, "\"1-2c2\""));
    assert_eq!(renamed.json()["customer"]["name"], "Eve");

    let update = |tag: &str| app.patch(&paths[2]).if_match(tag).json(&json!({"metadata": {"a": 1}}));
    let stale = update("\"7-2c2\"").send().await;
    assert_eq!((stale.problem().as_str(), stale.header("etag")), ("version_conflict", "\"1-2c2\""));
    assert_eq!(update("W/\"1-2c2\"").send().await.problem(), "version_conflict");
    // What is compared is the order's version, whatever form it was read in.
    assert_eq!(update("\"1-2c1\"").send().await.status, 200);
    assert_eq!(update("\"2\"").send().await.status, 200);
}

#[actix_web::test]
async fn a_key_of_one_version_is_used_in_another() {
    let app = TestApp::start().await;
    let (_, order) = placed(&app).await;
    let confirm = |version: &str| app.post(&format!("/api/v{version}/orders/{}/confirm", id(&order))).key("k").send();
    let first = confirm("2").await;
    assert_eq!((first.status.as_u16(), first.header("etag")), (200, "\"2-2c1\""));
    let other = confirm("1").await;
    assert_eq!((other.status.as_u16(), other.problem().as_str()), (422, "idempotency_key_reused"));
    let again = confirm("2").await;
    assert_eq!(
        (&again.bytes, again.header("etag"), again.header("idempotent-replayed")),
        (&first.bytes, "\"2-2c1\"", "true")
    );
}

#[actix_web::test]
async fn prices_are_objects_and_have_one_currency() {
    let app = TestApp::start().await;
    let customer = fixtures::customer(&app).await;
    let price = "/items/0/unit_price";
    let cases = vec![
        ("/items/0/unit_price/amount", json!("0.01"), None),
        ("/items/0/unit_price/amount", json!("0"), Some("out_of_range")),
        ("/items/0/unit_price/amount", json!("1.001"), Some("amount_precision")),
        ("/items/0/unit_price/amount", json!("-1"), Some("pattern")),
        ("/items/0/unit_price/amount", json!(19.99), Some("type")),
        ("/items/0/unit_price/amount", json!(null), Some("null_not_allowed")),
        ("/items/0/unit_price/currency", json!("AED"), None),
        ("/items/0/unit_price/currency", json!("JPY"), Some("currency_not_supported")),
        ("/items/0/unit_price/currency", json!(null), Some("null_not_allowed")),
        ("/items/0/unit_price/tax", json!("1"), Some("unknown_field")),
        (price, json!("19.99"), Some("type")),
        (price, json!(["19.99", "USD"]), Some("type")),
        ("/items", json!([]), Some("too_few")),
        ("/currency", json!("USD"), Some("unknown_field")),
    ];
    fixtures::judge(&app, ORDERS, &wish(&customer), cases).await;
    let both = with(&wish(&customer), price, json!({"amount": "x", "currency": "y"}));
    let faults = app.post(ORDERS).json(&both).send().await.faults();
    assert_eq!(faults, ["#/items/0/unit_price/currency currency_not_supported", "#/items/0/unit_price/amount pattern"]);
    let missing = with(&wish(&customer), price, json!({"amount": "1"}));
    assert_eq!(app.post(ORDERS).json(&missing).send().await.faults(), ["#/items/0/unit_price/currency required"]);

    let item =
        |currency: &str| json!({"product_id": "p", "quantity": 1, "unit_price": {"amount": "1", "currency": currency}});
    let mixed = json!([item("USD"), item("usd"), item("EUR")]);
    let refused = app.post(ORDERS).json(&with(&wish(&customer), "/items", mixed.clone())).send().await;
    assert_eq!((refused.status.as_u16(), refused.problem().as_str()), (422, "currency_mismatch"));
    assert_eq!(refused.faults(), ["#/items/2/unit_price not_one_of"]);
    let path = format!("{ORDERS}/{}/items", id(&app.post(ORDERS).json(&wish(&customer)).send().await));
    for (items, index) in [(mixed, 2), (json!([item("EUR")]), 0)] {
        let refused = app.put(&path).if_match("*").json(&json!({"items": items})).send().await;
        assert_eq!((refused.status.as_u16(), refused.problem().as_str()), (422, "currency_mismatch"));
        assert_eq!(refused.faults(), [format!("#/items/{index}/unit_price not_one_of")]);
    }
}

/// The fault points into the body that was sent: version 2 has no `currency` of its own.
#[actix_web::test]
async fn a_currency_that_the_tenant_does_not_allow_is_told_where_it_stands() {
    let app = TestApp::start().await;
    let owner = app.sign_in(Role::Owner).await;
    let settings = json!({"settings": {"allowed_currencies": ["EUR"], "default_currency": "EUR"}});
    let narrowed =
        app.patch("/api/v2/tenant").as_bearer(&owner.access_token).if_match("*").json(&settings).send().await;
    assert_eq!(narrowed.status, 200, "{narrowed:?}");
    let customer = fixtures::customer(&app).await;
    let first = app.post("/api/v1/orders").json(&fixtures::wish(&customer)).send().await;
    assert_eq!(first.faults(), ["#/currency currency_not_supported"]);
    let second = app.post(ORDERS).json(&wish(&customer)).send().await;
    assert_eq!(second.faults(), ["#/items/0/unit_price/currency currency_not_supported"]);
}

#[actix_web::test]
async fn what_is_not_there_is_refused_alike_in_both() {
    let app = TestApp::start().await;
    let unknown = app.post(ORDERS).json(&wish(RANDOM_ID)).send().await;
    assert_eq!((unknown.status.as_u16(), unknown.problem().as_str()), (404, "customer_not_found"));
    for (path, code) in [("confirm", "order_not_found"), ("process", "order_not_found")] {
        let answer = app.post(&format!("{ORDERS}/{RANDOM_ID}/{path}")).send().await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (404, code));
    }
    // The key is tried before anything is looked for.
    let (_, order) = placed(&app).await;
    app.post(&format!("{}/confirm", order.header("location"))).key("k").send().await;
    let reused = app.post(&format!("{ORDERS}/{RANDOM_ID}/confirm")).key("k").send().await;
    assert_eq!(reused.problem(), "idempotency_key_reused");
}

/// Version 2 shows the customer, so who may not see customers is not served by it; version 1 serves him as before.
#[actix_web::test]
async fn who_may_not_see_customers_is_told_so_and_nothing_happens() {
    let app = TestApp::start().await;
    let (customer, order) = placed(&app).await;
    let all = [Permission::OrdersRead, Permission::OrdersWrite, Permission::OrdersProcess, Permission::OrdersCancel];
    let narrow = app.key_with(&all).await;
    let path = format!("{ORDERS}/{}", id(&order));
    for request in [
        app.get(&path),
        app.get(ORDERS),
        app.post(ORDERS).json(&wish(&customer)).key("k"),
        app.post(&format!("{path}/confirm")).key("k"),
        app.post(&format!("{path}/cancel")).json(&json!({"reason": "staff"})),
        app.patch(&path).if_match("*").json(&json!({"metadata": {"a": 1}})),
        app.put(&format!("{path}/items")).if_match("*").json(&json!({"items": []})),
        app.post(&format!("{path}/process")),
        app.post(&format!("{path}/complete")),
        // Before anything of the request is read (api.md §1).
        app.post(ORDERS).text("{"),
        app.patch(&path).json(&json!({})),
        app.get(&format!("{ORDERS}?limit=0")),
    ] {
        let denied = request.as_key(&narrow).send().await;
        assert_eq!((denied.status.as_u16(), denied.problem().as_str()), (403, "permission_denied"));
        assert_eq!(denied.json()["permission"], "customers:read");
    }
    assert_eq!(app.get(ORDERS).send().await.json()["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(app.get(&path).send().await.bytes, order.bytes);
    assert_eq!(app.get(&path.replace("v2", "v1")).as_key(&narrow).send().await.status, 200);
}

/// Counts the reads of customers.
struct Counting {
    behind: Arc<dyn CustomerQueries>,
    reads: Arc<AtomicUsize>,
}

impl Counting {
    fn counted(&self) -> &dyn CustomerQueries {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.behind.as_ref()
    }
}

#[async_trait::async_trait]
impl CustomerQueries for Counting {
    async fn get(&self, scope: Scope, id: CustomerId) -> Result<Option<CustomerView>, StorageError> {
        self.counted().get(scope, id).await
    }

    async fn of_order(&self, scope: Scope, id: OrderId) -> Result<Option<CustomerView>, StorageError> {
        self.counted().of_order(scope, id).await
    }

    async fn some(&self, scope: Scope, ids: &[CustomerId]) -> Result<Vec<CustomerView>, StorageError> {
        self.counted().some(scope, ids).await
    }

    async fn page(&self, scope: Scope, query: &CustomerQuery) -> Result<Page<CustomerView>, StorageError> {
        self.counted().page(scope, query).await
    }

    async fn count(&self, scope: Scope, filter: &CustomerFilter, up_to: u64) -> Result<u64, StorageError> {
        self.counted().count(scope, filter, up_to).await
    }

    async fn with_references(
        &self,
        scope: Scope,
        references: &[ExternalReference],
    ) -> Result<Vec<(ExternalReference, CustomerId)>, StorageError> {
        self.counted().with_references(scope, references).await
    }
}

#[actix_web::test]
async fn the_customer_costs_one_read_and_only_where_it_is_shown() {
    let app = TestApp::starting(HttpOptions::default()).await;
    let reads = Arc::new(AtomicUsize::new(0));
    let mut world = app.world.app.clone();
    world.customers = Arc::new(Counting { behind: world.customers, reads: Arc::clone(&reads) });
    app.shared.start(world);
    let customer = fixtures::customer(&app).await;
    for (version, expected) in [("1", 0), ("2", 1)] {
        let body = if version == "1" { fixtures::wish(&customer) } else { wish(&customer) };
        let root = format!("/api/v{version}/orders");
        let order = format!("{root}/{}", id(&app.post(&root).json(&body).key(version).send().await));
        assert_eq!(reads.swap(0, Ordering::Relaxed), expected, "place, version {version}");
        for _ in 0..4 {
            app.post(&root).json(&body).send().await;
        }
        reads.store(0, Ordering::Relaxed);
        for (what, request) in [
            ("get", app.get(&order)),
            ("list", app.get(&root)),
            ("confirm", app.post(&format!("{order}/confirm")).key(&format!("c{version}"))),
            ("process", app.post(&format!("{order}/process"))),
        ] {
            assert_eq!(request.send().await.status, 200, "{what}");
            assert_eq!(reads.swap(0, Ordering::Relaxed), expected, "{what}, version {version}");
        }
    }
}
