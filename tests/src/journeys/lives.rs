//! Starting, dying, stopping, and what a look from outside shows.

use std::time::Duration;

use serde_json::{Value, json};

use super::steps::{all_orders, customer, order, order_body, order_once, text, timeline};
use crate::house::House;

/// kill -9 loses nothing that was answered, and a repeat after it makes nothing twice.
pub async fn what_was_acknowledged_survives_a_kill(house: &House) {
    let served = house.serve();
    let ada = customer(&served.acme, "Ada").await;
    let body = order_body(&ada);
    let mut known = Vec::new();
    for at in 0..20 {
        known.push(order_once(&served.acme, &format!("k-{at}"), &body).await.expect(201));
    }
    served.running.signal("KILL");
    drop(served);

    let served = house.serve();
    for (at, before) in known.iter().enumerate() {
        let again = order_once(&served.acme, &format!("k-{at}"), &body).await.expect(201);
        assert_eq!((again.header("idempotent-replayed"), &again.body), ("true", &before.body));
        let id = text(&before.json()["id"]);
        assert_eq!(timeline(&served.acme, &id).await, ["order.created"]);
    }
    assert_eq!(all_orders(&served.acme).await.len(), 20);
    let next = order(&served.acme, &ada).await;
    assert!(known.iter().all(|before| before.json()["number"] != next["number"]), "no number twice");
}

/// SIGTERM: what was begun is answered, the exit code is 0, and the house can be served again.
pub async fn a_stop_ends_in_order(house: &House) {
    let mut served = house.serve();
    let ada = customer(&served.acme, "Ada").await;
    order(&served.acme, &ada).await;

    served.running.signal("TERM");
    let status = served.running.ended(Duration::from_secs(20));
    assert_eq!(status.code(), Some(0), "{}", served.running.transcript());
    assert!(
        served.acme.call(reqwest::Method::GET, "/health/live").try_send().await.is_err(),
        "nobody listens any more"
    );

    let served = house.serve();
    assert_eq!(all_orders(&served.acme).await.len(), 1);
}

/// What needs no credential, and that nothing else is open.
pub async fn probes_and_documents_need_no_key(house: &House) {
    let served = house.serve();
    for path in ["/health/live", "/health", "/livez", "/health/ready", "/readyz"] {
        assert_eq!(served.client.get(path).await.expect(200).json()["status"], json!("ok"), "{path}");
    }
    let document = served.client.get("/openapi/v1.json").await.expect(200).json();
    assert!(text(&document["openapi"]).starts_with("3.1"));
    assert!(served.client.get("/docs/").await.text().contains("swagger"));
    let page = served
        .client
        .call(reqwest::Method::GET, "/errors/customer_inactive")
        .header("accept", "text/html")
        .send()
        .await;
    assert!(page.expect(200).text().contains("customer_inactive"));
    assert_eq!(served.client.get("/errors/nonsense").await.expect(404).problem(), "error_code_not_found");

    let paths = document["paths"].as_object().expect("paths");
    let secured = paths.iter().filter(|(_, item)| item["get"]["security"] != json!([]) && item["get"].is_object());
    let mut seen = 0;
    for (path, _) in secured {
        let concrete = path.replace("{id}", "01980000-0000-7000-8000-000000000001").replace("{sequence}", "1");
        let answer = served.client.get(&concrete).await.expect(401);
        assert_eq!(answer.problem(), "unauthenticated", "{path}");
        assert!(answer.header("www-authenticate").starts_with("Bearer realm=\"orderbase\""), "{path}");
        seen += 1;
    }
    assert!(seen >= 7, "only {seen} secured reads in the document");
}

/// Every line on stdout is one JSON object; each request has one, with its id and status, and no secret.
pub async fn each_request_leaves_one_line(house: &House) {
    let mut served = house.serve();
    let ada = customer(&served.acme, "Ada of the canaries").await;
    let call =
        served.acme.call(reqwest::Method::GET, &format!("/api/v1/customers/{ada}")).header("x-request-id", "seen-1");
    assert_eq!(call.send().await.expect(200).header("x-request-id"), "seen-1");
    served
        .client
        .call(reqwest::Method::GET, "/api/v1/nowhere")
        .header("x-request-id", "seen-2")
        .send()
        .await
        .expect(404);
    served.running.signal("TERM");
    served.running.ended(Duration::from_secs(20));

    let transcript = served.running.transcript();
    let lines: Vec<Value> = transcript
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|fault| panic!("{fault}: {line}")))
        .collect();
    for (id, status) in [("seen-1", 200), ("seen-2", 404)] {
        let of_it: Vec<_> = lines
            .iter()
            .filter(|line| line["request_id"] == json!(id) && line["message"] == json!("request"))
            .collect();
        assert_eq!(of_it.len(), 1, "{id}: {transcript}");
        assert_eq!(of_it[0]["http.response.status_code"], json!(status));
    }
    for secret in [house.acme.as_str(), "Ada of the canaries"] {
        assert!(!transcript.contains(secret), "{secret} was logged");
    }
}
