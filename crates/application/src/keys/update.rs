//! Changes what an API key is called and where and how often it may be used. Its scopes never change.

use orderbase_kernel::{ApiKeyId, Envelope};
use orderbase_tenancy::{ApiKey, Permission, UpdateApiKey};

use super::change::KeyChange;
use crate::app::App;
use crate::change::nothing_else;
use crate::conditions::{Conditions, Done};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::KeyView;

/// Changes name, rate and list of networks together; what stays as it is has no effect.
///
/// # Errors
/// `permission_denied`, `api_key_not_found`, `api_key_revoked` of an expired key too, `version_conflict`, `validation_failed` for too
/// many networks, `tenant_suspended`, `trial_expired`, and those of every write.
#[tracing::instrument(name = "keys.update", skip_all, fields(tenant.id = %ctx.tenant.id(), api_key.id = %id))]
pub async fn update(
    app: &App,
    ctx: &Ctx,
    id: ApiKeyId,
    update: UpdateApiKey,
    conditions: Conditions<KeyView>,
) -> Result<Done<KeyView>, Error> {
    ctx.require(Permission::ApiKeysWrite)?;
    super::covered(app, ctx, id).await?;

    let mut hashes = Vec::new();
    let change = KeyChange {
        id,
        decide: |key: &mut ApiKey, at| {
            hashes = key.secrets().iter().map(|secret| secret.hash).collect();
            key.update(update.clone(), at)
        },
        require: nothing_else,
        answer: |key: &ApiKey, _: Option<&Envelope>| Ok(KeyView::from(key)),
    };
    let done = change.run(app, ctx, conditions).await;

    // Networks that were taken from the list are refused here at once; also where the outcome is unknown.
    super::forget(app, ctx, &hashes).await;
    done
}
