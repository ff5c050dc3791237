//! `POST /api/v1/api-keys`: makes a key.

use orderbase_application::keys;

use super::answer;
use crate::dto::api_key::{ApiKeyBody, CreateApiKeyBody};
use crate::extract::permission::ApiKeysWrite;
use crate::extract::{Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_create, _, _, _>(create).once().creates()
}

/// Make a key
///
/// Answers with the text of the key, once: nothing that is kept gives it again. Its scopes are at most what the caller may, and never
/// change.
#[utoipa::path(
    post,
    path = "/api/v1/api-keys",
    operation_id = "api_keys_create",
    tag = "API keys",
    request_body(content = CreateApiKeyBody, example = json!(crate::dto::examples::create_api_key())),
    responses((
        status = 201,
        description = "The key with its text, which is shown once.",
        body = ApiKeyBody<'_>,
        example = json!(crate::dto::examples::api_key_with_text())
    ))
)]
pub async fn create(call: Call<ApiKeysWrite, CreateApiKeyBody>) -> Answer {
    let conditions = call.conditions(answer::created);
    let Parts { app, ctx, body, .. } = call.into_parts();

    let done = keys::create(&app, &ctx, body, conditions).await?;

    respond::done(done, answer::created)
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::with;

    const PATH: &str = "/api/v1/api-keys";

    #[actix_web::test]
    async fn a_key_that_works_and_is_shown_once() {
        let app = TestApp::start().await;
        let admin = app.sign_in(Role::Admin).await;
        let wish = json!({
            "name": "ci", "scopes": ["customers:read", "orders:read", "orders:read"], "expires_at": "2026-02-01T00:00:00Z",
            "rate_limit": {"requests_per_minute": 60}, "ip_allowlist": ["192.0.2.7/24", "2001:db8::/32"]
        });
        let post = || app.post(PATH).as_bearer(&admin.access_token).json(&wish);
        let answer = post().key("k").send().await;
        let made = answer.json();
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""));
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("location"), format!("{PATH}/{}", made["id"].as_str().unwrap()));
        let text = made["key"].as_str().unwrap();
        assert!(text.starts_with(made["hint"].as_str().unwrap()));
        let expected = json!({
            "id": made["id"], "name": "ci", "key": text, "hint": made["hint"], "scopes": ["orders:read", "customers:read"],
            "status": "active", "expires_at": "2026-02-01T00:00:00.000Z", "rate_limit": {"requests_per_minute": 60},
            "ip_allowlist": ["192.0.2.0/24", "2001:db8::/32"], "created_at": "2026-01-15T12:00:00.000Z",
            "updated_at": "2026-01-15T12:00:00.000Z", "version": 1
        });
        assert_eq!(made, expected);
        assert_eq!(app.get("/api/v1/orders").as_key(text).send().await.status, 200);
        let elsewhere = app.get("/api/v1/orders").as_key(text).from("198.51.100.1:4000").send().await;
        assert_eq!((elsewhere.status.as_u16(), elsewhere.problem().as_str()), (403, "address_not_allowed"));
        let again = post().key("k").send().await;
        assert_eq!((&again.bytes, again.header("idempotent-replayed")), (&answer.bytes, "true"));
        assert_eq!(again.header("cache-control"), "no-store");
        let shown = app.get(answer.header("location")).as_bearer(&admin.access_token).send().await;
        assert!(!String::from_utf8_lossy(&shown.bytes).contains(text));
    }

    #[actix_web::test]
    async fn every_member_has_its_bounds() {
        let app = TestApp::start().await;
        let admin = app.sign_in(Role::Admin).await;
        let base = json!({"name": "ci", "scopes": ["orders:read"]});
        for (pointer, value, fault) in [
            ("/name", json!(""), Some("#/name too_short")),
            ("/scopes", json!([]), Some("#/scopes too_few")),
            ("/scopes", json!(vec!["orders:read"; 65]), Some("#/scopes too_many")),
            ("/scopes", json!(["orders:read", "orders:eat"]), Some("#/scopes/1 not_one_of")),
            ("/scopes", json!(["users:read"]), Some("#/scopes scope_not_grantable")),
            ("/expires_at", json!("soon"), Some("#/expires_at pattern")),
            ("/expires_at", json!("2026-01-15T12:00:00Z"), Some("#/expires_at out_of_range")),
            ("/expires_at", json!(null), None),
            ("/rate_limit", json!(null), None),
            ("/rate_limit", json!({}), Some("#/rate_limit/requests_per_minute required")),
            ("/rate_limit", json!([60]), Some("#/rate_limit type")),
            ("/rate_limit", json!({"requests_per_minute": 0}), Some("#/rate_limit/requests_per_minute out_of_range")),
            (
                "/rate_limit",
                json!({"requests_per_minute": 600_001}),
                Some("#/rate_limit/requests_per_minute out_of_range"),
            ),
            ("/ip_allowlist", json!([]), None),
            ("/ip_allowlist", json!(["10.0.0.0/8", "10.0.0.0/33"]), Some("#/ip_allowlist/1 pattern")),
            ("/ip_allowlist", json!(vec!["10.0.0.0/8"; 101]), Some("#/ip_allowlist too_many")),
            ("/key", json!("ob_live_x"), Some("#/key unknown_field")),
        ] {
            let wish = with(&base, pointer, value);
            let answer = app.post(PATH).as_bearer(&admin.access_token).json(&wish).send().await;
            match fault {
                Some(fault) => {
                    assert_eq!((answer.status.as_u16(), answer.faults()), (422, vec![fault.to_owned()]), "{wish}")
                }
                None => assert_eq!(answer.status, 201, "{wish}: {answer:?}"),
            }
        }
        let key = app.post(PATH).json(&base).send().await;
        assert_eq!((key.status.as_u16(), key.problem().as_str()), (403, "permission_denied"), "a key makes no keys");
    }
}
