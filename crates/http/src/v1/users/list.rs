//! `GET /api/v1/users`: a page of users.

use orderbase_application::users;

use super::query::{UserListParams, UserListQuery};
use crate::dto::shown::Rows;
use crate::dto::user::{UserBody, UserListBody};
use crate::extract::permission::UsersRead;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;
use crate::v1::paging;

pub fn route() -> Route {
    Route::of::<__path_list, _, _, _>(list).pages()
}

/// List users
///
/// Users page by page, the newest first: invited and disabled ones too unless `status` says otherwise. Follow the `Link` with
/// `rel="next"`, or send `next_cursor` as `cursor`, until `has_more` is false.
#[utoipa::path(
    get,
    path = "/api/v1/users",
    operation_id = "users_list",
    tag = "Users",
    params(UserListParams),
    responses((
        status = 200,
        description = "A page of users.",
        body = UserListBody<'_>,
        example = json!(crate::dto::examples::users())
    ))
)]
pub async fn list(call: Call<UsersRead, NoBody, (), UserListQuery>) -> Answer {
    let (app, ctx, query) = (call.app(), call.ctx(), &call.query);
    let bound = query.bound(ctx.tenant.id());
    let after = paging::after(app, &bound, query.cursor.as_deref())?;

    let page = users::list(app, ctx, &query.page(after)).await?;

    let next = paging::next(app, &bound, page.has_more, page.rows.last().map(|user| user.id().uuid()));
    let data = Rows { rows: &page.rows, body: UserBody::from };
    let body = UserListBody { data, next_cursor: next.as_deref(), has_more: page.has_more };
    let links = query.sent.links(&call.shared().options.public_url, "/api/v1/users", next.as_deref());
    respond::list(&body, &links)
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::Value;

    use crate::testing::TestApp;

    const PATH: &str = "/api/v1/users";

    fn ids(page: &Value) -> Vec<String> {
        page["data"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap().to_owned()).collect()
    }

    #[actix_web::test]
    async fn pages_by_status() {
        let app = TestApp::start().await;
        let owner = app.sign_in(Role::Owner).await;
        let member = app.sign_in(Role::Member).await;
        let viewer = app.sign_in(Role::Viewer).await;
        let disable = format!("{PATH}/{}/disable", member.id);
        assert_eq!(app.post(&disable).as_bearer(&owner.access_token).send().await.status, 200);
        let ask = |query: &str| app.get(&format!("{PATH}{query}")).as_bearer(&owner.access_token).send();

        let first = ask("?limit=2").await;
        assert_eq!((first.status.as_u16(), first.header("etag")), (200, ""));
        assert_eq!(ids(&first.json()), [viewer.id.to_string(), member.id.to_string()]);
        let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
        assert!(first.header("link").contains(&format!("limit=2&cursor={cursor}>; rel=\"next\"")));
        let second = ask(&format!("?cursor={cursor}")).await.json();
        assert_eq!((ids(&second), second["has_more"].as_bool()), (vec![owner.id.to_string()], Some(false)));
        assert_eq!(ids(&ask("?status=disabled").await.json()), [member.id.to_string()]);
        assert_eq!(ask(&format!("?status=active&cursor={cursor}")).await.problem(), "invalid_cursor");
    }

    #[actix_web::test]
    async fn who_may_and_what_is_read() {
        let app = TestApp::start().await;
        let (admin, member) = (app.sign_in(Role::Admin).await, app.sign_in(Role::Member).await);
        assert_eq!(app.get(PATH).send().await.problem(), "permission_denied", "a key");
        assert_eq!(app.get(PATH).as_bearer(&member.access_token).send().await.problem(), "permission_denied");
        for (query, status, code) in [
            ("limit=0", 422, "validation_failed"),
            ("status=gone", 422, "validation_failed"),
            ("role=owner", 400, "unknown_parameter"),
            ("cursor=x", 400, "invalid_cursor"),
        ] {
            let answer = app.get(&format!("{PATH}?{query}")).as_bearer(&admin.access_token).send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (status, code), "{query}");
        }
    }
}
