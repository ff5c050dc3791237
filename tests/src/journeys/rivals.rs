//! Callers who want the same thing in the same instant.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::steps::{all_orders, customer, order, order_body, order_once, text, timeline, transition};
use crate::client::{Answer, Client};
use crate::house::House;

/// One order, one event, and each twin hears of that order or is asked to wait.
pub async fn fifty_twins_make_one_order(house: &House) {
    twins_make_one_order(&[&house.serve().acme]).await;
}

/// Fifty of the same key, sent by turns through these callers of a tenant without orders.
pub async fn twins_make_one_order(callers: &[&Client]) {
    let [first, ..] = callers else { panic!("nobody calls") };
    let body = order_body(&customer(first, "Ada").await);

    let answers = at_once(50, |at| {
        let (client, body) = (callers[at % callers.len()].clone(), body.clone());
        async move { order_once(&client, "twins", &body).await }
    })
    .await;

    let mut bodies = BTreeSet::new();
    for answer in &answers {
        match answer.status {
            201 => drop(bodies.insert(answer.text())),
            409 => assert_eq!(answer.problem(), "idempotency_in_progress"),
            other => panic!("{other}: {}", answer.text()),
        }
    }
    assert_eq!(bodies.len(), 1, "all of them hear of one order");
    for caller in callers {
        let orders = all_orders(caller).await;
        assert_eq!(orders.len(), 1);
        assert_eq!(timeline(caller, &text(&orders[0]["id"])).await, ["order.created"]);
    }
}

/// The one who comes second finds it done.
pub async fn two_confirms_make_one_event(house: &House) {
    let served = house.serve();
    let ada = customer(&served.acme, "Ada").await;
    for _ in 0..10 {
        let id = text(&order(&served.acme, &ada).await["id"]);
        let answers = at_once(2, |_| {
            let (client, id) = (served.acme.clone(), id.clone());
            async move { transition(&client, &id, "confirm").await }
        })
        .await;
        for answer in answers {
            assert_eq!(answer.expect(200).json()["version"], json!(2));
        }
        assert_eq!(timeline(&served.acme, &id).await, ["order.created", "order.confirmed"]);
    }
}

/// Nobody overwrites what he has not seen.
pub async fn of_ten_writers_with_one_tag_one_wins(house: &House) {
    let served = house.serve();
    let ada = customer(&served.acme, "Ada").await;
    let path = format!("/api/v1/orders/{}", text(&order(&served.acme, &ada).await["id"]));

    let answers = at_once(10, |at| {
        let (client, path) = (served.acme.clone(), path.clone());
        async move { client.patch(&path, "\"1\"", &json!({"metadata": {"writer": at}})).await }
    })
    .await;

    let winners: Vec<_> = answers.iter().filter(|answer| answer.status == 200).map(Answer::json).collect();
    assert_eq!(winners.len(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!((answer.status, answer.problem().as_str()), (412, "version_conflict"));
    }
    assert_eq!(served.acme.get(&path).await.expect(200).json(), winners[0]);
}

/// An order is placed before its customer is deactivated, or not at all.
pub async fn placing_races_with_deactivation(house: &House) {
    let served = house.serve();
    let ada = customer(&served.acme, "Ada").await;
    let body = order_body(&ada);

    let answers = at_once(12, |at| {
        let (client, body, ada) = (served.acme.clone(), body.clone(), ada.clone());
        async move {
            match at {
                5 => client.post(&format!("/api/v1/customers/{ada}/deactivate"), &json!({})).await.expect(200),
                _ => client.post("/api/v1/orders", &body).await,
            }
        }
    })
    .await;

    let placed = answers.iter().filter(|answer| answer.status == 201).count();
    for answer in answers.iter().filter(|answer| answer.status >= 300) {
        assert_eq!((answer.status, answer.problem().as_str()), (422, "customer_inactive"));
    }
    assert_eq!(all_orders(&served.acme).await.len(), placed);
    let late = served.acme.post("/api/v1/orders", &body).await.expect(422);
    assert_eq!(late.problem(), "customer_inactive");
    let shown: Value = served.acme.get(&format!("/api/v1/customers/{ada}")).await.expect(200).json();
    assert_eq!(shown["status"], json!("inactive"));
}

/// Sends that many requests together and answers what came back.
async fn at_once<F: Future<Output = Answer> + Send + 'static>(count: usize, send: impl Fn(usize) -> F) -> Vec<Answer> {
    let tasks: JoinSet<_> = (0..count).map(send).collect();
    tasks.join_all().await
}
