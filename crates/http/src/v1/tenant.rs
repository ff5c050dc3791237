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
    responses((status = 200, description = "The tenant.", body = TenantBody<'_>, example = json!(crate::dto::examples::tenant())))
)]
pub async fn get(call: Call<TenantRead>) -> Answer {
    let tenant = tenants::own(call.app(), call.ctx()).await?;
    respond::resource(&call.if_none_match, tenant.version(), &TenantBody::new(&tenant, call.ctx().at))
}
