//! `PATCH /api/v1/users/{id}`: changes a user's name and role.

use orderbase_application::{Code, users};
use orderbase_kernel::UserId;

use super::answer;
use crate::dto::user::{UpdateUserBody, UserBody};
use crate::extract::permission::AnyCredential;
use crate::extract::{Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_update, _, _, _>(update).if_match_required().refuses(&[Code::PermissionDenied, Code::LastOwner])
}

/// Change a user
///
/// A merge patch (RFC 7396): absent members stay. Needs the permission `users:write`, but for one's own name. Nobody changes a user
/// whose role, before or after, is above the own, and nobody the own role.
#[utoipa::path(
    patch,
    path = "/api/v1/users/{id}",
    operation_id = "users_update",
    tag = "Users",
    params(("id" = String, Path, description = "The user's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000d1")),
    request_body(content = UpdateUserBody, example = json!(crate::dto::examples::update_user())),
    responses((
        status = 200,
        description = "The user after the change.",
        body = UserBody<'_>,
        example = json!(crate::dto::examples::user())
    ))
)]
pub async fn update(call: Call<AnyCredential, UpdateUserBody, UserId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx, body, path, .. } = call.into_parts();

    let done = users::update(&app, &ctx, path, body, conditions).await?;

    respond::done(done, answer::changed)
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn name_and_role_of_others_and_the_own_name() {
        let app = TestApp::start().await;
        let (owner, viewer) = (app.sign_in(Role::Owner).await, app.sign_in(Role::Viewer).await);
        let path = format!("/api/v1/users/{}", viewer.id);
        let change = json!({"name": " Eve ", "role": "member"});
        let answer = app.patch(&path).as_bearer(&owner.access_token).if_match("\"2\"").json(&change).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"3\""));
        assert_eq!((&answer.json()["name"], &answer.json()["role"]), (&json!("Eve"), &json!("member")));

        let own =
            app.patch(&path).as_bearer(&viewer.access_token).if_match("*").json(&json!({"name": "Eva"})).send().await;
        assert_eq!((own.status.as_u16(), own.json()["name"].as_str()), (200, Some("Eva")));
        for (target, who, patch) in [
            (viewer.id, &viewer, json!({"role": "owner"})),
            (owner.id, &viewer, json!({"name": "x"})),
            (owner.id, &owner, json!({"role": "member"})),
        ] {
            let path = format!("/api/v1/users/{target}");
            let answer = app.patch(&path).as_bearer(&who.access_token).if_match("*").json(&patch).send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (403, "permission_denied"), "{patch}");
        }
    }

    #[actix_web::test]
    async fn versions_and_bounds() {
        let app = TestApp::start().await;
        let (admin, viewer) = (app.sign_in(Role::Admin).await, app.sign_in(Role::Viewer).await);
        let path = format!("/api/v1/users/{}", viewer.id);
        let ask = || app.patch(&path).as_bearer(&admin.access_token);
        assert_eq!(ask().json(&json!({"name": "x"})).send().await.problem(), "precondition_required");
        assert_eq!(ask().if_match("\"1\"").json(&json!({"name": "x"})).send().await.problem(), "version_conflict");
        for (patch, fault) in [
            (json!({"name": null}), "#/name null_not_allowed"),
            (json!({"name": ""}), "#/name too_short"),
            (json!({"name": "x".repeat(201)}), "#/name too_long"),
            (json!({"role": "king"}), "#/role not_one_of"),
            (json!({"email": "x@example.com"}), "#/email unknown_field"),
        ] {
            let answer = ask().if_match("*").json(&patch).send().await;
            assert_eq!((answer.status.as_u16(), answer.faults()), (422, vec![fault.to_owned()]), "{patch}");
        }
        assert_eq!(ask().if_match("*").json(&json!({"role": "owner"})).send().await.problem(), "permission_denied");
    }
}
