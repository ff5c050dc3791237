//! Bodies of signing in. Names and passwords are not looked at here: what is not even an e-mail fails like a wrong password, with the
//! same bytes.

use orderbase_application::auth::{AcceptInvitation, Login, ResetPassword, SignedIn};
use orderbase_kernel::Name;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::extract::{Faults, FromJson};
use crate::respond::Body;

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Login)]
pub struct LoginBody {
    /// The tenant's slug. Operators of the platform leave it out.
    #[schema(max_length = 40)]
    #[serde(default)]
    pub tenant: Option<String>,
    #[schema(max_length = 254)]
    pub email: String,
    /// Compared byte for byte.
    #[schema(max_length = 128)]
    pub password: String,
}

impl FromJson for LoginBody {
    type Valid = Login;

    fn validate(self, _: &mut Faults) -> Option<Login> {
        let Self { tenant, email, password } = self;
        Some(Login { tenant, email, password, scope: None })
    }
}

/// The token that was given out last.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Refresh)]
pub struct RefreshBody {
    #[schema(max_length = 128)]
    pub refresh_token: String,
}

impl FromJson for RefreshBody {
    type Valid = String;

    fn validate(self, _: &mut Faults) -> Option<String> {
        let Self { refresh_token } = self;
        Some(refresh_token)
    }
}

/// A new password, and the token that an administrator handed out for it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasswordReset)]
pub struct PasswordResetBody {
    #[schema(max_length = 128)]
    pub token: String,
    /// 15 to 128 characters, not one that is easily guessed; kept byte for byte.
    #[schema(min_length = 15, max_length = 128)]
    pub new_password: String,
}

impl FromJson for PasswordResetBody {
    type Valid = ResetPassword;

    fn validate(self, _: &mut Faults) -> Option<ResetPassword> {
        let Self { token, new_password } = self;
        Some(ResetPassword { token, new_password })
    }
}

/// Who joins a tenant, with the token of an invitation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AcceptInvitation)]
pub struct AcceptInvitationBody {
    #[schema(max_length = 128)]
    pub token: String,
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    pub name: String,
    /// 15 to 128 characters, not one that is easily guessed; kept byte for byte.
    #[schema(min_length = 15, max_length = 128)]
    pub password: String,
}

impl FromJson for AcceptInvitationBody {
    type Valid = AcceptInvitation;

    fn validate(self, faults: &mut Faults) -> Option<AcceptInvitation> {
        let Self { token, name, password } = self;
        let name = faults.read("name", Name::parse(&name));
        Some(AcceptInvitation { token, name: name?, password })
    }
}

/// Tokens, shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = Tokens)]
pub struct TokensBody {
    /// For the header `Authorization: Bearer …`.
    #[schema(max_length = 4096)]
    pub access_token: String,
    /// `Bearer` (RFC 6750).
    #[schema(max_length = 16)]
    pub token_type: &'static str,
    /// Life of the access token in seconds.
    #[schema(minimum = 60, maximum = 3600)]
    pub expires_in: u32,
    /// For new tokens when these have expired. Used once: the answer brings the next one. Operators and clients get none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 128)]
    pub refresh_token: Option<String>,
    /// What the access token may do: names of permissions, parted by blanks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1024)]
    pub scope: Option<String>,
}

impl Body for TokensBody {
    fn size_hint(&self) -> usize {
        2_048
    }
}

impl From<SignedIn> for TokensBody {
    fn from(signed_in: SignedIn) -> Self {
        let SignedIn { access_token, expires_in, refresh_token, scope } = signed_in;
        Self { access_token, token_type: "Bearer", expires_in, refresh_token, scope: Some(scope.texts().join(" ")) }
    }
}

pub fn login_example() -> Value {
    json!({"tenant": "acme", "email": "ada@example.com", "password": "a long walk by the river"})
}

pub fn refresh_example() -> Value {
    json!({"refresh_token": REFRESH_TOKEN})
}

pub fn password_reset_example() -> Value {
    json!({"token": TICKET, "new_password": "a long walk by the river"})
}

pub fn accept_invitation_example() -> Value {
    json!({"token": TICKET, "name": "Ada", "password": "a long walk by the river"})
}

pub fn tokens_example() -> Value {
    json!({
        "access_token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSIsImtpZCI6ImsxIn0.eyJpc3MiOiJodHRwczovL2FwaS5leGFtcGxlLmNvbSJ9.c2ln",
        "token_type": "Bearer",
        "expires_in": 600,
        "refresh_token": REFRESH_TOKEN,
        "scope": "orders:read customers:read"
    })
}

pub fn joined_example() -> Value {
    json!({
        "id": "01980000-0000-7000-8000-0000000000d1",
        "email": "ada@example.com",
        "name": "Ada",
        "role": "member",
        "status": "active",
        "joined_at": "2026-01-15T12:00:00.000Z",
        "created_at": "2026-01-15T11:00:00.000Z",
        "updated_at": "2026-01-15T12:00:00.000Z",
        "version": 2
    })
}

const REFRESH_TOKEN: &str = "obr_02PYkZm8QY1nGt7vR4sLcB03QZlAn9RZ2oHu8wS5tMdC0123456789ABCDEFGHIJKLMNOPQRSTUV000000";
const TICKET: &str = "obi_02PYkZm8QY1nGt7vR4sLcB0123456789ABCDEFGHIJKLMNOPQRSTUV000000";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::json;

    fn is_read<T: FromJson>(example: &Value) {
        let body: T = json::read(example.to_string().as_bytes()).unwrap();
        let mut faults = Faults::default();
        assert!(body.validate(&mut faults).is_some() && faults.is_empty(), "{example}: {faults:?}");
    }

    #[test]
    fn request_examples_are_taken() {
        is_read::<LoginBody>(&login_example());
        is_read::<RefreshBody>(&refresh_example());
        is_read::<PasswordResetBody>(&password_reset_example());
        is_read::<AcceptInvitationBody>(&accept_invitation_example());
    }
}
