//! Secrets at rest (security.md rule 34): each value under a data key of its own, which is wrapped by the master key. What was moved to
//! another row, column or tenant does not open, and there is never a fallback to reading it plainly.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use orderbase_kernel::TenantId;
use zeroize::{Zeroize, Zeroizing};

use super::master_keys::MasterKeys;
use super::random;
use super::secret::Secret;

const VERSION: u8 = 1;
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
const WRAPPED_BYTES: usize = KEY_BYTES + TAG_BYTES;

/// Where a value lies. It is authenticated with the value, so it is found out if the value lies elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    pub table: &'static str,
    pub column: &'static str,
    /// `None` in tables of the platform.
    pub tenant_id: Option<TenantId>,
    /// What tells the row from others of the tenant; may hold anything.
    pub row: &'a str,
}

impl Place<'_> {
    fn associated(&self) -> String {
        let tenant = self.tenant_id.map_or_else(|| "-".to_owned(), |id| id.to_string());
        // Only the last part may hold a `|`, so no two places read alike.
        format!("orderbase/1|{}|{}|{tenant}|{}", self.table, self.column, self.row)
    }
}

/// Why an envelope does not open. An alarm, never a miss.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeFault {
    #[error("the bytes are no envelope")]
    Malformed,
    #[error("the envelope is of the master key {id:?}, which is not configured")]
    UnknownKey { id: String },
    #[error("the envelope was altered, moved, or made with another key of that id")]
    Altered,
}

/// Seals and opens envelopes: `01 | len | kek id | nonce | wrapped key | nonce | ciphertext`, both encryptions AES-256-GCM (NIST SP
/// 800-38D) with random nonces of 96 bits and the place as associated data.
#[derive(Clone, Debug)]
pub struct Envelopes {
    keys: MasterKeys,
}

impl Envelopes {
    #[must_use]
    pub fn new(keys: MasterKeys) -> Self {
        Self { keys }
    }

    /// Seals under the newest master key. Longer by 90 bytes and the key's id.
    ///
    /// # Errors
    /// [`EnvelopeFault::Malformed`] for a value that the cipher cannot take, from 64 GiB on.
    pub fn seal(&self, place: Place<'_>, value: &[u8]) -> Result<Vec<u8>, EnvelopeFault> {
        let associated = place.associated();
        let mut data_key = Zeroizing::new([0; KEY_BYTES]);
        random::fill(data_key.as_mut());
        let mut sealed = self.wrap(&data_key, &associated)?;
        encrypt(&data_key, &associated, value, &mut sealed)?;
        Ok(sealed)
    }

    /// # Errors
    /// [`EnvelopeFault`].
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, EnvelopeFault> {
        let parts = Parts::read(sealed)?;
        let associated = place.associated();
        let data_key = self.unwrap(&parts, &associated)?;
        decrypt(&data_key, &associated, parts.nonce, parts.ciphertext)
    }

    /// The same ciphertext with its data key under the newest master key; `None` if it is already.
    ///
    /// # Errors
    /// [`EnvelopeFault`].
    pub fn rewrap(&self, place: Place<'_>, sealed: &[u8]) -> Result<Option<Vec<u8>>, EnvelopeFault> {
        let parts = Parts::read(sealed)?;
        if parts.kek_id == self.keys.newest().0 {
            return Ok(None);
        }
        let associated = place.associated();
        let data_key = self.unwrap(&parts, &associated)?;
        let mut rewrapped = self.wrap(&data_key, &associated)?;
        rewrapped.extend_from_slice(parts.nonce);
        rewrapped.extend_from_slice(parts.ciphertext);
        Ok(Some(rewrapped))
    }

    /// The id of the master key that an envelope needs.
    ///
    /// # Errors
    /// [`EnvelopeFault::Malformed`].
    pub fn kek_id(sealed: &[u8]) -> Result<&str, EnvelopeFault> {
        Parts::read(sealed).map(|parts| parts.kek_id)
    }

