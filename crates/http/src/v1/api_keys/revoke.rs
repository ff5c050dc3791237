//! `POST /api/v1/api-keys/{id}/revoke`: ends a key.

use orderbase_application::keys;
use orderbase_kernel::ApiKeyId;

use super::answer;
use crate::dto::api_key::ApiKeyBody;
use crate::extract::permission::ApiKeysWrite;
use crate::extract::{Call, NoBody, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_revoke, _, _, _>(revoke).once().if_match().even_read_only()
}

/// Revoke a key
///
/// It opens nothing any more, for good. Works in a read-only tenant too. Repeating it changes nothing and is 200.
#[utoipa::path(
    post,
    path = "/api/v1/api-keys/{id}/revoke",
    operation_id = "api_keys_revoke",
    tag = "API keys",
    params(("id" = String, Path, description = "The key's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000f1")),
    responses((
        status = 200,
        description = "The key, revoked.",
        body = ApiKeyBody<'_>,
        example = json!(crate::dto::examples::revoked_api_key())
    ))
)]
pub async fn revoke(call: Call<ApiKeysWrite, NoBody, ApiKeyId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx, path, .. } = call.into_parts();

    let done = keys::revoke(&app, &ctx, path, conditions).await?;

    respond::done(done, answer::changed)
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::RANDOM_ID;

    #[actix_web::test]
    async fn takes_effect_at_once_and_once() {
        let app = TestApp::start().await;
        let admin = app.sign_in(Role::Admin).await;
        let wish = json!({"name": "ci", "scopes": ["orders:read"]});
        let made = app.post("/api/v1/api-keys").as_bearer(&admin.access_token).json(&wish).send().await;
        let (path, text) =
            (format!("{}/revoke", made.header("location")), made.json()["key"].as_str().unwrap().to_owned());
        let post = || app.post(&path).as_bearer(&admin.access_token);
        assert_eq!(app.get("/api/v1/orders").as_key(&text).send().await.status, 200);
        assert_eq!(post().if_match("\"9\"").send().await.problem(), "version_conflict");
        let answer = post().key("k").send().await;
        let key = answer.json();
        assert_eq!((answer.status.as_u16(), key["status"].as_str()), (200, Some("revoked")));
        assert_eq!((key["revoked_at"].as_str(), key.get("key")), (Some("2026-01-15T12:00:00.000Z"), None));
        assert_eq!(app.get("/api/v1/orders").as_key(&text).send().await.problem(), "unauthenticated");
        assert_eq!(post().send().await.bytes, answer.bytes);
        let again = post().key("k").send().await;
        assert_eq!((&again.bytes, again.header("idempotent-replayed")), (&answer.bytes, "true"));
        let missing = format!("/api/v1/api-keys/{RANDOM_ID}/revoke");
        assert_eq!(app.post(&missing).as_bearer(&admin.access_token).send().await.problem(), "api_key_not_found");
        assert_eq!(app.post(&path).send().await.problem(), "permission_denied", "a key");
    }
}
