use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use orderbase_application::ports::StorageError;
use orderbase_kernel::Timestamp;

use super::entry::is_kid;
use super::*;
use crate::security::envelope::{EnvelopeFault, Envelopes};
use crate::security::master_keys::MasterKeys;

/// The table, with its two unique indexes.
#[derive(Default)]
struct Table(Mutex<Vec<StoredEntry>>);

#[async_trait]
impl RingStore for Table {
    async fn load(&self) -> Result<Vec<StoredEntry>, StorageError> {
        Ok(self.0.lock().unwrap().clone())
    }

    async fn insert_if_absent(&self, entry: &StoredEntry) -> Result<bool, StorageError> {
        let mut rows = self.0.lock().unwrap();
        let free = !rows.iter().any(|row| (row.purpose, row.state) == (entry.purpose, entry.state));
        if free {
            rows.push(entry.clone());
        }
        Ok(free)
    }

    async fn replace_states(&self, moves: &[Move], at: Timestamp) -> Result<bool, StorageError> {
        let mut rows = self.0.lock().unwrap();
        let mut after = rows.clone();
        for step in moves {
            let held =
                |row: &&mut StoredEntry| (row.purpose, &row.kid, row.state) == (step.purpose, &step.kid, step.from);
            let Some(row) = after.iter_mut().find(held) else { return Ok(false) };
            (row.state, row.since) = (step.to, at);
            let twice = after.iter().filter(|row| (row.purpose, row.state) == (step.purpose, step.to)).count();
            assert_eq!(twice, 1, "the index (purpose, state) holds after each move");
        }
        *rows = after;
        Ok(true)
    }

    async fn delete(&self, purpose: KeyPurpose, kid: &str, state: KeyState) -> Result<bool, StorageError> {
        let mut rows = self.0.lock().unwrap();
        let before = rows.len();
        rows.retain(|row| (row.purpose, row.kid.as_str(), row.state) != (purpose, kid, state));
        Ok(rows.len() < before)
    }
}

fn master(entries: &[(&str, u8)]) -> MasterKeys {
    let texts: Vec<_> = entries.iter().map(|(id, fill)| format!("{id}:{}", STANDARD.encode([*fill; 32]))).collect();
    MasterKeys::parse(&texts.join(",")).unwrap()
}

fn keeper(table: &Arc<Table>) -> RingKeeper {
    RingKeeper::new(table.clone(), master(&[("k1", 1)]), 600)
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_millis(1_768_478_400_000 + secs * 1_000).unwrap()
}

fn kids(ring: &KeyRing, purpose: KeyPurpose) -> Vec<(&str, KeyState)> {
    let mut kids: Vec<_> = ring.of(purpose).map(|entry| (entry.kid.as_str(), entry.state)).collect();
    kids.sort_by_key(|(_, state)| *state);
    kids
}

#[tokio::test]
async fn the_first_start_makes_every_key_and_the_next_ones_none() {
    let table = Arc::new(Table::default());
    let ring = keeper(&table).load_or_generate(at(0)).await.unwrap();
    assert_eq!(ring.missing().count(), 0);
    assert_eq!(ring.entries().len(), KeyPurpose::ALL.len());
    for entry in ring.entries() {
        assert!(is_kid(&entry.kid) && entry.kid.len() == 8, "{}", entry.kid);
        assert!(entry.secret.expose().len() >= 32);
        let row = table.0.lock().unwrap().iter().find(|row| row.kid == entry.kid).unwrap().clone();
        assert!(!row.enveloped.windows(16).any(|window| window == &entry.secret.expose()[..16]), "never in plain");
    }
    let again = keeper(&table).load_or_generate(at(1)).await.unwrap();
    for purpose in KeyPurpose::ALL {
        assert_eq!(kids(&again, purpose), kids(&ring, purpose));
        let (one, two) = (ring.signing(purpose).unwrap(), again.signing(purpose).unwrap());
        assert_eq!(one.secret.expose(), two.secret.expose());
    }
    let other = keeper(&Arc::new(Table::default())).load_or_generate(at(0)).await.unwrap();
    let secret = |ring: &KeyRing, purpose| ring.signing(purpose).unwrap().secret.expose().clone();
    for purpose in [KeyPurpose::Jwt, KeyPurpose::PasswordPepper, KeyPurpose::Throttle, KeyPurpose::AuditSeal] {
        assert_ne!(secret(&ring, purpose), secret(&other, purpose), "{purpose:?} is random");
    }
    for purpose in [KeyPurpose::ApiKeyPepper, KeyPurpose::Cursor] {
        let derived = master(&[("k1", 1)]).derive(purpose.as_str());
        assert_eq!(secret(&ring, purpose), derived.expose(), "what was hashed before there was a ring stays valid");
    }
}

