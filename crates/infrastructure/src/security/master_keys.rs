//! The one configured secret (security.md §6): a ring of keys, from which all others are derived. It never prints a key but in
//! the text of [`MasterKeys::generate`], which is meant for a file of mode 0600.

use aws_lc_rs::{hkdf, rand};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::secret::Secret;

/// Keys in a ring; more would be a mistake, for each is tried.
const KEYS_MAX: usize = 16;
const KEY_BYTES: usize = 32;

/// `id:base64(32 bytes)[,…]`, newest first. A new key is put in front; the others stay as long as anything was made with them.
#[derive(Clone, Debug)]
pub struct MasterKeys {
    newest: MasterKey,
    older: Vec<MasterKey>,
}

#[derive(Clone, Debug)]
struct MasterKey {
    id: String,
    key: Secret<[u8; KEY_BYTES]>,
}

/// Why a text is no ring of keys. Says where, never what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MasterKeyFault {
    #[error("holds no key; expected id:base64 of 32 bytes, several separated by commas, newest first")]
    Empty,
    #[error("entry {entry} is not of the form id:base64, with an id of 1 to 32 of a-z, 0-9 and -")]
    Form { entry: usize },
    #[error("the key of entry {entry} is not 32 bytes in base64")]
    Key { entry: usize },
    #[error("entry {entry} repeats an id")]
    Repeated { entry: usize },
    #[error("holds more than 16 keys")]
    TooMany,
    #[error("the operating system gave no random bytes")]
    NoRandomness,
}

impl MasterKeys {
    /// Blanks around entries are ignored; entries are counted from 1.
    ///
    /// # Errors
    /// [`MasterKeyFault`], which names the entry.
    pub fn parse(text: &str) -> Result<Self, MasterKeyFault> {
        if text.trim().is_empty() {
            return Err(MasterKeyFault::Empty);
        }
        let mut keys: Vec<MasterKey> = Vec::new();
        for (entry, part) in (1..).zip(text.split(',')) {
            let key = MasterKey::parse(part.trim(), entry)?;
            if keys.iter().any(|other| other.id == key.id) {
                return Err(MasterKeyFault::Repeated { entry });
            }
            if keys.len() == KEYS_MAX {
                return Err(MasterKeyFault::TooMany);
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let newest = keys.next().ok_or(MasterKeyFault::Empty)?;
        Ok(Self { newest, older: keys.collect() })
    }

    /// The text of a new ring of one key, in the form that [`MasterKeys::parse`] reads.
    ///
    /// # Errors
    /// [`MasterKeyFault::NoRandomness`].
    pub fn generate() -> Result<Zeroizing<String>, MasterKeyFault> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        let mut id = [0; 4];
        rand::fill(key.as_mut()).map_err(|_| MasterKeyFault::NoRandomness)?;
        rand::fill(&mut id).map_err(|_| MasterKeyFault::NoRandomness)?;
        let encoded = Zeroizing::new(STANDARD.encode(key.as_ref()));
        Ok(Zeroizing::new(format!("k{:08x}:{}", u32::from_be_bytes(id), *encoded)))
    }

    /// The ids, newest first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.newest).chain(&self.older).map(|key| key.id.as_str())
    }

    /// The key that encrypts what is written now, with its id.
    pub(super) fn newest(&self) -> (&str, &[u8; KEY_BYTES]) {
        (&self.newest.id, self.newest.key.expose())
    }

    /// The key of an id; each of the ring decrypts.
    pub(super) fn get(&self, id: &str) -> Option<&[u8; KEY_BYTES]> {
        std::iter::once(&self.newest).chain(&self.older).find(|key| key.id == id).map(|key| key.key.expose())
    }

