//! API keys: who holds one, and the commands on them.

mod authenticate;
mod change;
mod create;
mod get;
mod list;
mod revoke;
mod rotate;
mod update;

use orderbase_tenancy::KeyHash;

pub use self::authenticate::authenticate;
pub(crate) use self::authenticate::holder;
pub use self::create::{CreateKey, KeyCreated, create};
pub use self::get::get;
pub use self::list::list;
pub use self::revoke::revoke;
pub use self::rotate::{KeyRotated, RotateKey, rotate};
pub use self::update::update;
pub use orderbase_tenancy::UpdateApiKey;

use crate::app::App;
use crate::ctx::Ctx;

/// Forgets what caches know of a key: by its secrets, and by the access tokens it was exchanged for.
async fn forget(app: &App, ctx: &Ctx, hashes: &[KeyHash]) {
    for hash in hashes {
        app.key_directory.forget(hash).await;
    }
    app.principals.forget(ctx.scope()).await;
}
