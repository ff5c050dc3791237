//! `GET /api/v1/audit/{id}`: one entry of the audit log.

use orderbase_application::audit;

use super::path::AuditEntryId;
use crate::dto::audit::AuditEntryBody;
use crate::extract::permission::AuditRead;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_get, _, _, _>(get)
}

/// One entry of the audit log
///
/// An event has the same id here as in the history of what it happened to.
#[utoipa::path(
    get,
    path = "/api/v1/audit/{id}",
    operation_id = "audit_get",
    tag = "Audit",
    params(("id" = String, Path, description = "The entry's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000e3")),
    responses((
        status = 200,
        description = "The entry.",
        body = AuditEntryBody<'_>,
        example = json!(crate::dto::examples::audit_entry())
    ))
)]
pub async fn get(call: Call<AuditRead, NoBody, AuditEntryId>) -> Answer {
    let AuditEntryId(id) = call.path;
    let entry = audit::get(call.app(), call.ctx(), id).await?;

    respond::plain(&AuditEntryBody::from(&entry))
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Permission;

    use crate::testing::TestApp;
    use crate::v1::fixtures::{self, RANDOM_ID};

    #[actix_web::test]
    async fn one_entry_of_the_own_tenant() {
        let app = TestApp::start().await;
        fixtures::customer(&app).await;
        let listed = app.get("/api/v1/audit?limit=1").send().await.json()["data"][0].clone();
        let path = format!("/api/v1/audit/{}", listed["id"].as_str().unwrap());
        let answer = app.get(&path).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("cache-control"), answer.json()), (200, "no-store", listed));
        let (_, stranger) = app.tenant("other").await;
        for request in [app.get(&path).as_key(&stranger), app.get(&format!("/api/v1/audit/{RANDOM_ID}"))] {
            let missing = request.send().await;
            assert_eq!((missing.status.as_u16(), missing.problem().as_str()), (404, "audit_entry_not_found"));
        }
        assert_eq!(app.get("/api/v1/audit/x").send().await.problem(), "invalid_parameter");
        let narrow = app.key_with(&[Permission::OrdersRead]).await;
        assert_eq!(app.get(&path).as_key(&narrow).send().await.problem(), "permission_denied");
    }
}
