//! `GET /api/v1/api-keys/{id}`: one key.

use actix_web::http::header::HeaderValue;
use orderbase_application::keys;
use orderbase_application::views::KeyView;
use orderbase_kernel::{ApiKeyId, Timestamp};

use crate::dto::api_key::{ApiKeyBody, ApiKeyStatusBody};
use crate::etag;
use crate::extract::permission::ApiKeysRead;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_get, _, _, _>(get).etag()
}

/// One key
///
/// The key without its text, also when it has expired or was revoked.
#[utoipa::path(
    get,
    path = "/api/v1/api-keys/{id}",
    operation_id = "api_keys_get",
    tag = "API keys",
    params(("id" = String, Path, description = "The key's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000f1")),
    responses((
        status = 200,
        description = "The key.",
        body = ApiKeyBody<'_>,
        example = json!(crate::dto::examples::api_key())
    ))
)]
pub async fn get(call: Call<ApiKeysRead, NoBody, ApiKeyId>) -> Answer {
    let view = keys::get(call.app(), call.ctx(), call.path).await?;

    let now = call.ctx().at;
    respond::tagged(&call.if_none_match, tag(&view, now), &ApiKeyBody::new(&view, now))
}

/// The clock alone ends a key, without a new version.
fn tag(view: &KeyView, now: Timestamp) -> HeaderValue {
    match ApiKeyStatusBody::at(view, now) {
        ApiKeyStatusBody::Expired => etag::of_variant(view.version, "expired"),
        ApiKeyStatusBody::Active | ApiKeyStatusBody::Revoked => etag::of_version(view.version),
    }
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::RANDOM_ID;

    #[actix_web::test]
    async fn a_tag_ends_with_the_key() {
        let app = TestApp::start().await;
        let admin = app.sign_in(Role::Admin).await;
        let wish = json!({"name": "ci", "scopes": ["orders:read"], "expires_at": "2026-01-15T12:00:01Z"});
        let made = app.post("/api/v1/api-keys").as_bearer(&admin.access_token).json(&wish).send().await;
        let path = made.header("location");
        let get = || app.get(path).as_bearer(&admin.access_token);
        let live = get().send().await;
        assert_eq!((live.header("etag"), live.json()["status"].as_str()), ("\"1\"", Some("active")));
        assert_eq!(get().if_none_match("\"1\"").send().await.status, 304);
        assert!(live.json().get("key").is_none());
        app.world.clock.advance_millis(1_000);
        let ended = get().if_none_match("\"1\"").send().await;
        assert_eq!((ended.status.as_u16(), ended.header("etag")), (200, "\"1-expired\""));
        assert_eq!(ended.json()["status"], "expired");

        let missing = app.get(&format!("/api/v1/api-keys/{RANDOM_ID}")).as_bearer(&admin.access_token).send().await;
        assert_eq!((missing.status.as_u16(), missing.problem().as_str()), (404, "api_key_not_found"));
        assert_eq!(app.get(path).send().await.problem(), "permission_denied", "a key");
    }
}
