//! Gives an API key a new secret. The key stays who it is: id, scopes, kept answers.

use orderbase_kernel::{ApiKeyId, Envelope};
use orderbase_tenancy::{ApiKey, ApiKeyText, KeySecret, PepperedHash, Permission};

use super::change::KeyChange;
use crate::app::App;
use crate::change::nothing_else;
use crate::conditions::{Conditions, Done, Once};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::views::KeyView;

/// The wish for a new secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotateKey {
    pub id: ApiKeyId,
    /// How long the secret until now still opens, 0 to 2 592 000 s (30 days); with 0 it ends at once.
    pub overlap_secs: u32,
}

/// A key with the text of its new secret, which is shown now and never again.
#[derive(Clone, Debug)]
pub struct KeyRotated {
    pub key: KeyView,
    /// Prints nothing by itself: [`ApiKeyText::expose`] gives it.
    pub text: ApiKeyText,
}

/// Adds a secret and dates the end of the one until now; an older one ends at once. Runs in a read-only tenant too, for it
/// protects. An answer that is kept under an idempotency key is kept encrypted, for it holds the text.
///
/// # Errors
/// `permission_denied`, `api_key_not_found`, `api_key_revoked` of an expired key too, `version_conflict`, `validation_failed` for
/// the overlap, and those of every write.
#[tracing::instrument(name = "keys.rotate", skip_all, fields(tenant.id = %ctx.tenant.id(), api_key.id = %command.id))]
pub async fn rotate(
    app: &App,
    ctx: &Ctx,
    command: RotateKey,
    conditions: Conditions<KeyRotated>,
) -> Result<Done<KeyRotated>, Error> {
    ctx.require_even_read_only(Permission::ApiKeysWrite)?;

    let RotateKey { id, overlap_secs } = command;
    super::covered(app, ctx, id).await?;
    let text = ApiKeyText::generate(ctx.tenant.mode(), |bytes| app.digests.fill_random(bytes));
    let PepperedHash { hash, pepper } = app.digests.key_hash(text.expose());
    let secret = KeySecret { hash, pepper: Some(pepper), hint: text.hint(), valid_until: None };

    // Noted before they go, as those that a cache may hold: a second load could fail, and no longer knows those that ended.
    let mut hashes = vec![secret.hash];
    let change = KeyChange {
        id,
        decide: |key: &mut ApiKey, at| {
            hashes.extend(key.secrets().iter().map(|secret| secret.hash));
            key.rotate(secret.clone(), overlap_secs, at)
        },
        require: nothing_else,
        answer: |key: &ApiKey, _: Option<&Envelope>| Ok(KeyRotated { key: KeyView::from(key), text: text.clone() }),
    };
    let conditions = Conditions { once: conditions.once.map(Once::of_a_credential), ..conditions };
    let done = change.run(app, ctx, conditions).await;

    // Here it holds at once, elsewhere when the caches have aged; also where the outcome is unknown.
    super::forget(app, ctx, &hashes).await;
    done
}
