//! `POST /api/v1/auth/invitations/accept`: an invited user joins.

use orderbase_application::{Code, auth};

use super::body::{self, AcceptInvitationBody};
use crate::dto::user::UserBody;
use crate::extract::Visit;
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_accept, _, _, _>(accept).appends().refuses(&[
        Code::InvalidCredentials,
        Code::RateLimited,
        Code::TenantSuspended,
        Code::TrialExpired,
    ])
}

/// Accept an invitation
///
/// The invited user joins, and signs in with the password from now on. A password that is refused leaves the token good.
#[utoipa::path(
    post,
    path = "/api/v1/auth/invitations/accept",
    operation_id = "auth_accept_invitation",
    tag = "Auth",
    request_body(content = AcceptInvitationBody, example = json!(body::accept_invitation_example())),
    responses((status = 201, description = "Joined.", body = UserBody<'_>, example = json!(body::joined_example())))
)]
pub async fn accept(visit: Visit<AcceptInvitationBody>) -> Answer {
    let user = auth::accept_invitation(visit.app()?, visit.client(), visit.body.clone()).await?;
    respond::added(format!("/api/v1/users/{}", user.id()), &UserBody::from(&user))
}

#[cfg(test)]
mod tests {
    use orderbase_application::ports::Bucket;
    use orderbase_application::testing::{PASSWORD, ctx, invited};
    use orderbase_kernel::Email;
    use orderbase_tenancy::Role;
    use serde_json::{Value, json};

    use crate::testing::{Received, TestApp};

    async fn sent(app: &TestApp, body: &Value) -> Received {
        let request = app.post("/api/v1/auth/invitations/accept").anonymous().header("x-request-id", "same");
        request.json(body).send().await
    }

    #[actix_web::test]
    async fn a_token_is_good_once_and_a_bad_password_leaves_it_good() {
        let app = TestApp::start().await;
        let world = &app.world.app;
        let email = Email::parse("grace@example.com").unwrap();
        let issued = invited(world, &ctx(world, &app.tenant), &email, Role::Member).await;
        let token = issued.text.expose();
        let short = sent(&app, &json!({"token": token, "name": "Grace", "password": "short"})).await;
        assert_eq!((short.status.as_u16(), short.faults()), (422, vec!["#/password too_short".to_owned()]));
        let unnamed = sent(&app, &json!({"token": token, "name": " ", "password": PASSWORD})).await;
        assert_eq!(unnamed.problem(), "validation_failed");

        let joined = sent(&app, &json!({"token": token, "name": "Grace", "password": PASSWORD})).await;
        let user = joined.json();
        assert_eq!((joined.status.as_u16(), joined.header("cache-control")), (201, "no-store"));
        assert_eq!(joined.header("location"), format!("/api/v1/users/{}", user["id"].as_str().unwrap()));
        assert_eq!(
            (&user["status"], &user["role"], &user["name"]),
            (&json!("active"), &json!("member"), &json!("Grace"))
        );
        assert!(!String::from_utf8_lossy(&joined.bytes).contains(token));

        let again = sent(&app, &json!({"token": token, "name": "Grace", "password": PASSWORD})).await;
        let unknown = sent(&app, &json!({"token": "obi_", "name": "Grace", "password": PASSWORD})).await;
        assert_eq!((again.status.as_u16(), again.problem().as_str()), (401, "invalid_credentials"));
        assert_eq!(again.bytes, unknown.bytes);
        app.world.throttles.refuse(Bucket::TicketIp);
        assert_eq!(
            sent(&app, &json!({"token": token, "name": "Grace", "password": PASSWORD})).await.problem(),
            "rate_limited"
        );
    }
}
