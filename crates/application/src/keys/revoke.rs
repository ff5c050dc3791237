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

    let change = KeyChange {
        id,
        decide: |key: &mut ApiKey, at| key.revoke(at),
        require: nothing_else,
        answer: |key: &ApiKey, _: Option<&Envelope>| Ok(KeyView::from(key)),
    };
    let done = change.run(app, ctx, conditions).await?;

    // Here it ends at once, elsewhere when the caches have aged.
    if let Some(key) = app.aggregates.api_key(ctx.scope(), id).await? {
        for secret in key.secrets() {
            app.key_directory.forget(&secret.hash).await;
        }
    }
    Ok(done)
}
