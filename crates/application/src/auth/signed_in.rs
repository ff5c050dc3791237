//! What somebody gets who was recognised, and the throttle that stands before.

use orderbase_kernel::{InvalidCode, Timestamp};
use orderbase_tenancy::PermissionSet;

use crate::app::App;
use crate::error::{Error, Fault};
use crate::ports::{AccessClaims, Bucket, Of, Subject, ThrottleTaking};

/// Tokens, shown once.
#[derive(Clone)]
pub struct SignedIn {
    pub access_token: String,
    /// Life of the access token, in seconds.
    pub expires_in: u32,
    /// Of a user's session; operators and clients sign in again instead.
    pub refresh_token: Option<String>,
    /// What the access token may do.
    pub scope: PermissionSet,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// An access token for the subject. `narrowed` is the scope it was asked for, `scope` what that comes to.
///
/// # Errors
/// `internal_error` where there is no key to sign with.
pub(crate) fn issue(
    app: &App,
    subject: Subject,
    narrowed: Option<PermissionSet>,
    scope: PermissionSet,
    at: Timestamp,
) -> Result<SignedIn, Error> {
    let expires_in = app.tokens.life_secs();
    let claims = AccessClaims {
        subject,
        scope: narrowed,
        issued_at: at,
        expires_at: at.plus_millis(i64::from(expires_in) * 1_000),
        id: app.ids.next(at),
    };
    let access_token = app.tokens.issue(&claims).map_err(Error::internal)?;
    Ok(SignedIn { access_token, expires_in, refresh_token: None, scope })
}

/// Takes one token of each bucket.
///
/// # Errors
/// `rate_limited`, before anything was looked up.
pub(crate) async fn throttled(app: &App, buckets: &[(Bucket, Of<'_>)]) -> Result<(), Error> {
    match app.throttles.take(buckets).await {
        ThrottleTaking::Granted => Ok(()),
        ThrottleTaking::Refused { bucket, retry_after_secs } => {
            Err(Error::Throttled { policy: bucket.policy(), retry_after_secs })
        }
    }
}

/// More was asked for than there is, or nothing of what there is.
pub(crate) fn scope_exceeded() -> Error {
    Error::invalid(Fault::ruled("#/scope", InvalidCode::ScopeNotGrantable, "is more than can be granted"))
}
