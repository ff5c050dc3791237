//! Sessions in an answer, and the body of a change of password.

use orderbase_application::me::ChangePassword;
use orderbase_kernel::{SessionId, Timestamp};
use orderbase_tenancy::Session;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::dto::shown::Shown;
use crate::extract::{Faults, FromJson};
use crate::respond::Body;

/// A session of the caller.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionBody<'a> {
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub id: Shown<SessionId>,
    /// Whether it is the one that asks.
    pub current: bool,
    /// The address it was begun from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 64)]
    pub network: Option<&'a str>,
    /// What the client called itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200)]
    pub user_agent: Option<&'a str>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub created_at: Shown<Timestamp>,
    /// The last refresh, or the sign-in.
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub used_at: Shown<Timestamp>,
    /// Its end, however often it is refreshed.
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub expires_at: Shown<Timestamp>,
}

/// The live sessions of the caller, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionList)]
pub struct SessionListBody<'a> {
    #[schema(max_items = 100)]
    pub data: Vec<SessionBody<'a>>,
}

impl Body for SessionListBody<'_> {
    fn size_hint(&self) -> usize {
        64 + 512 * self.data.len()
    }
}

impl<'a> SessionListBody<'a> {
    /// `own` is the session of the request.
    pub fn new(sessions: &'a [Session], own: Option<SessionId>) -> Self {
        Self { data: sessions.iter().map(|session| SessionBody::new(session, own)).collect() }
    }
}

impl<'a> SessionBody<'a> {
    fn new(session: &'a Session, own: Option<SessionId>) -> Self {
        Self {
            id: Shown(session.id()),
            current: own == Some(session.id()),
            network: session.client().network(),
            user_agent: session.client().user_agent(),
            created_at: Shown(session.created_at()),
            used_at: Shown(session.used_at()),
            expires_at: Shown(session.expires_at()),
        }
    }
}

/// The password until now, and the one from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangePassword)]
pub struct ChangePasswordBody {
    #[schema(max_length = 128)]
    pub current_password: String,
    /// 15 to 128 characters, not one that is easily guessed; kept byte for byte.
    #[schema(min_length = 15, max_length = 128)]
    pub new_password: String,
}

impl FromJson for ChangePasswordBody {
    type Valid = ChangePassword;

    fn validate(self, _: &mut Faults) -> Option<ChangePassword> {
        let Self { current_password, new_password } = self;
        Some(ChangePassword { current_password, new_password })
    }
}

pub fn password_example() -> Value {
    json!({"current_password": "a long walk by the river", "new_password": "a longer walk by the sea"})
}

pub fn sessions_example() -> Value {
    json!({"data": [{
        "id": "01980000-0000-7000-8000-0000000000e1",
        "current": true,
        "network": "192.0.2.7",
        "user_agent": "Mozilla/5.0",
        "created_at": "2026-01-15T12:00:00.000Z",
        "used_at": "2026-01-15T12:10:00.000Z",
        "expires_at": "2026-02-14T12:00:00.000Z"
    }]})
}
