//! `GET /api/v1/invitations/{id}`: one invitation.

use orderbase_application::invitations;

use super::path::InvitationId;
use crate::dto::user::InvitationBody;
use crate::extract::permission::UsersRead;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_get, _, _, _>(get).etag()
}

/// One invitation
///
/// The invitation without its token, also when it was revoked. One that was accepted is a user, and no invitation any more.
#[utoipa::path(
    get,
    path = "/api/v1/invitations/{id}",
    operation_id = "invitations_get",
    tag = "Users",
    params(("id" = String, Path, description = "The invitation's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000d2")),
    responses((
        status = 200,
        description = "The invitation.",
        body = InvitationBody<'_>,
        example = json!(crate::dto::examples::invitation())
    ))
)]
pub async fn get(call: Call<UsersRead, NoBody, InvitationId>) -> Answer {
    let InvitationId(id) = call.path;
    let user = invitations::get(call.app(), call.ctx(), id).await?;

    respond::resource(&call.if_none_match, user.version(), &InvitationBody::from(&user))
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::RANDOM_ID;

    #[actix_web::test]
    async fn one_invitation_without_its_token() {
        let app = TestApp::start().await;
        let admin = app.sign_in(Role::Admin).await;
        let wish = json!({"email": "eve@example.com", "role": "viewer"});
        let made = app.post("/api/v1/invitations").as_bearer(&admin.access_token).json(&wish).send().await;
        let get = |path: &str| app.get(path).as_bearer(&admin.access_token);
        let answer = get(made.header("location")).send().await;
        let expected = json!({
            "id": made.json()["id"], "email": "eve@example.com", "role": "viewer", "status": "pending",
            "created_at": "2026-01-15T12:00:00.000Z", "updated_at": "2026-01-15T12:00:00.000Z", "version": 1
        });
        assert_eq!((answer.status.as_u16(), answer.header("etag"), answer.json()), (200, "\"1\"", expected));
        assert_eq!(get(made.header("location")).if_none_match("\"1\"").send().await.status, 304);
        for id in [RANDOM_ID.to_owned(), admin.id.to_string()] {
            let missing = get(&format!("/api/v1/invitations/{id}")).send().await;
            assert_eq!((missing.status.as_u16(), missing.problem().as_str()), (404, "invitation_not_found"));
        }
        assert_eq!(app.get(made.header("location")).send().await.problem(), "permission_denied", "a key");
    }
}
