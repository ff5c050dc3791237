//! Revokes an API key.

use orderbase_kernel::{ApiKeyId, Envelope};
use orderbase_tenancy::{ApiKey, Permission};

use super::change::KeyChange;
use crate::app::App;
use crate::change::nothing_else;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::KeyView;

/// Ends a key for good; one that is revoked already stays as it is. Runs in a read-only tenant too, for it protects.
///
/// # Errors
/// `permission_denied`, `api_key_not_found`, `version_conflict`, and those of every write.
#[tracing::instrument(name = "keys.revoke", skip_all, fields(tenant.id = %ctx.tenant.id(), api_key.id = %id))]
pub async fn revoke(
    app: &App,
    ctx: &Ctx,
    id: ApiKeyId,
    conditions: Conditions<KeyView>,
) -> Result<Done<KeyView>, Error> {
    ctx.require_even_read_only(Permission::ApiKeysWrite)?;

    // Noted on the way: a second load could fail and answer a failure for a key that is revoked.
    let mut hashes = Vec::new();
    let change = KeyChange {
        id,
        decide: |key: &mut ApiKey, at| {
            hashes = key.secrets().iter().map(|secret| secret.hash).collect();
            key.revoke(at)
        },
        require: nothing_else,
        answer: |key: &ApiKey, _: Option<&Envelope>| Ok(KeyView::from(key)),
    };
    let done = change.run(app, ctx, conditions).await;

    // Here it ends at once, elsewhere when the caches have aged; also where the outcome is unknown.
    super::forget(app, ctx, &hashes).await;
    done
}
