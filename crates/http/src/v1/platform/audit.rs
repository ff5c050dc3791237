//! `GET /api/v1/platform/audit`: what operators did to one tenant.

use orderbase_application::audit;
use orderbase_application::tenants::Which;

use super::query::{PlatformAuditParams, PlatformAuditQuery};
use crate::dto::audit::{AuditEntryBody, AuditListBody};
use crate::dto::shown::Rows;
use crate::extract::permission::PlatformRead;
use crate::extract::{NoBody, OperatorCall};
use crate::respond::{self, Answer};
use crate::route::Route;
use crate::v1::audit::{AuditListParams, bound};
use crate::v1::paging;
use orderbase_application::Code;

pub fn route() -> Route {
    Route::of::<__path_audit_log, _, _, _>(audit_log).pages().refuses(&[Code::TenantNotFound])
}

/// List what operators did to a tenant
///
/// Each act with its reason, the latest first. What the tenant's own people do is for the tenant alone.
#[utoipa::path(
    get,
    path = "/api/v1/platform/audit",
    operation_id = "platform_audit",
    tag = "Platform",
    params(PlatformAuditParams, AuditListParams),
    responses((
        status = 200,
        description = "A page of the log.",
        body = AuditListBody<'_>,
        example = json!(crate::dto::examples::audit_entries())
    ))
)]
pub async fn audit_log(call: OperatorCall<PlatformRead, NoBody, (), PlatformAuditQuery>) -> Answer {
    let (app, tenant_id, query) = (call.app(), call.query.tenant_id, &call.query.filters);
    let bound = bound(tenant_id, "platform_audit", &query.filter);
    let after = paging::after(app, &bound, query.cursor.as_deref())?;

    let page = audit::list_as_operator(app, call.operator(), &Which::Id(tenant_id), &query.page(after)).await?;

    let next = paging::next(app, &bound, page.has_more, page.rows.last().map(|entry| entry.id));
    let data = Rows { rows: &page.rows, body: AuditEntryBody::from };
    let body = AuditListBody { data, next_cursor: next.as_deref(), has_more: page.has_more };
    let links = call.query.sent.links(&call.shared().options.public_url, "/api/v1/platform/audit", next.as_deref());
    respond::list(&body, &links)
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::RANDOM_ID;

    const PATH: &str = "/api/v1/platform/audit";

    #[actix_web::test]
    async fn what_operators_did_is_there() {
        let app = TestApp::start().await;
        let (operator, owner) = (app.operator().await, app.sign_in(Role::Owner).await);
        let id = app.tenant.id().to_string();
        let suspend = format!("/api/v1/platform/tenants/{id}/suspend");
        app.post(&suspend).as_bearer(&operator).from("127.0.0.1:4000").json(&json!({"reason": "unpaid"})).send().await;
        let ask = |query: String| app.get(&format!("{PATH}{query}")).as_bearer(&operator).from("127.0.0.1:4000").send();

        let page = ask(format!("?tenant={id}&action=tenant.suspended_by_operator")).await.json();
        let entry = &page["data"][0];
        assert_eq!((&entry["detail"], &entry["actor"]["type"]), (&json!("unpaid"), &json!("operator")), "{page}");
        assert_eq!((&entry["tenant_id"], &entry["network"]), (&json!(id), &json!("127.0.0.1")));
        let all = ask(format!("?tenant={id}&limit=100")).await.json();
        let kinds: Vec<_> =
            all["data"].as_array().unwrap().iter().map(|entry| entry["actor"]["type"].clone()).collect();
        assert!(kinds.len() > 2 && kinds.iter().all(|kind| kind == "operator"), "{kinds:?}");
        let first = ask(format!("?tenant={id}&limit=1")).await.json();
        let cursor = first["next_cursor"].as_str().unwrap();
        assert_eq!(ask(format!("?tenant={id}&cursor={cursor}")).await.status, 200);
        let (other, _) = app.tenant("other").await;
        assert_eq!(ask(format!("?tenant={}&cursor={cursor}", other.id())).await.problem(), "invalid_cursor");

        let none = ask(String::new()).await;
        assert_eq!((none.status.as_u16(), none.faults()), (422, vec!["tenant required".to_owned()]));
        assert_eq!(ask("?tenant=acme".to_owned()).await.problem(), "invalid_parameter");
        assert_eq!(ask(format!("?tenant={RANDOM_ID}")).await.problem(), "tenant_not_found");
        let denied = app.get(&format!("{PATH}?tenant={id}")).as_bearer(&owner.access_token).send().await;
        assert_eq!(denied.problem(), "permission_denied");
    }
}
