//! The main job: customers, orders, their states, their lists.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;

use super::steps::{all_orders, customer, order, order_body, order_once, text, timeline, transition, walk};
use crate::house::House;

/// Places an order, changes it, brings it to its end; the timeline tells all of it.
pub async fn an_order_goes_from_pending_to_completed(house: &House) {
    let served = house.serve();
    let ada = customer(&served.acme, "Ada").await;

    let placed = served.acme.post("/api/v1/orders", &order_body(&ada)).await.expect(201);
    let body = placed.json();
    let id = text(&body["id"]);
    let path = format!("/api/v1/orders/{id}");
    assert_eq!(placed.header("location"), path);
    assert_eq!(placed.header("etag"), "\"1\"");
    assert_eq!((&body["status"], &body["total_amount"]), (&json!("pending"), &json!("59.97")));
    assert_eq!(body["items"][0]["line_total"], json!("59.97"));
    assert_eq!(served.acme.get(&path).await.expect(200).json(), body, "what was answered is what is stored");

    let items = json!({"items": [{"product_id": "sku-2", "quantity": 2, "unit_price": "0.01"}]});
    let replaced = served.acme.put(&format!("{path}/items"), "\"1\"", &items).await.expect(200);
    assert_eq!((replaced.header("etag"), &replaced.json()["total_amount"]), ("\"2\"", &json!("0.02")));
    served.acme.patch(&path, "\"2\"", &json!({"metadata": {"channel": "web"}})).await.expect(200);
    for (verb, status) in [("confirm", "confirmed"), ("process", "processing"), ("complete", "completed")] {
        let answer = transition(&served.acme, &id, verb).await.expect(200).json();
        assert_eq!(answer["status"], json!(status));
    }

    let refused = served.acme.post(&format!("{path}/cancel"), &json!({"reason": "customer"})).await.expect(409);
    assert_eq!(refused.problem(), "order_invalid_transition");
    assert_eq!(
        timeline(&served.acme, &id).await,
        [
            "order.created",
            "order.items_replaced",
            "order.updated",
            "order.confirmed",
            "order.processing_started",
            "order.completed",
        ]
    );
}

/// Pages meet each row once, under a filter too, while others write.
pub async fn a_list_is_walked_to_its_end(house: &House) {
    let served = house.serve();
    let ada = customer(&served.acme, "Ada").await;
    let mut placed = BTreeSet::new();
    for at in 0..23 {
        let id = text(&order(&served.acme, &ada).await["id"]);
        if at % 3 == 0 {
            transition(&served.acme, &id, "confirm").await.expect(200);
        }
        placed.insert(id);
    }

    let first = served.acme.get("/api/v1/orders?limit=5").await.expect(200);
    assert!(first.header("link").contains("rel=\"next\""), "{}", first.header("link"));
    order(&served.acme, &ada).await;
    let rows = walk(&served.acme, "/api/v1/orders?limit=5").await;
    let ids: BTreeSet<_> = rows.iter().map(|row| text(&row["id"])).collect();
    assert_eq!((rows.len(), ids.len()), (24, 24), "each row once");
    assert!(placed.is_subset(&ids));
    let times: Vec<_> = rows.iter().map(|row| text(&row["created_at"])).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "newest first");

    assert_eq!(walk(&served.acme, "/api/v1/orders?status=confirmed&limit=3").await.len(), 8);
    assert_eq!(walk(&served.acme, &format!("/api/v1/orders?customer_id={ada}&limit=100")).await.len(), 24);
    assert!(all_orders(&served.borealis).await.is_empty());
}

/// The same request again is the same answer, though the order has moved on; another request under the key is refused.
pub async fn an_answer_is_kept_under_its_key(house: &House) {
    let served = house.serve();
    let body = order_body(&customer(&served.acme, "Ada").await);

    let first = order_once(&served.acme, "k-1", &body).await.expect(201);
    transition(&served.acme, &text(&first.json()["id"]), "confirm").await.expect(200);
    let again = order_once(&served.acme, "\"k-1\"", &body).await.expect(201);
    assert_eq!((again.header("idempotent-replayed"), first.header("idempotent-replayed")), ("true", ""));
    assert_eq!(first.body, again.body);
    for header in ["location", "etag", "content-type"] {
        assert_eq!(first.header(header), again.header(header), "{header}");
    }

    let mut other = body.clone();
    other["currency"] = json!("EUR");
    assert_eq!(order_once(&served.acme, "k-1", &other).await.expect(422).problem(), "idempotency_key_reused");
    let theirs = order_body(&customer(&served.borealis, "Bea").await);
    order_once(&served.borealis, "k-1", &theirs).await.expect(201);
    assert_eq!((all_orders(&served.acme).await.len(), all_orders(&served.borealis).await.len()), (1, 1));
}

/// Entity tags: nothing is sent twice, nothing is overwritten unseen.
pub async fn only_what_changed_is_sent_again(house: &House) {
    let served = house.serve();
    let ada = customer(&served.acme, "Ada").await;
    let path = format!("/api/v1/orders/{}", text(&order(&served.acme, &ada).await["id"]));
    let get = |tag: &'static str| served.acme.call(Method::GET, &path).header("if-none-match", tag).send();

    let same = get("\"1\"").await.expect(304);
    assert!(same.body.is_empty() && same.header("etag") == "\"1\"");
    get("W/\"1\"").await.expect(304);
    get("\"2\"").await.expect(200);

    let change = json!({"external_reference": "web-77"});
    let without = served.acme.call(Method::PATCH, &path).json(&change).send().await.expect(428);
    assert_eq!(without.problem(), "precondition_required");
    assert_eq!(served.acme.patch(&path, "W/\"1\"", &change).await.expect(412).problem(), "version_conflict");
    served.acme.patch(&path, "\"1\"", &change).await.expect(200);
    let stale = served.acme.patch(&path, "\"1\"", &json!({"external_reference": "web-78"})).await.expect(412);
    assert_eq!((stale.header("etag"), &stale.json()["current_version"]), ("\"2\"", &json!(2)));
}
