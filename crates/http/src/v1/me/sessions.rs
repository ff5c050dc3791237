//! `GET /api/v1/me/sessions`: the caller's sessions.

use orderbase_application::me;

use super::body::{self, SessionListBody};
use crate::extract::Call;
use crate::extract::permission::Session;
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_list, _, _, _>(list).even_read_only()
}

/// List my sessions
///
/// The live sessions of the signed-in user, newest first; one hundred at most.
#[utoipa::path(
    get,
    path = "/api/v1/me/sessions",
    operation_id = "me_sessions",
    tag = "Me",
    responses((
        status = 200,
        description = "The sessions.",
        body = SessionListBody<'_>,
        example = json!(body::sessions_example())
    ))
)]
pub async fn list(call: Call<Session>) -> Answer {
    let sessions = me::sessions(call.app(), call.ctx()).await?;
    respond::plain(&SessionListBody::new(&sessions, call.ctx().session))
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn the_own_ones_alone_and_which_is_asking() {
        let app = TestApp::start().await;
        let person = app.sign_in(Role::Viewer).await;
        let other = app.sign_in_again(person.id, &person.email).await;
        app.sign_in(Role::Owner).await;
        let answer = app.get("/api/v1/me/sessions").as_bearer(&other.access_token).send().await;
        let list = answer.json();
        let current: Vec<_> = list["data"].as_array().unwrap().iter().map(|row| row["current"].clone()).collect();
        assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"));
        assert_eq!(current.iter().filter(|current| **current == json!(true)).count(), 1);
        assert_eq!(current.len(), 2);
        assert_eq!(
            (&list["data"][0]["network"], &list["data"][0]["user_agent"]),
            (&json!("127.0.0.1"), &json!("test"))
        );
        assert_eq!(app.get("/api/v1/me/sessions").send().await.problem(), "permission_denied");
    }
}
