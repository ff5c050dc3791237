//! API keys: who holds one, and the commands on them.

mod authenticate;
mod change;
mod create;
mod get;
mod list;
mod look_up;
mod renew;
mod revoke;
mod rotate;
mod update;

use orderbase_kernel::ApiKeyId;
use orderbase_tenancy::KeyHash;

pub use self::authenticate::authenticate;
pub use self::create::{CreateKey, KeyCreated, create};
pub use self::get::get;
pub use self::list::list;
pub(crate) use self::look_up::{Found, holder};
pub use self::renew::renew;
pub use self::revoke::revoke;
pub use self::rotate::{KeyRotated, RotateKey, rotate};
pub use self::update::update;
pub use orderbase_tenancy::UpdateApiKey;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Error, Missing};

/// A new secret or a longer list of networks is given to the key's scopes, which a narrowed token has to hold.
async fn covered(app: &App, ctx: &Ctx, id: ApiKeyId) -> Result<(), Error> {
    if ctx.role.is_none() {
        return Ok(());
    }
    let key = app.aggregates.api_key(ctx.scope(), id).await?.ok_or(Error::NotFound(Missing::ApiKey))?;
    ctx.covers(key.scopes())
}

/// Forgets what caches know of a key: by its secrets, and by the access tokens it was exchanged for. Of the whole tenant too, for under
/// the pepper of before a cache may know a secret by a hash that the key does not name any more.
async fn forget(app: &App, ctx: &Ctx, hashes: &[KeyHash]) {
    for hash in hashes {
        app.key_directory.forget(hash).await;
    }
    app.key_directory.forget_tenant(ctx.tenant.id()).await;
    app.principals.forget(ctx.scope()).await;
}
