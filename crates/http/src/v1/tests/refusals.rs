//! What every write may meet: a tenant that may only read, a plan that is used up, others that were faster, a storage that fails.

use std::sync::Arc;

use orderbase_application::Conditions;
use orderbase_application::changeset::{Change, Changeset, Outcome};
use orderbase_application::events;
use orderbase_application::tenants::{self, CreateTenant, Which};
use orderbase_application::testing::{Upset, ctx, key_as, operator, tenant_as, wish_key, wish_tenant};
use orderbase_kernel::Timestamp;
use orderbase_tenancy::{Overrides, PermissionSet, PlanCode, Reason, Slug, Tenant};
use serde_json::json;

use crate::testing::{Received, TestApp};
use crate::v1::fixtures::{self, id, order_after, wish};

/// A key of a new tenant.
async fn key_of(app: &TestApp, wish: CreateTenant) -> String {
    let world = &app.world;
    let tenant = tenant_as(&world.app, wish).await;
    let grantable: Vec<_> = PermissionSet::grantable_to_keys().iter().collect();
    let created = key_as(&world.app, &ctx(&world.app, &Arc::clone(&tenant)), wish_key(&grantable)).await;
    created.text.expose().to_owned()
}

async fn writes(app: &TestApp, order: &str, customer: &str, key: &str) -> Vec<(&'static str, Received)> {
    let order = format!("/api/v1/orders/{order}");
    let customer_path = format!("/api/v1/customers/{customer}");
    let mut answers = Vec::new();
    for (operation, request) in [
        ("orders_place", app.post("/api/v1/orders").json(&wish(customer))),
        ("orders_update", app.patch(&order).if_match("*").json(&json!({"metadata": {"a": 1}}))),
        (
            "orders_replace_items",
            app.put(&format!("{order}/items"))
                .if_match("*")
                .json(&json!({"items": [{"product_id": "p", "quantity": 1, "unit_price": "1"}]})),
        ),
        ("orders_notes", app.post(&format!("{order}/notes")).json(&json!({"text": "x"}))),
        ("orders_confirm", app.post(&format!("{order}/confirm"))),
        ("orders_cancel", app.post(&format!("{order}/cancel")).json(&json!({"reason": "other"}))),
        ("customers_create", app.post("/api/v1/customers").json(&json!({"name": "Eve"}))),
        ("customers_update", app.patch(&customer_path).if_match("*").json(&json!({"name": "Eve"}))),
        ("customers_deactivate", app.post(&format!("{customer_path}/deactivate"))),
    ] {
        answers.push((operation, request.as_key(key).send().await));
    }
    answers
}

#[actix_web::test]
async fn a_suspended_tenant_reads_and_changes_nothing() {
    let app = TestApp::start().await;
    let order = fixtures::order(&app).await;
    let (order_id, customer) = (id(&order), order.json()["customer_id"].as_str().unwrap().to_owned());
    let (slug, reason) = (Slug::parse("acme").unwrap(), Reason::parse("unpaid").unwrap());
    tenants::suspend(&app.world.app, &operator(&app.world.app), &Which::from(&slug), reason, Conditions::default())
        .await
        .unwrap();
    for (operation, answer) in writes(&app, &order_id, &customer, &app.key).await {
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (403, "tenant_suspended"), "{operation}");
    }
    for path in ["/api/v1/orders", "/api/v1/customers", "/api/v1/me", "/api/v1/tenant", order.header("location")] {
        assert_eq!(app.get(path).send().await.status, 200, "{path}");
    }
    assert_eq!(app.get("/api/v1/tenant").send().await.json()["status"], "suspended");
    assert_eq!(app.get(order.header("location")).send().await.bytes, order.bytes);
}

#[actix_web::test]
async fn a_trial_that_ended_reads_and_changes_nothing() {
    let app = TestApp::start().await;
    let ends = Timestamp::parse("2026-01-15T13:00:00Z").unwrap();
    let key = key_of(&app, CreateTenant { trial_ends_at: Some(ends), ..wish_tenant("trial") }).await;
    let customer = app.post("/api/v1/customers").as_key(&key).json(&json!({"name": "Ada"})).send().await;
    let order = app.post("/api/v1/orders").as_key(&key).json(&wish(&id(&customer))).send().await;
    assert_eq!(order.status, 201);
    app.world.clock.set(ends);
    for (operation, answer) in writes(&app, &id(&order), &id(&customer), &key).await {
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (403, "trial_expired"), "{operation}");
    }
    let tenant = app.get("/api/v1/tenant").as_key(&key).send().await.json();
    assert_eq!(
        (tenant["status"].as_str(), tenant["trial_ends_at"].as_str()),
        (Some("trial"), Some("2026-01-15T13:00:00.000Z"))
    );
}

