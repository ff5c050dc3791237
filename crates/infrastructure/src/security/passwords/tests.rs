use orderbase_kernel::Timestamp;

use super::*;
use crate::security::key_ring::{KeyPurpose, KeyState, RingEntry};

fn pepper(state: KeyState) -> RingEntry {
    RingEntry::generate(KeyPurpose::PasswordPepper, state, Timestamp::from_millis(0).unwrap())
}

fn ring(entries: &[&RingEntry]) -> KeyRing {
    KeyRing::new(entries.iter().map(|entry| (*entry).clone()).collect())
}

fn options() -> ArgonOptions {
    ArgonOptions { threads: 1, ..ArgonOptions::default() }
}

fn password(text: &str) -> Password {
    Password::parse(text).unwrap()
}

const GOOD: &str = "gleaming walrus under nine tarps";

#[tokio::test]
async fn a_password_is_verified_and_no_other() {
    let signing = pepper(KeyState::Signing);
    let passwords = ArgonPasswords::start(options(), &ring(&[&signing])).unwrap();
    let hash = passwords.hash(&password(GOOD)).await.unwrap();
    let again = passwords.hash(&password(GOOD)).await.unwrap();
    assert_ne!(hash.expose(), again.expose(), "each has a salt of its own");
    for hash in [&hash, &again] {
        assert_eq!(passwords.verify(GOOD, Some(hash)).await, Ok(Verified::Yes));
        for other in [
            "",
            "gleaming walrus under nine tarp",
            "Gleaming walrus under nine tarps",
            " gleaming walrus under nine tarps",
        ] {
            assert_eq!(passwords.verify(other, Some(hash)).await, Ok(Verified::No), "{other}");
        }
    }
    assert_eq!(passwords.verify(&"x".repeat(300_000), Some(&hash)).await, Ok(Verified::No));
    assert_eq!(passwords.verify(GOOD, None).await, Ok(Verified::No));
}

#[tokio::test]
async fn the_hash_is_a_phc_string_with_the_peppers_id() {
    let signing = RingEntry { kid: "pepper1".to_owned(), ..pepper(KeyState::Signing) };
    let passwords = ArgonPasswords::start(options(), &ring(&[&signing])).unwrap();
    let hash = passwords.hash(&password(GOOD)).await.unwrap();
    assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1,keyid=cGVwcGVyMQ$"), "{}", hash.expose());
    let parts: Vec<_> = hash.expose().split('$').collect();
    assert_eq!((parts.len(), parts[4].len(), parts[5].len()), (6, 22, 43), "16 bytes of salt, 32 of output");
    assert!(!hash.expose().contains(GOOD));
}

/// Kept from the first version, with the secret 32 × 07 and `keyid` pepper1: if it does not match any more, nobody can sign in.
const GOLDEN: &str = "$argon2id$v=19$m=19456,t=2,p=1,keyid=cGVwcGVyMQ$Ej9K+WSYrFMGuEyKBx7OMQ$y3AFU95CgvEoCMKwrwugfSE0YquNHl4zmfPeutctowA";

#[tokio::test]
async fn a_hash_of_before_stays_good() {
    let secret = crate::security::Secret::new(vec![7; 32]);
    let signing = RingEntry { kid: "pepper1".to_owned(), secret, ..pepper(KeyState::Signing) };
    let passwords = ArgonPasswords::start(options(), &ring(&[&signing])).unwrap();
    let hash = PasswordHash::from_phc(GOLDEN.to_owned());
    assert_eq!(passwords.verify(GOOD, Some(&hash)).await, Ok(Verified::Yes));
}

#[tokio::test]
async fn the_pepper_is_needed_and_a_hash_under_another_is_weak() {
    let (old, new) = (pepper(KeyState::Signing), pepper(KeyState::Signing));
    let passwords = ArgonPasswords::start(options(), &ring(&[&old])).unwrap();
    let hash = passwords.hash(&password(GOOD)).await.unwrap();

    let impostor = RingEntry { kid: old.kid.clone(), ..new.clone() };
    passwords.turn(&ring(&[&impostor])).unwrap();
    assert_eq!(passwords.verify(GOOD, Some(&hash)).await, Ok(Verified::No), "another secret under the same id");

    passwords.turn(&ring(&[&new, &RingEntry { state: KeyState::Retired, ..old.clone() }])).unwrap();
    assert_eq!(passwords.verify(GOOD, Some(&hash)).await, Ok(Verified::YesButWeak));
    assert_eq!(passwords.verify("something else entirely", Some(&hash)).await, Ok(Verified::No));
    let renewed = passwords.hash(&password(GOOD)).await.unwrap();
    assert_eq!(passwords.verify(GOOD, Some(&renewed)).await, Ok(Verified::Yes));

    // An instance that lags behind does not hash back what another one has hashed anew.
    passwords.turn(&ring(&[&old, &RingEntry { state: KeyState::Published, ..new.clone() }])).unwrap();
    assert_eq!(passwords.verify(GOOD, Some(&renewed)).await, Ok(Verified::Yes));

    passwords.turn(&ring(&[&new])).unwrap();
    assert_eq!(passwords.verify(GOOD, Some(&hash)).await, Ok(Verified::No), "its pepper is gone");
    assert!(matches!(passwords.turn(&ring(&[])), Err(PasswordsFault::NoKey(_))));
    assert_eq!(passwords.verify(GOOD, Some(&renewed)).await, Ok(Verified::Yes), "a ring with holes is not taken over");
}

