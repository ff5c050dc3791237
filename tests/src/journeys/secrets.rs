//! Nothing that opens a door is ever written down as it is: not in logs, not in answers about errors, not in the database.

use reqwest::Method;
use serde_json::json;

use super::people::{join, login, refresh, sign_in};
use super::steps::text;
use crate::house::House;

/// Twenty canaries go through success and failure; none shows in the log, and none in the database as plain text.
pub async fn canaries_stay_hidden(house: &House) {
    let owners = house.person(Some("acme"), "owner@acme.example", "owner");
    let served = house.serve();
    let session = sign_in(&served.client, Some("acme"), "owner@acme.example", &owners).await;
    let owner = &session.client;
    let mut canaries = vec![owners, session.access_token.clone(), session.refresh_token.clone(), served_key(house)];

    let chosen = "canary: the heron stands in the reeds";
    join(&served, owner, "grace@acme.example", "member", chosen).await;
    canaries.push(chosen.to_owned());
    let grace = sign_in(&served.client, Some("acme"), "grace@acme.example", chosen).await;
    canaries.extend([grace.access_token.clone(), grace.refresh_token.clone()]);
    let next = refresh(&served.client, &grace.refresh_token).await.expect(200).json();
    canaries.extend([text(&next["access_token"]), text(&next["refresh_token"])]);

    let wish = json!({"name": "ci", "scopes": ["orders:read"]});
    let made = owner.call(Method::POST, "/api/v1/api-keys").header("idempotency-key", "once").json(&wish);
    let key = made.send().await.expect(201);
    let again = owner.call(Method::POST, "/api/v1/api-keys").header("idempotency-key", "once").json(&wish);
    assert_eq!(again.send().await.expect(201).body, key.body, "the kept answer shows the key once more to who lost it");
    canaries.push(text(&key.json()["key"]));
    let invited = owner.post("/api/v1/invitations", &json!({"email": "bo@acme.example", "role": "viewer"})).await;
    canaries.push(text(&invited.expect(201).json()["token"]));

    // Failures of every kind, each with a secret in its hand.
    let wrong = "canary: a wrong guess at midnight";
    login(&served.client, Some("acme"), "owner@acme.example", wrong).await.expect(401);
    canaries.push(wrong.to_owned());
    let stray = "ob_live_canaryCanaryCanaryCanaryCanary1234567";
    served.client.with_key(stray).get("/api/v1/orders").await.expect(401);
    served.client.get(&format!("/api/v1/orders?api_key={stray}")).await.expect(400);
    served.client.with_token("canary.canary.canary").get("/api/v1/orders").await.expect(401);
    let broken = served.client.call(Method::POST, "/api/v1/auth/login").header("content-type", "application/json");
    broken.body(r#"{"email":"x","password":"canary: broken off"#).send().await.expect(400);
    canaries.extend([stray.to_owned(), "canary.canary.canary".to_owned(), "canary: broken off".to_owned()]);

    let transcript = served.running.transcript();
    drop(served);
    for canary in &canaries {
        assert!(!transcript.contains(canary.as_str()), "in the log: {canary}");
    }
    let stored = stored(house);
    for canary in &canaries {
        let hex: String = canary.bytes().map(|byte| format!("{byte:02x}")).collect();
        for form in [canary.as_bytes(), hex.as_bytes()] {
            let shows = stored.windows(form.len()).any(|window| window == form);
            assert!(!shows, "in the database: {canary}");
        }
    }
}

fn served_key(house: &House) -> String {
    house.acme.clone()
}

/// Everything that the database holds, as bytes.
fn stored(house: &House) -> Vec<u8> {
    if let Some(database) = house.database() {
        let tables = database.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
        return tables
            .iter()
            .flat_map(|table| database.query(&format!("SELECT t::text FROM \"{table}\" t")).join("\n").into_bytes())
            .collect();
    }
    let folder = std::fs::read_dir(house.folder().join("data")).expect("embedded mode has a folder");
    let files = folder.filter_map(Result::ok).map(|entry| entry.path());
    let files = files.filter(|path| path.to_string_lossy().contains("orderbase.db"));
    files.flat_map(|path| std::fs::read(path).expect("a file that was just listed")).collect()
}