#[tokio::test]
async fn instances_that_start_at_once_agree() {
    let table = Arc::new(Table::default());
    let keepers: Vec<_> = (0..8).map(|_| keeper(&table)).collect();
    let rings = futures_util::future::join_all(keepers.iter().map(|keeper| keeper.load_or_generate(at(0)))).await;
    let first = rings[0].as_ref().unwrap();
    for ring in &rings {
        for purpose in KeyPurpose::ALL {
            assert_eq!(kids(ring.as_ref().unwrap(), purpose), kids(first, purpose));
        }
    }
}

#[tokio::test]
async fn a_token_key_is_published_then_signs_then_is_retired_then_gone() {
    let table = Arc::new(Table::default());
    let keeper = keeper(&table);
    let old = keeper.load_or_generate(at(0)).await.unwrap().signing(KeyPurpose::Jwt).unwrap().kid.clone();
    let new = keeper.rotate(KeyPurpose::Jwt, at(100)).await.unwrap();
    let (p, s, r) = (KeyState::Published, KeyState::Signing, KeyState::Retired);
    let steps = [
        (100, vec![(&new, p), (&old, s)]),
        (699, vec![(&new, p), (&old, s)]),
        (700, vec![(&new, s), (&old, r)]),
        (2_499, vec![(&new, s), (&old, r)]),
        (2_500, vec![(&new, s)]),
        (9_000, vec![(&new, s)]),
    ];
    for (secs, expected) in steps {
        let ring = keeper.turn(at(secs)).await.unwrap();
        let expected: Vec<_> = expected.into_iter().map(|(kid, state)| (kid.as_str(), state)).collect();
        assert_eq!(kids(&ring, KeyPurpose::Jwt), expected, "after {secs} s");
        let refused = keeper.rotate(KeyPurpose::Jwt, at(secs)).await;
        if expected.len() > 1 {
            assert!(matches!(refused, Err(RingError::Refused(RotationRefused::UnderWay(KeyPurpose::Jwt)))));
        } else {
            let (kid, _) = (refused.unwrap(), table.0.lock().unwrap().len());
            assert!(table.delete(KeyPurpose::Jwt, &kid, KeyState::Published).await.unwrap());
        }
    }
}

#[tokio::test]
async fn a_retired_key_outlives_the_longest_token() {
    let table = Arc::new(Table::default());
    let keeper = RingKeeper::new(table, master(&[("k1", 1)]), 3_600);
    keeper.load_or_generate(at(0)).await.unwrap();
    keeper.rotate(KeyPurpose::Jwt, at(0)).await.unwrap();
    for (secs, keys) in [(600, 2), (600 + 3_659, 2), (600 + 3_660, 1)] {
        assert_eq!(keeper.turn(at(secs)).await.unwrap().of(KeyPurpose::Jwt).count(), keys, "after {secs} s");
    }
}

#[tokio::test]
async fn a_token_key_is_renewed_after_ninety_days_and_no_other() {
    let table = Arc::new(Table::default());
    let keeper = keeper(&table);
    keeper.load_or_generate(at(0)).await.unwrap();
    let day = 86_400;
    assert_eq!(keeper.turn(at(90 * day - 1)).await.unwrap().entries().len(), 6);
    let ring = keeper.turn(at(90 * day)).await.unwrap();
    assert_eq!(ring.entries().len(), 7);
    assert_eq!(ring.of(KeyPurpose::Jwt).count(), 2);
}

#[tokio::test]
async fn a_pepper_stays_until_it_is_deleted_by_hand() {
    let table = Arc::new(Table::default());
    let keeper = keeper(&table);
    let old = keeper.load_or_generate(at(0)).await.unwrap().signing(KeyPurpose::ApiKeyPepper).unwrap().kid.clone();
    let new = keeper.rotate(KeyPurpose::ApiKeyPepper, at(0)).await.unwrap();
    assert_eq!(keeper.turn(at(59)).await.unwrap().signing(KeyPurpose::ApiKeyPepper).unwrap().kid, old);
    for secs in [60, 100 * 86_400] {
        let ring = keeper.turn(at(secs)).await.unwrap();
        assert_eq!(
            kids(&ring, KeyPurpose::ApiKeyPepper),
            [(new.as_str(), KeyState::Signing), (old.as_str(), KeyState::Retired)]
        );
    }
    assert!(!keeper.delete_retired(KeyPurpose::ApiKeyPepper, &new).await.unwrap(), "what signs is not deleted");
    assert!(keeper.delete_retired(KeyPurpose::ApiKeyPepper, &old).await.unwrap());
    assert_eq!(keeper.load().await.unwrap().of(KeyPurpose::ApiKeyPepper).count(), 1);
}

