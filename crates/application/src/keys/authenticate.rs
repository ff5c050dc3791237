//! Turns the text of an API key into the context of a request. The only way for a request from outside to get one.

use std::sync::Arc;

use orderbase_kernel::Actor;
use orderbase_tenancy::{Access, ApiKeyText};

use super::look_up;
use crate::app::App;
use crate::client::Client;
use crate::ctx::Ctx;
use crate::error::Error;

/// The context of the key's holder. A text that is no key is refused before any port is asked.
///
/// # Errors
/// `unauthenticated`, alike for every cause: malformed, unknown, revoked, expired, a secret rotated out, a key of the other mode.
/// `address_not_allowed` for a good key outside of its networks; `tenant_closed` for one of a closed tenant.
#[tracing::instrument(name = "keys.authenticate", skip_all)]
pub async fn authenticate(app: &App, key_text: &str, client: &Client) -> Result<Ctx, Error> {
    let mode = ApiKeyText::parse(key_text).map_err(|_| Error::Unauthenticated)?;

    let found = look_up::holder(app, key_text).await?.ok_or(Error::Unauthenticated)?;

    let (holder, at) = (&found.holder, app.clock.now());
    if holder.key.tenant_id() != holder.tenant.id() {
        return Err(Error::internal("a key was found with the tenant of another"));
    }
    if !holder.key.accepts(&found.hash, at) || holder.tenant.mode() != mode {
        return Err(Error::Unauthenticated);
    }
    if !holder.key.admits(client.network) {
        return Err(Error::AddressNotAllowed { tenant_id: holder.tenant.id(), api_key_id: holder.key.id() });
    }
    if holder.tenant.access(at) == Access::Closed {
        return Err(Error::ReadOnly(Access::Closed));
    }

    found.renew_soon(app);
    Ok(Ctx {
        tenant: Arc::clone(&holder.tenant),
        actor: Actor::ApiKey(holder.key.id()),
        principal_id: holder.key.id().uuid(),
        permissions: holder.key.scopes(),
        role: None,
        session: None,
        key_rate: holder.key.rate_limit(),
        network: Some(client.network),
        request_id: client.request_id.clone(),
        at,
    })
}
