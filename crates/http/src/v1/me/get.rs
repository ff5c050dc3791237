//! `GET /api/v1/me`: who is calling.

use crate::dto::me::MeBody;
use crate::extract::Call;
use crate::extract::permission::AnyCredential;
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_get, _, _, _>(get)
}

/// Who is calling
///
/// Tells whom the credential belongs to, a key or a signed-in user, of which tenant, and what it may do.
#[utoipa::path(
    get,
    path = "/api/v1/me",
    operation_id = "me_get",
    tag = "Me",
    responses((
        status = 200,
        description = "The caller.",
        body = MeBody<'_>,
        example = json!(crate::dto::examples::me())
    ))
)]
pub async fn get(call: Call<AnyCredential>) -> Answer {
    respond::plain(&MeBody::from(call.ctx()))
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Permission;
    use serde_json::json;

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn the_caller_as_the_server_sees_it() {
        let app = TestApp::start().await;
        let key = app.key_with(&[Permission::CustomersRead]).await;
        let answer = app.get("/api/v1/me").as_key(&key).send().await;
        let me = answer.json();
        assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"));
        assert_eq!((&me["credential"], &me["actor"]["type"]), (&json!("api_key"), &json!("api_key")));
        assert_eq!(me["permissions"], json!(["customers:read"]));
        let tenant = json!({"id": app.tenant.id().to_string(), "name": "acme", "slug": "acme", "mode": "live"});
        assert_eq!(me["tenant"], tenant);
        assert!(!String::from_utf8_lossy(&answer.bytes).contains(&key));
        assert_eq!(app.get("/api/v1/me").anonymous().send().await.problem(), "unauthenticated");
    }
}
