//! `GET /api/v1/invitations`: a page of invitations.

use orderbase_application::invitations;
use orderbase_kernel::UserId;

use super::query::{InvitationListParams, InvitationListQuery};
use crate::dto::shown::Rows;
use crate::dto::user::{InvitationBody, InvitationListBody};
use crate::extract::permission::UsersRead;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;
use crate::v1::paging;

pub fn route() -> Route {
    Route::of::<__path_list, _, _, _>(list).pages()
}

/// List invitations
///
/// Those who were invited and have not joined, the newest first. Revoked invitations are found by their id alone.
#[utoipa::path(
    get,
    path = "/api/v1/invitations",
    operation_id = "invitations_list",
    tag = "Users",
    params(InvitationListParams),
    responses((
        status = 200,
        description = "A page of invitations.",
        body = InvitationListBody<'_>,
        example = json!(crate::dto::examples::invitations())
    ))
)]
pub async fn list(call: Call<UsersRead, NoBody, (), InvitationListQuery>) -> Answer {
    let (app, ctx, query) = (call.app(), call.ctx(), &call.query);
    let bound = InvitationListQuery::bound(ctx.tenant.id());
    let after = paging::after(app, &bound, query.cursor.as_deref())?.map(UserId::from_uuid);

    let page = invitations::list(app, ctx, query.limit, after).await?;

    let next = paging::next(app, &bound, page.has_more, page.rows.last().map(|user| user.id().uuid()));
    let data = Rows { rows: &page.rows, body: InvitationBody::from };
    let body = InvitationListBody { data, next_cursor: next.as_deref(), has_more: page.has_more };
    let links = query.sent.links(&call.shared().options.public_url, "/api/v1/invitations", next.as_deref());
    respond::list(&body, &links)
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::{Value, json};

    use crate::testing::TestApp;
    use crate::v1::fixtures::id;

    const PATH: &str = "/api/v1/invitations";

    fn emails(page: &Value) -> Vec<&str> {
        page["data"].as_array().unwrap().iter().map(|one| one["email"].as_str().unwrap()).collect()
    }

    #[actix_web::test]
    async fn those_who_have_not_joined() {
        let app = TestApp::start().await;
        let (admin, member) = (app.sign_in(Role::Admin).await, app.sign_in(Role::Member).await);
        let mut last = String::new();
        for name in ["a", "b", "c", "d"] {
            let wish = json!({"email": format!("{name}@example.com"), "role": "viewer"});
            let answer = app.post(PATH).as_bearer(&admin.access_token).json(&wish).send().await;
            last = id(&answer);
        }
        app.post(&format!("{PATH}/{last}/revoke")).as_bearer(&admin.access_token).send().await;
        let ask = |query: &str| app.get(&format!("{PATH}{query}")).as_bearer(&admin.access_token).send();
        let first = ask("?limit=2").await.json();
        assert_eq!(emails(&first), ["c@example.com", "b@example.com"]);
        assert!(first["data"][0].get("token").is_none());
        let second = ask(&format!("?cursor={}", first["next_cursor"].as_str().unwrap())).await.json();
        assert_eq!((emails(&second), second["has_more"].as_bool()), (vec!["a@example.com"], Some(false)));
        assert_eq!(ask("?limit=101").await.problem(), "validation_failed");
        assert_eq!(ask("?cursor=x").await.problem(), "invalid_cursor");
        assert_eq!(app.get(PATH).as_bearer(&member.access_token).send().await.problem(), "permission_denied");
    }
}
