//! `GET /api/v1/platform/tenants`: a page of tenants.

use orderbase_application::tenants;

use crate::dto::platform::{PlatformTenantBody, PlatformTenantListBody};
use crate::dto::shown::Rows;
use crate::extract::permission::PlatformRead;
use crate::extract::{NoBody, OperatorCall};
use crate::respond::{self, Answer};
use crate::route::Route;
use crate::v1::paging;
use crate::v1::platform::query::{TenantListParams, TenantListQuery};

pub fn route() -> Route {
    Route::of::<__path_list, _, _, _>(list).pages()
}

/// List tenants
///
/// Tenants page by page, closed ones too unless `status` says otherwise.
#[utoipa::path(
    get,
    path = "/api/v1/platform/tenants",
    operation_id = "platform_tenants_list",
    tag = "Platform",
    params(TenantListParams),
    responses((
        status = 200,
        description = "A page of tenants.",
        body = PlatformTenantListBody<'_>,
        example = json!(crate::dto::examples::platform_tenants())
    ))
)]
pub async fn list(call: OperatorCall<PlatformRead, NoBody, (), TenantListQuery>) -> Answer {
    let (app, query) = (call.app(), &call.query);
    let bound = query.bound();
    let after = paging::after(app, &bound, query.cursor.as_deref())?;

    let page = tenants::page(app, call.operator(), &query.page(after)).await?;

    let next = paging::next(app, &bound, page.has_more, page.rows.last().map(|tenant| tenant.id().uuid()));
    let data = Rows { rows: &page.rows, body: PlatformTenantBody::from };
    let body = PlatformTenantListBody { data, next_cursor: next.as_deref(), has_more: page.has_more };
    let links = query.sent.links(&call.shared().options.public_url, "/api/v1/platform/tenants", next.as_deref());
    respond::list(&body, &links)
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::Value;

    use crate::testing::TestApp;

    const PATH: &str = "/api/v1/platform/tenants";

    fn slugs(page: &Value) -> Vec<&str> {
        page["data"].as_array().unwrap().iter().map(|tenant| tenant["slug"].as_str().unwrap()).collect()
    }

    #[actix_web::test]
    async fn pages_and_filters() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        for slug in ["beta", "alpha"] {
            app.tenant(slug).await;
        }
        let ask = |query: &str| app.get(&format!("{PATH}{query}")).as_bearer(&operator).from("127.0.0.1:4000").send();
        let first = ask("?limit=2").await.json();
        assert_eq!(slugs(&first), ["alpha", "beta"]);
        let cursor = first["next_cursor"].as_str().unwrap();
        assert_eq!(slugs(&ask(&format!("?cursor={cursor}")).await.json()), ["acme"]);
        for (query, expected) in [
            ("?sort=created_at", &["acme", "beta", "alpha"][..]),
            ("?slug=beta", &["beta"]),
            ("?mode=sandbox", &[]),
            ("?plan=enterprise&status=active&limit=1", &["alpha"]),
            ("?status=suspended", &[]),
        ] {
            assert_eq!(slugs(&ask(query).await.json()), expected, "{query}");
        }
        for (query, code) in [
            ("?status=gone", "validation_failed"),
            ("?slug=B", "invalid_parameter"),
            ("?tenant=beta", "unknown_parameter"),
            (&format!("?slug=beta&cursor={cursor}"), "invalid_cursor"),
        ] {
            assert_eq!(ask(query).await.problem(), code, "{query}");
        }
        let owner = app.sign_in(Role::Owner).await;
        assert_eq!(app.get(PATH).as_bearer(&owner.access_token).send().await.problem(), "permission_denied");
        assert_eq!(app.get(PATH).send().await.problem(), "permission_denied", "a key");
    }
}