    /// Everything before the second nonce.
    fn wrap(&self, data_key: &[u8; KEY_BYTES], associated: &str) -> Result<Vec<u8>, EnvelopeFault> {
        let (id, key) = self.keys.newest();
        let len = u8::try_from(id.len()).map_err(|_| EnvelopeFault::Malformed)?;
        let mut wrapped = vec![VERSION, len];
        wrapped.extend_from_slice(id.as_bytes());
        encrypt(key, associated, data_key, &mut wrapped)?;
        Ok(wrapped)
    }

    fn unwrap(&self, parts: &Parts<'_>, associated: &str) -> Result<Zeroizing<[u8; KEY_BYTES]>, EnvelopeFault> {
        let unknown = || EnvelopeFault::UnknownKey { id: parts.kek_id.to_owned() };
        let key = self.keys.get(parts.kek_id).ok_or_else(unknown)?;
        let opened = decrypt(key, associated, parts.key_nonce, parts.wrapped)?;
        let data_key = <[u8; KEY_BYTES]>::try_from(opened.expose().as_slice()).map_err(|_| EnvelopeFault::Malformed)?;
        Ok(Zeroizing::new(data_key))
    }
}

struct Parts<'a> {
    kek_id: &'a str,
    key_nonce: &'a [u8],
    wrapped: &'a [u8],
    nonce: &'a [u8],
    ciphertext: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(sealed: &'a [u8]) -> Result<Self, EnvelopeFault> {
        Self::split(sealed).ok_or(EnvelopeFault::Malformed)
    }

    fn split(sealed: &'a [u8]) -> Option<Self> {
        let [VERSION, len, rest @ ..] = sealed else { return None };
        let (kek_id, rest) = rest.split_at_checked(usize::from(*len))?;
        let (key_nonce, rest) = rest.split_at_checked(NONCE_BYTES)?;
        let (wrapped, rest) = rest.split_at_checked(WRAPPED_BYTES)?;
        let (nonce, ciphertext) = rest.split_at_checked(NONCE_BYTES)?;
        let kek_id = std::str::from_utf8(kek_id).ok()?;
        (ciphertext.len() >= TAG_BYTES).then_some(Self { kek_id, key_nonce, wrapped, nonce, ciphertext })
    }
}

fn cipher(key: &[u8; KEY_BYTES]) -> Result<LessSafeKey, EnvelopeFault> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map_err(|_| EnvelopeFault::Malformed)
}

/// Appends nonce, ciphertext and tag.
fn encrypt(key: &[u8; KEY_BYTES], associated: &str, value: &[u8], to: &mut Vec<u8>) -> Result<(), EnvelopeFault> {
    let mut nonce = [0; NONCE_BYTES];
    random::fill(&mut nonce);
    // Room for the tag from the start: no copy of the value is left behind by growing.
    let mut text = Vec::with_capacity(value.len() + TAG_BYTES);
    text.extend_from_slice(value);
    let done = cipher(key)?.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(associated.as_bytes()),
        &mut text,
    );
    if done.is_err() {
        text.zeroize();
        return Err(EnvelopeFault::Malformed);
    }
    to.extend_from_slice(&nonce);
    to.append(&mut text);
    Ok(())
}

fn decrypt(
    key: &[u8; KEY_BYTES],
    associated: &str,
    nonce: &[u8],
    ciphertext: &[u8],
) -> Result<Secret<Vec<u8>>, EnvelopeFault> {
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| EnvelopeFault::Malformed)?;
    let mut text = ciphertext.to_vec();
    let opened =
        cipher(key)?.open_in_place(nonce, Aad::from(associated.as_bytes()), &mut text).map(|value| value.len());
    match opened {
        Ok(len) => {
            text.truncate(len);
            Ok(Secret::new(text))
        }
        Err(_) => {
            text.zeroize();
            Err(EnvelopeFault::Altered)
        }
    }
}

#[cfg(test)]
mod tests;
