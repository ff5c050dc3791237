//! Hashing of passwords, which costs some 20 MiB and 20 ms each: the adapter bounds how many run at once.

use async_trait::async_trait;
use orderbase_tenancy::Password;

use crate::changeset::PasswordHash;

/// What a comparison came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    No,
    Yes,
    /// Yes, and the hash is weaker than what is made today: replace it.
    YesButWeak,
}

/// All hashing threads are at work and the queue is full. Nothing was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being hashed")]
pub struct HashersBusy;

/// Passwords: argon2id (RFC 9106), m ≥ 19 456 KiB, t ≥ 2, p = 1.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// # Errors
    /// [`HashersBusy`].
    async fn hash(&self, password: &Password) -> Result<PasswordHash, HashersBusy>;

    /// Exactly one run, whatever is passed: without a hash it is compared with one that nothing matches.
    ///
    /// # Errors
    /// [`HashersBusy`].
    async fn verify(&self, password: &str, hash: Option<&PasswordHash>) -> Result<Verified, HashersBusy>;

    /// Whether the password is on the block list or easily guessed from the hints: e-mail, name, tenant slug.
    fn is_common(&self, password: &Password, hints: &[&str]) -> bool;
}
