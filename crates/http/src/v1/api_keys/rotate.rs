//! `POST /api/v1/api-keys/{id}/rotate`: gives a key a new text.

use orderbase_application::Code;
use orderbase_application::keys::{self, RotateKey};
use orderbase_kernel::ApiKeyId;

use super::answer;
use crate::dto::api_key::{ApiKeyBody, RotateApiKeyBody};
use crate::extract::permission::ApiKeysWrite;
use crate::extract::{Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_rotate, _, _, _>(rotate).once().if_match().even_read_only().refuses(&[Code::ApiKeyRevoked])
}

/// Rotate a key
///
/// Answers with a new text of the same key, once. The text until now opens for another `overlap_secs`; one that was older ends at
/// once. Works in a read-only tenant too.
#[utoipa::path(
    post,
    path = "/api/v1/api-keys/{id}/rotate",
    operation_id = "api_keys_rotate",
    tag = "API keys",
    params(("id" = String, Path, description = "The key's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000f1")),
    request_body(content = RotateApiKeyBody, example = json!(crate::dto::examples::rotate_api_key())),
    responses((
        status = 200,
        description = "The key with its new text, which is shown once.",
        body = ApiKeyBody<'_>,
        example = json!(crate::dto::examples::api_key_with_text())
    ))
)]
pub async fn rotate(call: Call<ApiKeysWrite, RotateApiKeyBody, ApiKeyId>) -> Answer {
    let conditions = call.conditions(answer::rotated);
    let Parts { app, ctx, body: overlap_secs, path: id, .. } = call.into_parts();

    let done = keys::rotate(&app, &ctx, RotateKey { id, overlap_secs }, conditions).await?;

    respond::done(done, answer::rotated)
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn both_texts_open_for_a_while() {
        let app = TestApp::start().await;
        let admin = app.sign_in(Role::Admin).await;
        let wish = json!({"name": "ci", "scopes": ["orders:read"]});
        let made = app.post("/api/v1/api-keys").as_bearer(&admin.access_token).json(&wish).send().await;
        let path = format!("{}/rotate", made.header("location"));
        let post = || app.post(&path).as_bearer(&admin.access_token);
        let opens = |text: &str| app.get("/api/v1/orders").as_key(text).send();

        let answer = post().key("k").json(&json!({"overlap_secs": 10})).send().await;
        let rotated = answer.json();
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""));
        assert_eq!((answer.header("cache-control"), &rotated["id"]), ("no-store", &made.json()["id"]));
        let (old, new) = (made.json()["key"].as_str().unwrap().to_owned(), rotated["key"].as_str().unwrap().to_owned());
        assert_eq!((opens(&old).await.status.as_u16(), opens(&new).await.status.as_u16()), (200, 200));
        let again = post().key("k").json(&json!({"overlap_secs": 10})).send().await;
        assert_eq!((&again.bytes, again.header("idempotent-replayed")), (&answer.bytes, "true"));
        app.world.clock.advance_millis(10_000);
        assert_eq!((opens(&old).await.status.as_u16(), opens(&new).await.status.as_u16()), (401, 200));

        assert_eq!(post().if_match("\"1\"").send().await.problem(), "version_conflict");
        assert_eq!(post().send().await.status, 200, "a body is not needed");
        for secs in [-1_i64, 2_592_001] {
            let refused = post().json(&json!({"overlap_secs": secs})).send().await;
            assert_eq!(refused.faults(), ["#/overlap_secs out_of_range"], "{secs}");
        }
        assert_eq!(app.post(&path).send().await.problem(), "permission_denied", "a key");
        app.post(&path.replace("rotate", "revoke")).as_bearer(&admin.access_token).send().await;
        let dead = post().send().await;
        assert_eq!((dead.status.as_u16(), dead.problem().as_str()), (409, "api_key_revoked"));
    }
}