#[tokio::test]
async fn a_pepper_has_rested_for_a_minute_before_it_goes() {
    let keeper = keeper(&Arc::new(Table::default()));
    let purpose = KeyPurpose::PasswordPepper;
    let old = keeper.load_or_generate(at(0)).await.unwrap().signing(purpose).unwrap().kid.clone();
    assert!(keeper.load().await.unwrap().retired(purpose, at(999)).unwrap().is_none());
    keeper.rotate(purpose, at(0)).await.unwrap();
    assert!(
        keeper.load().await.unwrap().retired(purpose, at(999)).unwrap().is_none(),
        "what is published is not retired"
    );
    let ring = keeper.turn(at(60)).await.unwrap();
    assert_eq!(ring.retired(purpose, at(119)).unwrap_err(), RotationRefused::TooSoon(purpose));
    let (entry, unused_since) = ring.retired(purpose, at(120)).unwrap().unwrap();
    assert_eq!((&entry.kid, unused_since), (&old, at(120)));
}

#[test]
fn who_is_refused_is_told_the_way_out_if_there_is_one() {
    for purpose in KeyPurpose::ALL {
        let said = RotationRefused::UnderWay(purpose).to_string();
        let by_hand = matches!(purpose, KeyPurpose::ApiKeyPepper | KeyPurpose::PasswordPepper | KeyPurpose::AuditSeal);
        assert_eq!(said.contains(&format!("`orderbase keys retire {}`", purpose.as_str())), by_hand, "{said}");
    }
}

#[tokio::test]
async fn at_once_goes_what_can_be_made_again() {
    let table = Arc::new(Table::default());
    let keeper = keeper(&table);
    let before = keeper.load_or_generate(at(0)).await.unwrap();
    for purpose in KeyPurpose::ALL {
        let replaced = keeper.replace_at_once(purpose, at(1)).await;
        let ring = keeper.load().await.unwrap();
        match purpose {
            KeyPurpose::Jwt | KeyPurpose::Cursor | KeyPurpose::Throttle => {
                assert_eq!(kids(&ring, purpose), [(replaced.unwrap().as_str(), KeyState::Signing)]);
            }
            _ => {
                assert!(matches!(replaced, Err(RingError::Refused(RotationRefused::NotAtOnce(_)))));
                assert_eq!(kids(&ring, purpose), kids(&before, purpose));
            }
        }
    }
}

#[tokio::test]
async fn a_ring_that_was_tampered_with_is_refused() {
    let table = Arc::new(Table::default());
    keeper(&table).load_or_generate(at(0)).await.unwrap();
    let stranger = RingKeeper::new(table.clone(), master(&[("k2", 2)]), 600);
    assert!(matches!(
        stranger.load().await.unwrap_err(),
        RingError::Envelope { fault: EnvelopeFault::UnknownKey { .. }, .. }
    ));
    let rows = table.0.lock().unwrap().clone();
    let other = rows.iter().find(|row| row.purpose == KeyPurpose::Throttle).unwrap().enveloped.clone();
    for row in table.0.lock().unwrap().iter_mut() {
        if row.purpose == KeyPurpose::Cursor {
            row.enveloped.clone_from(&other);
        }
    }
    assert!(matches!(
        keeper(&table).load().await.unwrap_err(),
        RingError::Envelope { purpose: KeyPurpose::Cursor, fault: EnvelopeFault::Altered, .. }
    ));
}

#[tokio::test]
async fn rows_are_rewrapped_under_a_new_master_key() {
    let table = Arc::new(Table::default());
    let ring = keeper(&table).load_or_generate(at(0)).await.unwrap();
    let both = Envelopes::new(master(&[("k2", 2), ("k1", 1)]));
    for row in table.0.lock().unwrap().iter_mut() {
        row.enveloped = row.rewrapped(&both).unwrap().unwrap();
        assert_eq!(row.rewrapped(&both), Ok(None));
    }
    let after = RingKeeper::new(table, master(&[("k2", 2)]), 600).load().await.unwrap();
    for purpose in KeyPurpose::ALL {
        let secret = |ring: &KeyRing| ring.signing(purpose).unwrap().secret.expose().clone();
        assert_eq!(secret(&ring), secret(&after));
    }
}

#[test]
fn words_are_read_back() {
    for purpose in KeyPurpose::ALL {
        assert_eq!(KeyPurpose::parse(purpose.as_str()), Some(purpose));
    }
    for state in KeyState::ALL {
        assert_eq!(KeyState::parse(state.as_str()), Some(state));
    }
    assert_eq!((KeyPurpose::parse("x"), KeyState::parse("")), (None, None));
    for bad in ["", "A", "a_b", "../x", "a b", "é", &"a".repeat(33)] {
        assert!(!is_kid(bad), "{bad}");
    }
}