#[tokio::test]
async fn a_cheaper_hash_is_weak_and_a_dearer_one_is_not() {
    let signing = pepper(KeyState::Signing);
    let cheap = ArgonPasswords::start(options(), &ring(&[&signing])).unwrap();
    let hash = cheap.hash(&password(GOOD)).await.unwrap();
    for dearer in [ArgonOptions { memory_kib: 20_480, ..options() }, ArgonOptions { iterations: 3, ..options() }] {
        let dear = ArgonPasswords::start(dearer, &ring(&[&signing])).unwrap();
        assert_eq!(dear.verify(GOOD, Some(&hash)).await, Ok(Verified::YesButWeak));
        let strong = dear.hash(&password(GOOD)).await.unwrap();
        assert_eq!(cheap.verify(GOOD, Some(&strong)).await, Ok(Verified::Yes));
    }
}

#[test]
fn nothing_below_the_floor_is_started() {
    let bad = [
        ArgonOptions { memory_kib: 19_455, ..options() },
        ArgonOptions { memory_kib: 262_145, ..options() },
        ArgonOptions { iterations: 1, ..options() },
        ArgonOptions { iterations: 65, ..options() },
        ArgonOptions { threads: 0, ..options() },
        ArgonOptions { threads: 65, ..options() },
        ArgonOptions { queue_max: 1_025, ..options() },
    ];
    for options in bad {
        let started = ArgonPasswords::start(options, &ring(&[&pepper(KeyState::Signing)]));
        assert!(matches!(started, Err(PasswordsFault::Options)), "{options:?}");
    }
    let long = RingEntry { kid: "nine-char".to_owned(), ..pepper(KeyState::Signing) };
    assert!(matches!(ArgonPasswords::start(options(), &ring(&[&long])), Err(PasswordsFault::LongKid)));
}

#[test]
fn whatever_is_stored_one_run_is_made() {
    let signing = pepper(KeyState::Signing);
    let argon = argon::Argon::new(19_456, 2, &ring(&[&signing])).unwrap();
    let mut memory = Memory::default();
    let good = argon.hash(GOOD, &mut memory).unwrap();
    let without_keyid = good.replace(&format!(",keyid={}", good.split(['=', '$']).nth(8).unwrap()), "");
    assert!(without_keyid.contains("p=1$"), "{without_keyid}");
    let stored = [
        None,
        Some(good.as_str()),
        Some(""),
        Some("plain"),
        Some("$2b$12$abcdefghijklmnopqrstuv"),
        Some("$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZWhhc2hzb21laGFzaHNvbWVoYXNoc29tZWhhc2g"),
        Some("$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZWhhc2hzb21laGFzaHNvbWVoYXNoc29tZWhhc2g"),
        Some(
            "$argon2id$v=19$m=19456,t=4294967295,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZWhhc2hzb21laGFzaHNvbWVoYXNoc29tZWhhc2g",
        ),
        Some(without_keyid.as_str()),
    ];
    for phc in stored {
        let before = memory.filled;
        assert_eq!(argon.verify("something else entirely", phc, &mut memory), Ok(Verified::No), "{phc:?}");
        assert_eq!(memory.filled - before, 2 * 19_456, "{phc:?}");
    }
}

#[tokio::test]
async fn behind_the_queue_is_a_refusal() {
    let passwords = Arc::new(
        ArgonPasswords::start(ArgonOptions { queue_max: 2, ..options() }, &ring(&[&pepper(KeyState::Signing)]))
            .unwrap(),
    );
    let asked: Vec<_> = (0..20)
        .map(|_| {
            let passwords = passwords.clone();
            tokio::spawn(async move { passwords.verify(GOOD, None).await })
        })
        .collect();
    let mut answers = Vec::new();
    for one in asked {
        answers.push(one.await.unwrap());
    }
    let busy = answers.iter().filter(|answer| **answer == Err(HashersBusy)).count();
    assert!((17..20).contains(&busy), "one at work, two waiting, the rest refused: {busy}");
    assert_eq!(passwords.verify(GOOD, None).await, Ok(Verified::No), "and afterwards there is room again");
}

#[test]
fn who_is_gone_is_not_hashed_for() {
    let argon = Arc::new(Argon::new(19_456, 2, &ring(&[&pepper(KeyState::Signing)])).unwrap());
    let mut memory = Memory::default();
    let mut run = |wish| Job { argon: argon.clone(), password: Zeroizing::new(GOOD.to_owned()), wish }.run(&mut memory);
    let (answer, gone) = oneshot::channel();
    drop(gone);
    run(Wish::Verify(None, answer));
    let (answer, gone) = oneshot::channel();
    drop(gone);
    run(Wish::Hash(answer));
    assert_eq!(memory.filled, 0);
}

#[test]
fn a_thread_ends_with_the_adapter() {
    let (queue, jobs) = sync_channel(1);
    let thread = thread::spawn(move || work(&Mutex::new(jobs)));
    drop(queue);
    thread.join().unwrap();
}
