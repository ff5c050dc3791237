//! `GET /api/v1/platform/tenants/{id}`: one tenant.

use orderbase_application::tenants::{self, Which};
use orderbase_kernel::TenantId;

use crate::dto::platform::PlatformTenantBody;
use crate::extract::permission::PlatformRead;
use crate::extract::{NoBody, OperatorCall};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_get, _, _, _>(get).etag()
}

/// One tenant
///
/// The tenant without its data, also when it is closed.
#[utoipa::path(
    get,
    path = "/api/v1/platform/tenants/{id}",
    operation_id = "platform_tenants_get",
    tag = "Platform",
    params(("id" = String, Path, description = "The tenant's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-000000000001")),
    responses((
        status = 200,
        description = "The tenant.",
        body = PlatformTenantBody<'_>,
        example = json!(crate::dto::examples::platform_tenant())
    ))
)]
pub async fn get(call: OperatorCall<PlatformRead, NoBody, TenantId>) -> Answer {
    let tenant = tenants::show(call.app(), call.operator(), &Which::Id(call.path)).await?;

    respond::resource(&call.if_none_match, tenant.version(), &PlatformTenantBody::from(&tenant))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::RANDOM_ID;

    #[actix_web::test]
    async fn one_tenant_without_its_data() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        let get =
            |id: &str| app.get(&format!("/api/v1/platform/tenants/{id}")).as_bearer(&operator).from("127.0.0.1:4000");
        let id = app.tenant.id().to_string();
        let answer = get(&id).send().await;
        let expected = json!({
            "id": id, "name": "acme", "slug": "acme", "mode": "live", "status": "active", "plan": "enterprise",
            "created_at": "2026-01-15T12:00:00.000Z", "updated_at": "2026-01-15T12:00:00.000Z", "version": 1
        });
        assert_eq!((answer.status.as_u16(), answer.header("etag"), answer.json()), (200, "\"1\"", expected));
        assert_eq!(get(&id).if_none_match("\"1\"").send().await.status, 304);
        let missing = get(RANDOM_ID).send().await;
        assert_eq!((missing.status.as_u16(), missing.problem().as_str()), (404, "tenant_not_found"));
        assert_eq!(app.get(&format!("/api/v1/platform/tenants/{id}")).send().await.problem(), "permission_denied");
    }
}
