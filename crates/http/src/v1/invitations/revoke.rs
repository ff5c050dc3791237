//! `POST /api/v1/invitations/{id}/revoke`: takes an invitation back.

use orderbase_application::invitations;

use super::answer;
use super::path::InvitationId;
use crate::dto::user::InvitationBody;
use crate::extract::permission::UsersWrite;
use crate::extract::{Call, NoBody, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_revoke, _, _, _>(revoke).once().even_read_only()
}

/// Revoke an invitation
///
/// Its token is void from now on and the seat is free. Works in a read-only tenant too. Repeating it changes nothing and is 200.
#[utoipa::path(
    post,
    path = "/api/v1/invitations/{id}/revoke",
    operation_id = "invitations_revoke",
    tag = "Users",
    params(("id" = String, Path, description = "The invitation's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000d2")),
    responses((
        status = 200,
        description = "The invitation, revoked.",
        body = InvitationBody<'_>,
        example = json!(crate::dto::examples::revoked_invitation())
    ))
)]
pub async fn revoke(call: Call<UsersWrite, NoBody, InvitationId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx, path: InvitationId(id), .. } = call.into_parts();

    let done = invitations::revoke(&app, &ctx, id, conditions).await?;

    respond::done(done, answer::changed)
}

#[cfg(test)]
mod tests {
    use orderbase_application::auth::{self, AcceptInvitation};
    use orderbase_application::testing::{PASSWORD, client};
    use orderbase_kernel::Name;
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn the_token_is_void() {
        let app = TestApp::start().await;
        let (owner, admin) = (app.sign_in(Role::Owner).await, app.sign_in(Role::Admin).await);
        let invite = |who: &str, role: &str| {
            let wish = json!({"email": format!("{role}@example.com"), "role": role});
            app.post("/api/v1/invitations").as_bearer(who).json(&wish).send()
        };
        let made = invite(&owner.access_token, "viewer").await;
        let path = format!("{}/revoke", made.header("location"));
        let answer = app.post(&path).as_bearer(&admin.access_token).key("k").send().await;
        assert_eq!((answer.status.as_u16(), answer.json()["status"].as_str()), (200, Some("revoked")));
        let again = app.post(&path).as_bearer(&admin.access_token).key("k").send().await;
        assert_eq!((&again.bytes, again.header("idempotent-replayed")), (&answer.bytes, "true"));
        let token = made.json()["token"].as_str().unwrap().to_owned();
        let wish = AcceptInvitation { token, name: Name::parse("Eve").unwrap(), password: PASSWORD.to_owned() };
        assert!(auth::accept_invitation(&app.world.app, &client(), wish).await.is_err());

        let above = format!("{}/revoke", invite(&owner.access_token, "owner").await.header("location"));
        assert_eq!(app.post(&above).as_bearer(&admin.access_token).send().await.problem(), "permission_denied");
        let joined = format!("/api/v1/invitations/{}/revoke", admin.id);
        assert_eq!(app.post(&joined).as_bearer(&owner.access_token).send().await.problem(), "invitation_not_found");
    }
}
