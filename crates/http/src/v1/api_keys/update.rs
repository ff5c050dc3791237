//! `PATCH /api/v1/api-keys/{id}`: changes what a key is called, and where and how often it may be used.

use orderbase_application::{Code, keys};
use orderbase_kernel::ApiKeyId;

use super::answer;
use crate::dto::api_key::{ApiKeyBody, UpdateApiKeyBody};
use crate::extract::permission::ApiKeysWrite;
use crate::extract::{Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_update, _, _, _>(update).if_match_required().refuses(&[Code::ApiKeyRevoked])
}

/// Change a key
///
/// A merge patch (RFC 7396): absent members stay. Scopes and expiry never change. A key that is revoked or has expired stays as it is.
#[utoipa::path(
    patch,
    path = "/api/v1/api-keys/{id}",
    operation_id = "api_keys_update",
    tag = "API keys",
    params(("id" = String, Path, description = "The key's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000f1")),
    request_body(content = UpdateApiKeyBody, example = json!(crate::dto::examples::update_api_key())),
    responses((
        status = 200,
        description = "The key after the change.",
        body = ApiKeyBody<'_>,
        example = json!(crate::dto::examples::api_key())
    ))
)]
pub async fn update(call: Call<ApiKeysWrite, UpdateApiKeyBody, ApiKeyId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx, body, path, .. } = call.into_parts();

    let done = keys::update(&app, &ctx, path, body, conditions).await?;

    respond::done(done, answer::changed)
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn name_rate_and_networks() {
        let app = TestApp::start().await;
        let admin = app.sign_in(Role::Admin).await;
        let wish = json!({"name": "ci", "scopes": ["orders:read"]});
        let made = app.post("/api/v1/api-keys").as_bearer(&admin.access_token).json(&wish).send().await;
        let (path, text) = (made.header("location"), made.json()["key"].as_str().unwrap().to_owned());
        let patch = |tag: &str| app.patch(path).as_bearer(&admin.access_token).if_match(tag);

        let change =
            json!({"name": "cd", "rate_limit": {"requests_per_minute": 5}, "ip_allowlist": ["198.51.100.0/24"]});
        let answer = patch("\"1\"").json(&change).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""));
        let key = answer.json();
        assert_eq!((&key["name"], &key["rate_limit"]["requests_per_minute"]), (&json!("cd"), &json!(5)));
        assert!(key.get("key").is_none());
        assert_eq!(app.get("/api/v1/orders").as_key(&text).send().await.problem(), "address_not_allowed");

        let emptied = patch("\"2\"").json(&json!({"rate_limit": null, "ip_allowlist": null})).send().await.json();
        assert_eq!(
            (emptied.get("rate_limit"), &emptied["ip_allowlist"], &emptied["name"]),
            (None, &json!([]), &json!("cd"))
        );
        assert_eq!(app.get("/api/v1/orders").as_key(&text).send().await.status, 200);

        assert_eq!(patch("\"2\"").json(&change).send().await.problem(), "version_conflict");
        let bare = app.patch(path).as_bearer(&admin.access_token).json(&change).send().await;
        assert_eq!((bare.status.as_u16(), bare.problem().as_str()), (428, "precondition_required"));
        let scopes = patch("*").json(&json!({"scopes": ["orders:write"]})).send().await;
        assert_eq!(scopes.faults(), ["#/scopes unknown_field"]);
        assert_eq!(patch("*").json(&json!({"name": null})).send().await.faults(), ["#/name null_not_allowed"]);
        let key = app.patch(path).if_match("*").json(&change).send().await;
        assert_eq!(key.problem(), "permission_denied", "a key");

        app.post(&format!("{path}/revoke")).as_bearer(&admin.access_token).send().await;
        let dead = patch("*").json(&change).send().await;
        assert_eq!((dead.status.as_u16(), dead.problem().as_str()), (409, "api_key_revoked"));
    }
}
