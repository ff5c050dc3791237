//! `DELETE /api/v1/me/sessions`: ends all sessions of the caller but the one that asks.

use orderbase_application::me;

use crate::extract::Call;
use crate::extract::permission::Session;
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_end, _, _, _>(end).even_read_only()
}

/// End my other sessions
///
/// Ends every session of the signed-in user but the one that asks.
#[utoipa::path(
    delete,
    path = "/api/v1/me/sessions",
    operation_id = "me_end_sessions",
    tag = "Me",
    responses((status = 204, description = "They have ended."))
)]
pub async fn end(call: Call<Session>) -> Answer {
    me::end_other_sessions(call.app(), call.ctx()).await?;
    respond::no_content()
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn all_but_the_one_that_asks_and_nobody_elses() {
        let app = TestApp::start().await;
        let person = app.sign_in(Role::Viewer).await;
        let other = app.sign_in_again(person.id, &person.email).await;
        let stranger = app.sign_in(Role::Viewer).await;
        let answer = app.delete("/api/v1/me/sessions").as_bearer(&person.access_token).send().await;
        assert_eq!(answer.status, 204);
        for (token, status) in [(&person.access_token, 200), (&other.access_token, 401), (&stranger.access_token, 200)]
        {
            assert_eq!(app.get("/api/v1/me").as_bearer(token).send().await.status, status);
        }
    }
}
