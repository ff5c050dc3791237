//! Creates an API key.

use orderbase_kernel::{ApiKeyId, Name, Timestamp};
use orderbase_tenancy::{ApiKey, ApiKeyText, CreateApiKey, KeySecret, Permission, PermissionSet};

use crate::app::App;
use crate::changeset::{Change, Changeset, Quota, Require};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::events;
use crate::views::KeyView;
use crate::write::{self, Commit, quota_max};

/// The wish for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateKey {
    pub name: Name,
    /// Not empty, and none that the creator lacks or no key may hold.
    pub scopes: PermissionSet,
    /// In the future, within five years; none: until it is revoked.
    pub expires_at: Option<Timestamp>,
}

/// A new key with its text, which is shown now and never again.
#[derive(Clone, Debug)]
pub struct KeyCreated {
    pub key: KeyView,
    /// Prints nothing by itself: [`ApiKeyText::expose`] gives it.
    pub text: ApiKeyText,
}

/// Creates a key of the tenant's mode and answers its text, once.
///
/// # Errors
/// `permission_denied`, `tenant_suspended`, `trial_expired`, `plan_limit_reached`, `validation_failed` for scopes and expiry, and
/// those of every write.
#[tracing::instrument(name = "keys.create", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn create(app: &App, ctx: &Ctx, command: CreateKey) -> Result<KeyCreated, Error> {
    ctx.require(Permission::ApiKeysWrite)?;

    let CreateKey { name, scopes, expires_at } = command;
    let text = ApiKeyText::generate(ctx.tenant.mode(), |bytes| app.digests.fill_random(bytes));
    let hash = app.digests.key_hash(text.expose());
    let secret = KeySecret { hash, hint: text.hint(), valid_until: None };
    let id = ApiKeyId::from_uuid(app.ids.next(app.clock.now()));
    let (tenant_id, granted_by) = (ctx.tenant.id(), ctx.permissions);

    let (rate_limit, ip_allowlist) = (None, Vec::new());
    let create = CreateApiKey { id, tenant_id, name, scopes, granted_by, secret, expires_at, rate_limit, ip_allowlist };
    let (key, event) = ApiKey::create(create)?;

    let view = KeyView::from(&key);
    let envelope = events::of_api_key(app, ctx, &key, &event)?;
    let max = quota_max(&ctx.limits(), Quota::ApiKeys);
    let changeset = Changeset::new()
        .require(Require::Below { quota: Quota::ApiKeys, max, add: 1 })
        .change(Change::insert(key, vec![envelope])?);
    match write::commit(app, ctx, changeset, view, None).await? {
        Commit::Done(done) => {
            // A cache may remember that the hash was unknown.
            app.key_directory.forget(&hash).await;
            Ok(KeyCreated { key: done.into_fresh()?, text })
        }
        Commit::Refused(error) => Err(error),
        Commit::Stale | Commit::NumberTaken => Err(Error::WriteConflict),
    }
}
