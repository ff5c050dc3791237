//! `GET /api/v1/tenant`: the caller's tenant.

use orderbase_application::tenants;

use crate::dto::tenant::TenantBody;
use crate::extract::Call;
use crate::extract::permission::TenantRead;
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_get, _, _, _>(get).etag()
}

/// The tenant
///
/// The tenant that the credential belongs to, with its plan, rate and settings.
#[utoipa::path(
    get,
    path = "/api/v1/tenant",
    operation_id = "tenant_get",
    tag = "Tenant",
    responses((
        status = 200,
        description = "The tenant.",
        body = TenantBody<'_>,
        example = json!(crate::dto::examples::tenant())
    ))
)]
pub async fn get(call: Call<TenantRead>) -> Answer {
    let tenant = tenants::own(call.app(), call.ctx()).await?;
    respond::resource(&call.if_none_match, tenant.version(), &TenantBody::new(&tenant, call.ctx().at))
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Permission;
    use serde_json::json;

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn the_tenant_of_the_credential() {
        let app = TestApp::start().await;
        let answer = app.get("/api/v1/tenant").send().await;
        let expected = json!({
            "id": app.tenant.id().to_string(), "name": "acme", "slug": "acme", "mode": "live", "status": "active", "plan": "enterprise",
            "rate_limit": {"requests_per_minute": 6_000, "burst": 1_000},
            "settings": {
                "time_zone": "UTC", "default_currency": "USD", "allowed_currencies": ["USD", "EUR", "GBP", "AED"],
                "order_prefix": "", "first_order_number": 1001
            },
            "created_at": "2026-01-15T12:00:00.000Z", "updated_at": "2026-01-15T12:00:00.000Z", "version": 1
        });
        assert_eq!((answer.status.as_u16(), answer.header("etag"), answer.json()), (200, "\"1\"", expected));
        assert_eq!(app.get("/api/v1/tenant").if_none_match("\"1\"").send().await.status, 304);
        let narrow = app.key_with(&[Permission::OrdersRead]).await;
        assert_eq!(app.get("/api/v1/tenant").as_key(&narrow).send().await.problem(), "permission_denied");
    }
}
