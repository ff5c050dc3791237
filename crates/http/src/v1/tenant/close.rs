//! `POST /api/v1/tenant/close`: closes the tenant for good.

use orderbase_application::tenants;
use orderbase_tenancy::Tenant;

use crate::dto::settings::CloseTenantBody;
use crate::dto::tenant::TenantBody;
use crate::extract::permission::TenantManage;
use crate::extract::{Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_close, _, _, _>(close).once().if_match().even_read_only()
}

/// Close the tenant
///
/// From now on nobody gets in, and 30 days later the data may be erased. Only an owner may, by typing the slug again. Works in a
/// read-only tenant too. There is no way back.
#[utoipa::path(
    post,
    path = "/api/v1/tenant/close",
    operation_id = "tenant_close",
    tag = "Tenant",
    request_body(content = CloseTenantBody, example = json!(crate::dto::examples::close_tenant())),
    responses((
        status = 200,
        description = "The tenant, closed.",
        body = TenantBody<'_>,
        example = json!(crate::dto::examples::closed_tenant())
    ))
)]
pub async fn close(call: Call<TenantManage, CloseTenantBody>) -> Answer {
    let now = call.ctx().at;
    let closed = move |tenant: &Tenant| respond::ok(tenant.version(), &TenantBody::new(tenant, now));
    let conditions = call.conditions(closed);
    let Parts { app, ctx, body, .. } = call.into_parts();

    let done = tenants::close(&app, &ctx, body, conditions).await?;

    respond::done(done, closed)
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;

    const PATH: &str = "/api/v1/tenant/close";

    #[actix_web::test]
    async fn by_an_owner_who_types_the_slug() {
        let app = TestApp::start().await;
        let (owner, admin) = (app.sign_in(Role::Owner).await, app.sign_in(Role::Admin).await);
        let wish = json!({"confirm_slug": "acme", "reason": "moved"});
        let post = |who: &str| app.post(PATH).as_bearer(who);
        assert_eq!(post(&admin.access_token).json(&wish).send().await.problem(), "permission_denied");
        assert_eq!(app.post(PATH).json(&wish).send().await.problem(), "permission_denied", "a key");
        for (wish, faults) in [
            (json!({"confirm_slug": "other", "reason": "moved"}), vec!["#/confirm_slug not_one_of"]),
            (json!({"confirm_slug": "Acme", "reason": "moved"}), vec!["#/confirm_slug not_one_of"]),
            (json!({"confirm_slug": "acme", "reason": ""}), vec!["#/reason too_short"]),
            (json!({"confirm_slug": "acme"}), vec!["#/reason required"]),
        ] {
            let answer = post(&owner.access_token).json(&wish).send().await;
            assert_eq!(
                (answer.status.as_u16(), answer.faults()),
                (422, faults.iter().map(ToString::to_string).collect()),
                "{wish}"
            );
        }
        assert_eq!(post(&owner.access_token).if_match("\"9\"").json(&wish).send().await.problem(), "version_conflict");
        let answer = post(&owner.access_token).key("k").json(&wish).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""));
        assert_eq!(answer.json()["status"], "closed");
        assert_eq!(app.get("/api/v1/tenant").send().await.problem(), "tenant_closed");
    }
}