#[actix_web::test]
async fn a_plan_ends() {
    let app = TestApp::start().await;
    let key = key_of(&app, CreateTenant { plan: PlanCode::Free, ..wish_tenant("small") }).await;
    let mut customer = String::new();
    for _ in 0..500 {
        let answer = app.post("/api/v1/customers").as_key(&key).json(&json!({"name": "Ada"})).send().await;
        assert_eq!(answer.status, 201);
        customer = id(&answer);
    }
    let over = app.post("/api/v1/customers").as_key(&key).json(&json!({"name": "Ada"})).send().await;
    assert_eq!((over.status.as_u16(), over.problem().as_str()), (403, "plan_limit_reached"));
    let problem = over.json();
    assert_eq!(
        (&problem["limit"], &problem["max"], &problem["current"]),
        (&json!("customers"), &json!(500), &json!(500))
    );

    for _ in 0..1_000 {
        let answer = app.post("/api/v1/orders").as_key(&key).json(&wish(&customer)).send().await;
        assert_eq!(answer.status, 201);
    }
    let over = app.post("/api/v1/orders").as_key(&key).json(&wish(&customer)).send().await;
    assert_eq!((over.status.as_u16(), over.problem().as_str()), (403, "plan_limit_reached"));
    let problem = over.json();
    assert_eq!((&problem["limit"], &problem["max"]), (&json!("orders_per_month"), &json!(1_000)));
    assert_eq!(problem["resets_at"], "2026-02-01T00:00:00.000Z");
}

#[actix_web::test]
async fn an_order_may_have_so_many_items_as_the_tenant_is_granted() {
    let app = TestApp::start().await;
    let (world, tenant) = (&app.world.app, &app.tenant);
    let overrides =
        Overrides { items_per_order: Some(2), reason: Some(Reason::parse("trial").unwrap()), ..Overrides::default() };
    let mut granted = Tenant::clone(tenant);
    let event = granted.set_overrides(overrides, world.clock.now()).unwrap().unwrap();
    let ctx = ctx(world, tenant);
    let row = events::of_tenant(world, &ctx, &granted, &event).unwrap();
    let change = Change::update(granted, tenant.version(), row).unwrap();
    let outcome = world.commits.commit(ctx.scope(), Changeset::new().change(change)).await.unwrap();
    assert_eq!(outcome, Outcome::Committed);

    let item = json!({"product_id": "p", "quantity": 1, "unit_price": "1"});
    let items = |count: usize| json!(vec![item.clone(); count]);
    let place = |count: usize, customer: &str| {
        let body = json!({"customer_id": customer, "currency": "USD", "items": items(count)});
        app.post("/api/v1/orders").json(&body)
    };
    let customer = fixtures::customer(&app).await;
    let order = place(2, &customer).send().await;
    assert_eq!(order.status, 201, "{order:?}");
    let path = format!("{}/items", order.header("location"));
    let replace = |count: usize| app.put(&path).if_match("*").json(&json!({"items": items(count)}));
    for (what, over) in [("place", place(3, &customer).send().await), ("replace", replace(3).send().await)] {
        assert_eq!((over.status.as_u16(), over.problem().as_str()), (403, "plan_limit_reached"), "{what}");
        let problem = over.json();
        let told = (&problem["limit"], &problem["max"], &problem["current"]);
        assert_eq!(told, (&json!("items_per_order"), &json!(2), &json!(3)), "{what}");
    }
    assert_eq!(replace(1).send().await.status, 200);
}

#[actix_web::test]
async fn others_may_be_faster_for_a_while() {
    let beaten = |times: usize| async move {
        let app = TestApp::start().await;
        let order = order_after(&app, &[]).await;
        app.world.commits.plan((0..times).map(|_| Upset::Answer(Outcome::Stale)));
        app.post(&format!("/api/v1/orders/{order}/confirm")).send().await
    };
    assert_eq!(beaten(2).await.status, 200);
    // More often than any command is decided again.
    let answer = beaten(50).await;
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (409, "write_conflict"));
    assert_eq!(answer.header("retry-after"), "1");
}

#[actix_web::test]
async fn a_storage_that_fails_is_told_apart() {
    let app = TestApp::start().await;
    let customer = fixtures::customer(&app).await;
    for (upset, status, code) in [
        (Upset::Busy, 503, "overloaded"),
        (Upset::Unavailable, 503, "dependency_unavailable"),
        (Upset::LostCommit, 503, "outcome_unknown"),
        (Upset::Answer(Outcome::InProgress), 409, "idempotency_in_progress"),
    ] {
        app.world.commits.plan([upset]);
        let answer = app.post("/api/v1/orders").json(&wish(&customer)).key("k").send().await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (status, code));
        let longest = if status == 503 { 3 } else { 1 };
        let secs: u32 = answer.header("retry-after").parse().unwrap();
        assert!((1..=longest).contains(&secs), "{code}: {secs}");
    }
    // None of these kept the key. A lost answer did, and its repeat finds what was done.
    app.world.commits.plan([Upset::LostAnswer]);
    let lost = app.post("/api/v1/orders").json(&wish(&customer)).key("k").send().await;
    assert_eq!(lost.problem(), "outcome_unknown");
    let found = app.post("/api/v1/orders").json(&wish(&customer)).key("k").send().await;
    assert_eq!((found.status.as_u16(), found.header("idempotent-replayed")), (201, "true"));
    assert_eq!(app.get("/api/v1/orders").send().await.json()["data"].as_array().unwrap().len(), 1);
}
