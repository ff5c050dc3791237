//! `GET /api/v1/me`: who is calling.

use crate::dto::me::MeBody;
use crate::extract::Call;
use crate::extract::permission::AnyCredential;
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_me, _, _, _>(me)
}

/// Who is calling
///
/// Tells which key the credential belongs to, of which tenant, and what it may do.
#[utoipa::path(
    get,
    path = "/api/v1/me",
    operation_id = "me",
    tag = "Me",
    responses((status = 200, description = "The caller.", body = MeBody<'_>, example = json!(crate::dto::examples::me())))
)]
pub async fn me(call: Call<AnyCredential>) -> Answer {
    respond::plain(&MeBody::from(call.ctx()))
}
