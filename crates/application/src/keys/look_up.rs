//! Finds the holder of a key's text while peppers come and go.

use orderbase_tenancy::{KeyHash, PepperedHash};

use crate::app::App;
use crate::ports::{KeyHashes, KeyHolder, KeyRenewal, StorageError};

/// A key that was found by its text.
pub(crate) struct Found {
    pub holder: KeyHolder,
    /// The hash that it was found by.
    pub hash: KeyHash,
    /// What belongs in the place of that hash, if it is another.
    renewed: Option<PepperedHash>,
}

impl Found {
    /// To be called once the key was accepted: a hash of before is replaced behind the request (security.md rule 37).
    pub fn renew_soon(&self, app: &App) {
        let Some(to) = self.renewed.clone() else { return };
        let (tenant_id, api_key_id) = (self.holder.tenant.id(), self.holder.key.id());
        app.key_renewals.note(KeyRenewal { tenant_id, api_key_id, from: self.hash, to });
    }
}

/// Who holds the key. The peppers are tried in the order in which keys move: one that moves between two look-ups is met at the later one,
/// whatever caches remember of the earlier.
///
/// # Errors
/// Those of the storage.
pub(crate) async fn holder(app: &App, key_text: &str) -> Result<Option<Found>, StorageError> {
    let KeyHashes { retired, signing, published } = app.digests.key_hashes(key_text);
    if let Some(hash) = retired
        && let Some(holder) = app.key_directory.holder_unscoped(&hash).await?
    {
        return Ok(Some(Found { holder, hash, renewed: Some(signing) }));
    }
    let hash = signing.hash;
    if let Some(holder) = app.key_directory.holder_unscoped(&hash).await? {
        let is_unnamed =
            holder.key.secrets().iter().any(|secret| secret.hash.matches(&hash) && secret.pepper.is_none());
        return Ok(Some(Found { holder, hash, renewed: is_unnamed.then_some(signing) }));
    }
    let Some(hash) = published else { return Ok(None) };
    // Somebody makes hashes with it already, and is not to be undone.
    let found = app.key_directory.holder_unscoped(&hash).await?;
    Ok(found.map(|holder| Found { holder, hash, renewed: None }))
}
