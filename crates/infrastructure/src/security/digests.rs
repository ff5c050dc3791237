//! Digests by aws-lc-rs. Each purpose has a key of its own, and every key can be replaced while requests are served.

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::{digest, hmac};
use orderbase_application::ports::{Digests, KeyHashes, Seal};
use orderbase_tenancy::{KeyHash, PepperId, PepperedHash, TokenHash};

use super::key_ring::{KeyPurpose, KeyRing, KeyState, NoKey, RingEntry};
use super::master_keys::MasterKeys;

/// SHA-256 and HMAC-SHA-256 under the keys of a ring.
#[derive(Debug)]
pub struct AwsLcDigests {
    keys: RwLock<Arc<Keys>>,
}

#[derive(Debug)]
struct Keys {
    cursor: hmac::Key,
    other_cursor: Option<hmac::Key>,
    pepper: hmac::Key,
    pepper_id: PepperId,
    /// Of a rotation that is under way: still believed, or soon signing on some instance.
    other_pepper: Option<OtherPepper>,
}

#[derive(Debug)]
struct OtherPepper {
    key: hmac::Key,
    is_retired: bool,
}

/// The name of the pepper where there is no ring to name it.
const DERIVED: &str = "derived";

impl AwsLcDigests {
    /// Under keys derived from the master keys, where there is no ring.
    #[must_use]
    pub fn new(keys: &MasterKeys) -> Self {
        let key = |purpose| hmac::Key::new(hmac::HMAC_SHA256, keys.derive(purpose).expose());
        let pepper_id = PepperId::new(DERIVED);
        Self::of(Keys {
            cursor: key("cursor"),
            other_cursor: None,
            pepper: key("api_key_pepper"),
            pepper_id,
            other_pepper: None,
        })
    }

    /// # Errors
    /// [`NoKey`] if the ring has no cursor key or no pepper.
    pub fn of_ring(ring: &KeyRing) -> Result<Self, NoKey> {
        Keys::of_ring(ring).map(Self::of)
    }

    /// Takes over a ring that was loaded again.
    ///
    /// # Errors
    /// As [`AwsLcDigests::of_ring`]; the keys of before stay.
    pub fn turn(&self, ring: &KeyRing) -> Result<(), NoKey> {
        let keys = Arc::new(Keys::of_ring(ring)?);
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    fn of(keys: Keys) -> Self {
        Self { keys: RwLock::new(Arc::new(keys)) }
    }

    fn keys(&self) -> Arc<Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Keys {
    fn of_ring(ring: &KeyRing) -> Result<Self, NoKey> {
        let pepper = ring.signing(KeyPurpose::ApiKeyPepper)?;
        let other =
            |entry: &RingEntry| OtherPepper { key: hmac_key(entry), is_retired: entry.state == KeyState::Retired };
        Ok(Self {
            cursor: hmac_key(ring.signing(KeyPurpose::Cursor)?),
            other_cursor: ring.others(KeyPurpose::Cursor).next().map(hmac_key),
            pepper: hmac_key(pepper),
            pepper_id: PepperId::new(&pepper.kid),
            other_pepper: ring.others(KeyPurpose::ApiKeyPepper).next().map(other),
        })
    }

    /// The hash under the other pepper, if it is on that side of the present one.
    fn other_key_hash(&self, key_text: &str, is_retired: bool) -> Option<KeyHash> {
        let other = self.other_pepper.as_ref().filter(|other| other.is_retired == is_retired)?;
        Some(KeyHash::from_bytes(signed(&other.key, key_text.as_bytes())))
    }
}

impl Digests for AwsLcDigests {
    fn sha256(&self, bytes: &[u8]) -> [u8; 32] {
        whole(digest::digest(&digest::SHA256, bytes).as_ref())
    }

    fn seal(&self, purpose: Seal, bytes: &[u8]) -> [u8; 32] {
        match purpose {
            Seal::Cursor => signed(&self.keys().cursor, bytes),
        }
    }

    fn other_seal(&self, purpose: Seal, bytes: &[u8]) -> Option<[u8; 32]> {
        match purpose {
            Seal::Cursor => self.keys().other_cursor.as_ref().map(|key| signed(key, bytes)),
        }
    }

    fn key_hashes(&self, key_text: &str) -> KeyHashes {
        let keys = self.keys();
        let hash = KeyHash::from_bytes(signed(&keys.pepper, key_text.as_bytes()));
        KeyHashes {
            retired: keys.other_key_hash(key_text, true),
            signing: PepperedHash { hash, pepper: keys.pepper_id.clone() },
            published: keys.other_key_hash(key_text, false),
        }
    }

    fn token_hash(&self, token_text: &str) -> TokenHash {
        TokenHash::from_bytes(signed(&self.keys().pepper, token_text.as_bytes()))
    }

    fn other_token_hash(&self, token_text: &str) -> Option<TokenHash> {
        let keys = self.keys();
        keys.other_pepper.as_ref().map(|other| TokenHash::from_bytes(signed(&other.key, token_text.as_bytes())))
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        super::random::fill(bytes);
    }
}

pub(super) fn hmac_key(entry: &RingEntry) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, entry.secret.expose())
}

