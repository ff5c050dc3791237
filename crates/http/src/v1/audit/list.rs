//! `GET /api/v1/audit`: a page of the audit log.

use orderbase_application::audit;

use super::query::{AuditListParams, AuditListQuery, bound};
use crate::dto::audit::{AuditEntryBody, AuditListBody};
use crate::dto::shown::Rows;
use crate::extract::permission::AuditRead;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;
use crate::v1::paging;

pub fn route() -> Route {
    Route::of::<__path_list, _, _, _>(list).pages()
}

/// List the audit log
///
/// Who did what and who tried, the latest first: every event of the tenant, and what is no event, such as sign-ins.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    operation_id = "audit_list",
    tag = "Audit",
    params(AuditListParams),
    responses((
        status = 200,
        description = "A page of the log.",
        body = AuditListBody<'_>,
        example = json!(crate::dto::examples::audit_entries())
    ))
)]
pub async fn list(call: Call<AuditRead, NoBody, (), AuditListQuery>) -> Answer {
    let (app, ctx, query) = (call.app(), call.ctx(), &call.query.filters);
    let bound = bound(ctx.tenant.id(), "audit_list", &query.filter);
    let after = paging::after(app, &bound, query.cursor.as_deref())?;

    let page = audit::list(app, ctx, &query.page(after)).await?;

    let next = paging::next(app, &bound, page.has_more, page.rows.last().map(|entry| entry.id));
    let data = Rows { rows: &page.rows, body: AuditEntryBody::from };
    let body = AuditListBody { data, next_cursor: next.as_deref(), has_more: page.has_more };
    let links = call.query.sent.links(&call.shared().options.public_url, "/api/v1/audit", next.as_deref());
    respond::list(&body, &links)
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::{Permission, Role};
    use serde_json::{Value, json};

    use crate::testing::TestApp;
    use crate::v1::fixtures;

    const PATH: &str = "/api/v1/audit";

    fn actions(page: &Value) -> Vec<&str> {
        page["data"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect()
    }

    #[actix_web::test]
    async fn events_and_what_is_none() {
        let app = TestApp::start().await;
        let admin = app.sign_in(Role::Admin).await;
        app.world.clock.advance_millis(1_000);
        let customer = fixtures::customer(&app).await;
        let ask = |query: &str| app.get(&format!("{PATH}{query}")).as_bearer(&admin.access_token).send();

        let first = ask("?limit=1").await;
        let entry = first.json()["data"][0].clone();
        assert_eq!(
            (first.header("etag"), &entry["action"], &entry["outcome"]),
            ("", &json!("customer.created"), &json!("succeeded"))
        );
        assert_eq!(entry["target"], json!({"type": "customer", "id": customer}));
        assert_eq!(
            (&entry["actor"]["type"], &entry["occurred_at"]),
            (&json!("api_key"), &json!("2026-01-15T12:00:01.000Z"))
        );
        let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
        let rest = ask(&format!("?limit=100&cursor={cursor}")).await.json();
        assert!(actions(&rest).iter().any(|action| !action.starts_with("customer.")));
        assert!(!actions(&rest).contains(&"customer.created") && rest["has_more"] == false);

        assert_eq!(actions(&ask(&format!("?target={}", customer.to_uppercase())).await.json()), ["customer.created"]);
        assert_eq!(actions(&ask("?action=customer.created").await.json()), ["customer.created"]);
        assert_eq!(actions(&ask("?from=2026-01-15T12:00:01Z").await.json()), ["customer.created"]);
        assert!(!actions(&ask("?to=2026-01-15T12:00:01Z").await.json()).contains(&"customer.created"));
        let by = ask(&format!("?actor={}", admin.id)).await.json();
        assert!(by["data"].as_array().unwrap().iter().all(|entry| entry["actor"]["id"] == admin.id.to_string()));
        assert_eq!(ask(&format!("?action=customer.created&cursor={cursor}")).await.problem(), "invalid_cursor");
    }

    #[actix_web::test]
    async fn who_may_and_what_is_read() {
        let app = TestApp::start().await;
        let member = app.sign_in(Role::Member).await;
        assert_eq!(app.get(PATH).as_bearer(&member.access_token).send().await.problem(), "permission_denied");
        let narrow = app.key_with(&[Permission::OrdersRead]).await;
        assert_eq!(app.get(PATH).as_key(&narrow).send().await.problem(), "permission_denied");
        assert_eq!(app.get(PATH).send().await.status, 200, "a key may");
        for (query, status, code) in [
            ("limit=0", 422, "validation_failed"),
            ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", 422, "validation_failed"),
            ("from=x", 400, "invalid_parameter"),
            ("action=order", 400, "invalid_parameter"),
            ("actor=", 422, "validation_failed"),
            ("tenant=acme", 400, "unknown_parameter"),
            ("cursor=x", 400, "invalid_cursor"),
        ] {
            let answer = app.get(&format!("{PATH}?{query}")).send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (status, code), "{query}");
        }
    }
}