    /// A key of its own for a purpose: HKDF-SHA-256 (RFC 5869) without salt, the purpose as info. It comes from the *oldest* key
    /// of the ring, so that putting a new one in front leaves hashes and cursors valid that were handed out before.
    pub(super) fn derive(&self, purpose: &str) -> Secret<[u8; KEY_BYTES]> {
        let oldest = self.older.last().unwrap_or(&self.newest);
        let info: [&[u8]; 2] = [b"orderbase/1|", purpose.as_bytes()];
        let mut derived = Zeroizing::new([0; KEY_BYTES]);
        // 32 of at most 255 × 32 bytes: expanding cannot fail.
        let _expanded = hkdf::Salt::new(hkdf::HKDF_SHA256, &[])
            .extract(oldest.key.expose())
            .expand(&info, hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(derived.as_mut()));
        Secret::new(*derived)
    }
}

impl MasterKey {
    fn parse(text: &str, entry: usize) -> Result<Self, MasterKeyFault> {
        let (id, encoded) = text.split_once(':').ok_or(MasterKeyFault::Form { entry })?;
        let plain = id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !plain || !(1..=32).contains(&id.len()) {
            return Err(MasterKeyFault::Form { entry });
        }
        let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| MasterKeyFault::Key { entry })?);
        let key = <[u8; KEY_BYTES]>::try_from(bytes.as_slice()).map_err(|_| MasterKeyFault::Key { entry })?;
        Ok(Self { id: id.to_owned(), key: Secret::new(key) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, fill: u8) -> String {
        format!("{id}:{}", STANDARD.encode([fill; 32]))
    }

    #[test]
    fn a_generated_ring_is_read_back() {
        let text = MasterKeys::generate().unwrap();
        let keys = MasterKeys::parse(&text).unwrap();
        assert_eq!(keys.ids().count(), 1);
        assert_ne!(*text, *MasterKeys::generate().unwrap());
    }

    #[test]
    fn faults_name_the_entry_and_no_secret() {
        let good = entry("a", 1);
        let cases = [
            (String::new(), MasterKeyFault::Empty),
            ("  ".to_owned(), MasterKeyFault::Empty),
            ("nocolon".to_owned(), MasterKeyFault::Form { entry: 1 }),
            (format!("{good},"), MasterKeyFault::Form { entry: 2 }),
            (entry("UPPER", 1), MasterKeyFault::Form { entry: 1 }),
            (entry("", 1), MasterKeyFault::Form { entry: 1 }),
            (entry(&"x".repeat(33), 1), MasterKeyFault::Form { entry: 1 }),
            (format!("{good},b:AAAA"), MasterKeyFault::Key { entry: 2 }),
            ("a:not base64 at all".to_owned(), MasterKeyFault::Key { entry: 1 }),
            (format!("{good}, {}", entry("a", 2)), MasterKeyFault::Repeated { entry: 2 }),
            ((0..17).map(|n| entry(&format!("k{n}"), n)).collect::<Vec<_>>().join(","), MasterKeyFault::TooMany),
        ];
        for (text, fault) in cases {
            assert_eq!(MasterKeys::parse(&text).unwrap_err(), fault, "{text}");
            assert!(!fault.to_string().contains("AAAA"));
        }
    }

    #[test]
    fn derived_keys_differ_by_purpose_and_outlive_a_new_key_in_front() {
        let old = MasterKeys::parse(&entry("old", 7)).unwrap();
        let rotated = MasterKeys::parse(&format!("{},{}", entry("new", 8), entry("old", 7))).unwrap();
        let other = MasterKeys::parse(&entry("new", 8)).unwrap();
        assert_eq!(rotated.ids().collect::<Vec<_>>(), ["new", "old"]);
        assert_eq!(old.derive("cursor").expose(), rotated.derive("cursor").expose());
        assert_ne!(old.derive("cursor").expose(), old.derive("api_key_pepper").expose());
        assert_ne!(old.derive("cursor").expose(), other.derive("cursor").expose());
        assert!(!format!("{rotated:?}").contains('7'));
    }
}