fn signed(key: &hmac::Key, bytes: &[u8]) -> [u8; 32] {
    whole(hmac::sign(key, bytes).as_ref())
}

/// Both algorithms give 32 bytes.
fn whole(digest: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(digest) {
        *to = *from;
    }
    out
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use orderbase_kernel::Timestamp;

    use super::super::key_ring::KeyState;
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn digests() -> AwsLcDigests {
        let key = base64::engine::general_purpose::STANDARD.encode([0x0b; 32]);
        AwsLcDigests::new(&MasterKeys::parse(&format!("k1:{key}")).unwrap())
    }

    #[test]
    fn sha256_matches_the_vectors_of_fips_180_4() {
        let million = "a".repeat(1_000_000);
        let cases = [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
            (million.as_str(), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ];
        for (text, expected) in cases {
            assert_eq!(hex(&digests().sha256(text.as_bytes())), expected);
        }
    }

    #[test]
    fn hmac_matches_the_vectors_of_rfc_4231() {
        let long = [0xaa; 131];
        let cases: [(&[u8], &[u8], &str); 4] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (
                &long,
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ];
        for (key, text, expected) in cases {
            let keyed = hmac::Key::new(hmac::HMAC_SHA256, key);
            let pepper_id = PepperId::new(DERIVED);
            let digests = AwsLcDigests::of(Keys {
                cursor: keyed.clone(),
                other_cursor: None,
                pepper: keyed,
                pepper_id,
                other_pepper: None,
            });
            assert_eq!(hex(&digests.seal(Seal::Cursor, text)), expected);
            if let Ok(text) = std::str::from_utf8(text) {
                assert_eq!(hex(digests.key_hash(text).hash.as_bytes()), expected);
                assert_eq!(hex(digests.token_hash(text).as_bytes()), expected);
            }
        }
    }

    #[test]
    fn stored_hashes_stay_what_they_are() {
        let digests = digests();
        let key = "ob_live_0123456789ABCDEFGHIJKLMNOPQRSTUV2IfI99";
        assert_eq!(hex(digests.key_hash(key).hash.as_bytes()), GOLDEN_KEY_HASH);
        assert_ne!(digests.key_hash(key), digests.key_hash("ob_test_000000000000000000000000000000000tuOKP"));
        assert_ne!(hex(&digests.seal(Seal::Cursor, key.as_bytes())), GOLDEN_KEY_HASH, "each purpose has its own key");
    }

    /// On both sides of the turn, for instances do not turn at once.
    #[test]
    fn a_cursor_opens_on_an_instance_that_turned_and_on_one_that_did_not() {
        let since = Timestamp::from_millis(0).unwrap();
        let entry = |purpose, state| RingEntry::generate(purpose, state, since);
        let pepper = entry(KeyPurpose::ApiKeyPepper, KeyState::Signing);
        let (old, new) = (entry(KeyPurpose::Cursor, KeyState::Signing), entry(KeyPurpose::Cursor, KeyState::Published));
        let lags = AwsLcDigests::of_ring(&KeyRing::new(vec![pepper.clone(), old.clone(), new.clone()])).unwrap();
        let (old, new) = (RingEntry { state: KeyState::Retired, ..old }, RingEntry { state: KeyState::Signing, ..new });
        let turned = AwsLcDigests::of_ring(&KeyRing::new(vec![pepper, old, new])).unwrap();
        assert_ne!(lags.seal(Seal::Cursor, b"x"), turned.seal(Seal::Cursor, b"x"));
        assert_eq!(lags.other_seal(Seal::Cursor, b"x"), Some(turned.seal(Seal::Cursor, b"x")));
        assert_eq!(turned.other_seal(Seal::Cursor, b"x"), Some(lags.seal(Seal::Cursor, b"x")));
    }

    #[test]
    fn a_rotated_pepper_is_asked_for_as_well() {
        let since = Timestamp::from_millis(0).unwrap();
        let entry = |purpose, state| RingEntry::generate(purpose, state, since);
        let (old, new) =
            (entry(KeyPurpose::ApiKeyPepper, KeyState::Signing), entry(KeyPurpose::ApiKeyPepper, KeyState::Published));
        let cursor = entry(KeyPurpose::Cursor, KeyState::Signing);
        let key = "ob_live_0123456789ABCDEFGHIJKLMNOPQRSTUV2IfI99";

        let digests = AwsLcDigests::of_ring(&KeyRing::new(vec![cursor.clone(), old.clone()])).unwrap();
        let (before, sealed) = (digests.key_hash(key), digests.seal(Seal::Cursor, b"x"));
        assert_eq!(before.pepper.as_str(), old.kid);
        assert_eq!(digests.key_hashes(key), KeyHashes { retired: None, signing: before.clone(), published: None });
        assert_eq!(digests.other_token_hash(key), None);

        digests.turn(&KeyRing::new(vec![cursor.clone(), old.clone(), new.clone()])).unwrap();
        let hashes = digests.key_hashes(key);
        assert_eq!((hashes.retired, hashes.signing), (None, before.clone()), "what is published signs nothing");
        let soon = hashes.published.unwrap();

        let new_kid = new.kid.clone();
        let (old, new) = (RingEntry { state: KeyState::Retired, ..old }, RingEntry { state: KeyState::Signing, ..new });
        digests.turn(&KeyRing::new(vec![cursor.clone(), old, new])).unwrap();
        let signing = PepperedHash { hash: soon, pepper: PepperId::new(new_kid) };
        let turned = KeyHashes { retired: Some(before.hash), signing, published: None };
        assert_eq!(digests.key_hashes(key), turned);
        assert_eq!(digests.other_token_hash(key).unwrap().as_bytes(), before.hash.as_bytes());
        assert_eq!(digests.seal(Seal::Cursor, b"x"), sealed);

        assert_eq!(digests.turn(&KeyRing::new(vec![cursor])), Err(NoKey(KeyPurpose::ApiKeyPepper)));
        assert_eq!(digests.key_hashes(key), turned, "a ring with holes is not taken over");
    }

    /// Computed with another HKDF and HMAC; a change of it locks every customer out.
    const GOLDEN_KEY_HASH: &str = "ea3bd820803d6ad8b7379a0519b4d52b26cdb716af94d591ebf5538ebb6a0cd1";

    #[test]
    fn random_bytes_differ() {
        let (mut one, mut two) = ([0; 32], [0; 32]);
        digests().fill_random(&mut one);
        digests().fill_random(&mut two);
        assert!(one != two && one != [0; 32]);
    }
}
