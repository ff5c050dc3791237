//! Hashes a key's secret under today's pepper.

use crate::app::App;
use crate::changeset::{Changeset, Outcome, Record};
use crate::ctx::Scope;
use crate::ports::{KeyRenewal, StorageError};

/// Puts today's hash in the place of the one that a secret was found by, unless the key was rotated, revoked or renewed since. The text
/// opens throughout. Nothing of it is told to anybody: the key is what it was.
///
/// # Errors
/// Those of the storage.
#[tracing::instrument(name = "keys.renew", skip_all, fields(tenant.id = %renewal.tenant_id, api_key.id = %renewal.api_key_id))]
pub async fn renew(app: &App, renewal: KeyRenewal) -> Result<(), StorageError> {
    let KeyRenewal { tenant_id, api_key_id, from, to } = renewal;
    let changeset = Changeset::new().record(Record::KeyHash { api_key_id, from, to });
    let outcome = app.commits.commit(Scope { tenant_id }, changeset).await?;

    // Either way it is not known by this hash any more: what a cache remembers would have it renewed again at each use.
    app.key_directory.forget(&from).await;
    match outcome {
        Outcome::Committed | Outcome::Stale => Ok(()),
        other => Err(StorageError::Failed(format!("a key was not hashed anew: {other:?}").into())),
    }
}
