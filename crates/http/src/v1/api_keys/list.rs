//! `GET /api/v1/api-keys`: a page of keys.

use orderbase_application::keys;

use super::query::{ApiKeyListParams, ApiKeyListQuery};
use crate::dto::api_key::{ApiKeyListBody, ApiKeyRows, ApiKeyStatusBody};
use crate::extract::permission::ApiKeysRead;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;
use crate::v1::paging;

pub fn route() -> Route {
    Route::of::<__path_list, _, _, _>(list).pages()
}

/// List keys
///
/// Keys page by page, expired and revoked ones too unless `status` says otherwise. Their texts are never shown.
#[utoipa::path(
    get,
    path = "/api/v1/api-keys",
    operation_id = "api_keys_list",
    tag = "API keys",
    params(ApiKeyListParams),
    responses((
        status = 200,
        description = "A page of keys.",
        body = ApiKeyListBody<'_>,
        example = json!(crate::dto::examples::api_keys())
    ))
)]
pub async fn list(call: Call<ApiKeysRead, NoBody, (), ApiKeyListQuery>) -> Answer {
    let (app, ctx, query) = (call.app(), call.ctx(), &call.query);
    let bound = query.bound(ctx.tenant.id());
    let after = paging::after(app, &bound, query.cursor.as_deref())?;

    let mut all = keys::list(app, ctx).await?;

    all.retain(|key| query.status.is_none_or(|status| ApiKeyStatusBody::at(key, ctx.at) == status));
    let page = paging::cut(all, |key| key.id.uuid(), query.sort, after, query.limit);
    let next = paging::next(app, &bound, page.has_more, page.rows.last().map(|key| key.id.uuid()));
    let data = ApiKeyRows { rows: &page.rows, now: ctx.at };
    let body = ApiKeyListBody { data, next_cursor: next.as_deref(), has_more: page.has_more };
    let links = query.sent.links(&call.shared().options.public_url, "/api/v1/api-keys", next.as_deref());
    respond::list(&body, &links)
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::{Value, json};

    use crate::testing::TestApp;

    const PATH: &str = "/api/v1/api-keys";

    fn names(page: &Value) -> Vec<&str> {
        page["data"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap()).collect()
    }

    #[actix_web::test]
    async fn pages_by_status() {
        let app = TestApp::start().await;
        let (admin, member) = (app.sign_in(Role::Admin).await, app.sign_in(Role::Member).await);
        for (name, expires_at) in [("a", Value::Null), ("b", json!("2026-01-15T12:00:01Z")), ("c", Value::Null)] {
            let wish = json!({"name": name, "scopes": ["orders:read"], "expires_at": expires_at});
            let made = app.post(PATH).as_bearer(&admin.access_token).json(&wish).send().await;
            if name == "c" {
                app.post(&format!("{}/revoke", made.header("location"))).as_bearer(&admin.access_token).send().await;
            }
        }
        app.world.clock.advance_millis(1_000);
        let ask = |query: &str| app.get(&format!("{PATH}{query}")).as_bearer(&admin.access_token).send();
        // The app's own key is `ci`, the oldest.
        let first = ask("?limit=2").await;
        assert_eq!((names(&first.json()), first.header("etag")), (vec!["c", "b"], ""));
        let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
        assert_eq!(names(&ask(&format!("?cursor={cursor}")).await.json()), ["a", "ci"]);
        for (query, expected) in [
            ("?sort=created_at", &["ci", "a", "b", "c"][..]),
            ("?status=active", &["a", "ci"]),
            ("?status=expired", &["b"]),
            ("?status=revoked", &["c"]),
        ] {
            let page = ask(query).await.json();
            assert_eq!(names(&page), expected, "{query}");
            assert!(!page.to_string().contains("\"key\""));
        }
        for (query, code) in [
            ("?status=gone", "validation_failed"),
            ("?limit=0", "validation_failed"),
            ("?name=a", "unknown_parameter"),
            (&format!("?status=active&cursor={cursor}"), "invalid_cursor"),
        ] {
            assert_eq!(ask(query).await.problem(), code, "{query}");
        }
        assert_eq!(app.get(PATH).as_bearer(&member.access_token).send().await.problem(), "permission_denied");
        assert_eq!(app.get(PATH).send().await.problem(), "permission_denied", "a key");
    }
}
