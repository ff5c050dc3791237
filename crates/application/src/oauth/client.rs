//! Proves a client: its id is that of an API key, its secret the key's text.

use std::sync::Arc;

use orderbase_kernel::ApiKeyId;
use orderbase_tenancy::{Access, ApiKey, ApiKeyText, Tenant};

use super::error::OAuthError;
use crate::app::App;
use crate::auth::throttled;
use crate::client::Client;
use crate::error::Error;
use crate::keys::{self, Found};
use crate::ports::{Bucket, KeyHolder, Of};

/// What a bucket is named by, of an id that may be anything. In characters.
const COUNTED_MAX: usize = 64;

/// As sent, by HTTP Basic or in the body.
#[derive(Clone)]
pub struct ClientCredentials {
    pub client_id: String,
    pub client_secret: String,
}

impl ClientCredentials {
    /// The id as it was sent, which throttles count by whether it exists or not.
    pub(super) fn counted_id(&self) -> String {
        self.client_id.chars().take(COUNTED_MAX).collect()
    }
}

/// A client that was proved.
pub(super) struct Proved {
    pub key: Arc<ApiKey>,
    /// Of the secret that was sent.
    pub hint: String,
    pub tenant: Arc<Tenant>,
}

/// The key behind the credentials. A token is taken of each bucket before anything is looked up.
///
/// # Errors
/// `rate_limited`; `invalid_client`, alike for every cause; `tenant_closed` and `address_not_allowed` of a good key.
pub(super) async fn prove(
    app: &App,
    client: &Client,
    sent: &ClientCredentials,
    buckets: &[(Bucket, Of<'_>)],
) -> Result<Proved, OAuthError> {
    throttled(app, buckets).await?;

    let mode = ApiKeyText::parse(&sent.client_secret).map_err(|_| OAuthError::InvalidClient)?;
    let id = ApiKeyId::parse(&sent.client_id).map_err(|_| OAuthError::InvalidClient)?;
    let found = keys::holder(app, &sent.client_secret).await?.ok_or(OAuthError::InvalidClient)?;

    let at = app.clock.now();
    let Found { holder: KeyHolder { key, tenant }, hash, .. } = &found;
    if key.id() != id || key.tenant_id() != tenant.id() || tenant.mode() != mode {
        return Err(OAuthError::InvalidClient);
    }
    let hint = key.accepted_hint(hash, at).ok_or(OAuthError::InvalidClient)?.to_owned();
    if !key.admits(client.network) {
        return Err(OAuthError::Failed(Error::AddressNotAllowed { tenant_id: tenant.id(), api_key_id: key.id() }));
    }
    if tenant.access(at) == Access::Closed {
        return Err(OAuthError::Failed(Error::ReadOnly(Access::Closed)));
    }
    found.renew_soon(app);
    Ok(Proved { key: Arc::clone(key), hint, tenant: Arc::clone(tenant) })
}

/// As [`prove`], for what is asked for seldom: 20 a minute of a client (security.md §4).
///
/// # Errors
/// Those of [`prove`].
pub(super) async fn prove_seldom(app: &App, client: &Client, sent: &ClientCredentials) -> Result<Proved, OAuthError> {
    let id = sent.counted_id();
    let buckets = [(Bucket::TokenIp, Of::Network(client.network)), (Bucket::TokenClient, Of::Text(&id))];
    prove(app, client, sent, &buckets).await
}
