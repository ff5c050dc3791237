//! Loads the ring, makes what is missing, and turns it. Several instances do so at once: the storage lets one of them win, and the others
//! take over what it wrote.

use std::sync::Arc;

use async_trait::async_trait;
use orderbase_application::ports::StorageError;
use orderbase_kernel::Timestamp;

use super::{KeyPurpose, KeyRing, KeyState, RingEntry, RotationRefused, Step, StoredEntry};
use crate::security::envelope::{EnvelopeFault, Envelopes};
use crate::security::master_keys::MasterKeys;

/// A change of state of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub purpose: KeyPurpose,
    pub kid: String,
    pub from: KeyState,
    pub to: KeyState,
}

/// Where the ring is stored: table `key_ring`, of the platform, unique by (purpose, kid) and by (purpose, state).
#[async_trait]
pub trait RingStore: Send + Sync {
    /// All entries; rows of a purpose or state that this version does not know are left out.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn load(&self) -> Result<Vec<StoredEntry>, StorageError>;

    /// Adds the entry, unless one of its purpose is in its state already: then false.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn insert_if_absent(&self, entry: &StoredEntry) -> Result<bool, StorageError>;

    /// Makes all moves in their order and one transaction, with `at` as the time of the new state; makes none and answers false if one of
    /// the keys is not in the state it is moved from.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn replace_states(&self, moves: &[Move], at: Timestamp) -> Result<bool, StorageError>;

    /// Deletes a key that is in the state; false if there is none.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn delete(&self, purpose: KeyPurpose, kid: &str, state: KeyState) -> Result<bool, StorageError>;
}

/// What keeps the ring from being loaded or turned.
#[derive(Debug, thiserror::Error)]
pub enum RingError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// An alarm: the master key is missing, or somebody wrote to the table.
    #[error("key {kid} of {} does not open: {fault}", .purpose.as_str())]
    Envelope { purpose: KeyPurpose, kid: String, fault: EnvelopeFault },
    #[error(transparent)]
    Refused(#[from] RotationRefused),
    /// Somebody else changed the ring at the same time.
    #[error("the key ring was changed by somebody else at the same time")]
    Contended,
}

/// Keeps the ring. It is asked at start, on a hint, and every 30 s.
pub struct RingKeeper {
    store: Arc<dyn RingStore>,
    keys: MasterKeys,
    envelopes: Envelopes,
    access_token_secs: u32,
}

impl RingKeeper {
    /// `access_token_secs` is how long an access token lives: so long is a retired key needed.
    #[must_use]
    pub fn new(store: Arc<dyn RingStore>, keys: MasterKeys, access_token_secs: u32) -> Self {
        Self { store, envelopes: Envelopes::new(keys.clone()), keys, access_token_secs }
    }

    /// The ring as it stands.
    ///
    /// # Errors
    /// [`RingError::Storage`], [`RingError::Envelope`].
    pub async fn load(&self) -> Result<KeyRing, RingError> {
        let mut entries = Vec::new();
        for stored in self.store.load().await? {
            let (purpose, kid) = (stored.purpose, stored.kid.clone());
            entries.push(stored.open(&self.envelopes).map_err(|fault| RingError::Envelope { purpose, kid, fault })?);
        }
        Ok(KeyRing::new(entries))
    }

    /// The ring with a signing key for every purpose; what is missing is made.
    ///
    /// # Errors
    /// As [`RingKeeper::load`].
    pub async fn load_or_generate(&self, now: Timestamp) -> Result<KeyRing, RingError> {
        let ring = self.load().await?;
        let missing: Vec<_> = ring.missing().collect();
        if missing.is_empty() {
            return Ok(ring);
        }
        for purpose in missing {
            // False: another instance was first, and its key is the one.
            self.insert(&self.first(purpose, now)).await?;
        }
        self.load().await
    }

    /// Does what is due and answers the ring as it stands then. Call it every 30 s.
    ///
    /// # Errors
    /// As [`RingKeeper::load`].
    pub async fn turn(&self, now: Timestamp) -> Result<KeyRing, RingError> {
        let ring = self.load_or_generate(now).await?;
        let steps = ring.due(now, self.access_token_secs);
        if steps.is_empty() {
            return Ok(ring);
        }
        for step in steps {
            self.take(&step, now).await?;
        }
        self.load().await
    }

    /// Publishes a new key of the purpose; [`RingKeeper::turn`] does the rest in its time. Answers its id.
    ///
    /// # Errors
    /// [`RingError`].
    pub async fn rotate(&self, purpose: KeyPurpose, now: Timestamp) -> Result<String, RingError> {
        self.load().await?.may_rotate(purpose)?;
        let entry = RingEntry::generate(purpose, KeyState::Published, now);
        if self.insert(&entry).await? { Ok(entry.kid) } else { Err(RingError::Contended) }
    }

    /// Deletes every key of the purpose and makes a new one: whatever was signed is worthless from the moment at which the instances read
    /// the ring. Answers its id.
    ///
    /// # Errors
    /// [`RingError`].
    pub async fn replace_at_once(&self, purpose: KeyPurpose, now: Timestamp) -> Result<String, RingError> {
        purpose.may_go_at_once()?;
        for entry in self.load().await?.of(purpose) {
            self.store.delete(purpose, &entry.kid, entry.state).await?;
        }
        let entry = RingEntry::generate(purpose, KeyState::Signing, now);
        if self.insert(&entry).await? { Ok(entry.kid) } else { Err(RingError::Contended) }
    }

    /// Deletes the retired key of a purpose before its time, or one that has none: who calls has made sure that nothing is left of it.
    ///
    /// # Errors
    /// [`RingError::Storage`].
    pub async fn delete_retired(&self, purpose: KeyPurpose, kid: &str) -> Result<bool, RingError> {
        Ok(self.store.delete(purpose, kid, KeyState::Retired).await?)
    }

    /// The first key of a purpose. Keys and cursors were hashed under keys derived from the master key before there was a ring: these stay
    /// what they were.
    fn first(&self, purpose: KeyPurpose, now: Timestamp) -> RingEntry {
        let mut entry = RingEntry::generate(purpose, KeyState::Signing, now);
        if matches!(purpose, KeyPurpose::ApiKeyPepper | KeyPurpose::Cursor) {
            entry.secret = crate::security::Secret::new(self.keys.derive(purpose.as_str()).expose().to_vec());
        }
        entry
    }

    async fn insert(&self, entry: &RingEntry) -> Result<bool, RingError> {
        let failed = |fault| RingError::Envelope { purpose: entry.purpose, kid: entry.kid.clone(), fault };
        let stored = entry.seal(&self.envelopes).map_err(failed)?;
        Ok(self.store.insert_if_absent(&stored).await?)
    }

    /// A step that somebody else has taken in the meantime is taken.
    async fn take(&self, step: &Step, now: Timestamp) -> Result<(), RingError> {
        let taken = match step {
            Step::Publish(purpose) => self.insert(&RingEntry::generate(*purpose, KeyState::Published, now)).await?,
            Step::Sign { purpose, published, signing } => {
                let to = |kid: &String, from, to| Move { purpose: *purpose, kid: kid.clone(), from, to };
                let moves: Vec<_> = (signing.iter().map(|kid| to(kid, KeyState::Signing, KeyState::Retired)))
                    .chain([to(published, KeyState::Published, KeyState::Signing)])
                    .collect();
                self.store.replace_states(&moves, now).await?
            }
            Step::Delete { purpose, retired } => self.store.delete(*purpose, retired, KeyState::Retired).await?,
        };
        if taken {
            tracing::info!(?step, "the key ring was turned");
        }
        Ok(())
    }
}
