//! Creates an API key.

use orderbase_kernel::{ApiKeyId, Name, Network, Timestamp};
use orderbase_tenancy::{
    ApiKey, ApiKeyText, CreateApiKey, KeyRate, KeySecret, PepperedHash, Permission, PermissionSet,
};

use crate::app::App;
use crate::changeset::{Change, Changeset, Quota, Require};
use crate::conditions::{Conditions, Done, Once};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::events;
use crate::views::KeyView;
use crate::write::{self, quota_max};

/// The wish for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateKey {
    pub name: Name,
    /// Not empty, and none that the creator lacks or no key may hold.
    pub scopes: PermissionSet,
    /// In the future, within five years; none: until it is revoked.
    pub expires_at: Option<Timestamp>,
    /// None: that of the tenant.
    pub rate_limit: Option<KeyRate>,
    /// At most 100; empty: from anywhere.
    pub ip_allowlist: Vec<Network>,
}

/// A new key with its text, which is shown now and never again.
#[derive(Clone, Debug)]
pub struct KeyCreated {
    pub key: KeyView,
    /// Prints nothing by itself: [`ApiKeyText::expose`] gives it.
    pub text: ApiKeyText,
}

/// Creates a key of the tenant's mode and answers its text, once. An answer that is kept under an idempotency key is kept encrypted.
///
/// # Errors
/// `permission_denied`, `tenant_suspended`, `trial_expired`, `plan_limit_reached`, `validation_failed` for scopes, expiry and too
/// many networks, and those of every write.
#[tracing::instrument(name = "keys.create", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn create(
    app: &App,
    ctx: &Ctx,
    command: CreateKey,
    conditions: Conditions<KeyCreated>,
) -> Result<Done<KeyCreated>, Error> {
    ctx.require(Permission::ApiKeysWrite)?;
    // Asked before the idempotency key: a narrowed token gets no text again that a wider one was shown.
    ctx.covers(command.scopes.intersection(PermissionSet::grantable_to_keys()))?;

    let once = conditions.once.map(Once::of_a_credential);
    let text = ApiKeyText::generate(ctx.tenant.mode(), |bytes| app.digests.fill_random(bytes));
    let peppered = app.digests.key_hash(text.expose());
    let hash = peppered.hash;
    let made = wished(app, ctx, command, text, peppered);

    let done = write::create(app, ctx, once.as_ref(), made).await;
    // A cache may remember that the hash was unknown.
    app.key_directory.forget(&hash).await;
    done
}

fn wished(
    app: &App,
    ctx: &Ctx,
    command: CreateKey,
    text: ApiKeyText,
    PepperedHash { hash, pepper }: PepperedHash,
) -> Result<(Changeset, KeyCreated), Error> {
    let CreateKey { name, scopes, expires_at, rate_limit, ip_allowlist } = command;
    let (key, event) = ApiKey::create(CreateApiKey {
        id: ApiKeyId::from_uuid(app.ids.next(app.clock.now())),
        tenant_id: ctx.tenant.id(),
        name,
        scopes,
        granted_by: ctx.permissions,
        secret: KeySecret { hash, pepper: Some(pepper), hint: text.hint(), valid_until: None },
        expires_at,
        rate_limit,
        ip_allowlist,
    })?;

    let envelope = events::of_api_key(app, ctx, &key, &event)?;
    let view = KeyCreated { key: KeyView::from(&key), text };
    let max = quota_max(&ctx.limits(), Quota::ApiKeys);
    let changeset = Changeset::new()
        .require(Require::Below { quota: Quota::ApiKeys, max, add: 1 })
        .change(Change::insert(key, vec![envelope])?);
    Ok((changeset, view))
}
