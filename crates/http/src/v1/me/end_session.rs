//! `DELETE /api/v1/me/sessions/{id}`: ends one session of the caller.

use orderbase_application::{Code, me};
use orderbase_kernel::SessionId;

use crate::extract::permission::Session;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_end, _, _, _>(end).even_read_only().refuses(&[Code::SessionNotFound])
}

/// End one of my sessions
///
/// The session that asks may be ended too.
#[utoipa::path(
    delete,
    path = "/api/v1/me/sessions/{id}",
    operation_id = "me_end_session",
    tag = "Me",
    params(("id" = String, Path, description = "The session's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000e1")),
    responses((status = 204, description = "It has ended."))
)]
pub async fn end(call: Call<Session, NoBody, SessionId>) -> Answer {
    me::end_session(call.app(), call.ctx(), call.path).await?;
    respond::no_content()
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;

    use crate::testing::{Person, TestApp};

    async fn session(app: &TestApp, person: &Person) -> String {
        let me = app.get("/api/v1/me").as_bearer(&person.access_token).send().await.json();
        format!("/api/v1/me/sessions/{}", me["session_id"].as_str().unwrap())
    }

    #[actix_web::test]
    async fn an_own_one_ends_and_a_foreign_one_is_not_there() {
        let app = TestApp::start().await;
        let person = app.sign_in(Role::Viewer).await;
        let other = app.sign_in_again(person.id, &person.email).await;
        let stranger = app.sign_in(Role::Viewer).await;
        let token = &person.access_token;
        let foreign = app.delete(&session(&app, &stranger).await).as_bearer(token).send().await;
        assert_eq!((foreign.status.as_u16(), foreign.problem().as_str()), (404, "session_not_found"));
        let path = session(&app, &other).await;
        assert_eq!(app.delete(&path).as_bearer(token).send().await.status, 204);
        assert_eq!(app.delete(&path).as_bearer(token).send().await.problem(), "session_not_found");
        assert_eq!(app.get("/api/v1/me").as_bearer(&other.access_token).send().await.status, 401);
        assert_eq!(app.get("/api/v1/me").as_bearer(&stranger.access_token).send().await.status, 200);
        let unreadable = app.delete("/api/v1/me/sessions/x").as_bearer(token).send().await;
        assert_eq!(unreadable.problem(), "invalid_parameter");
    }
}
