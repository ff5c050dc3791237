//! `audit verify`: a trail that is whole, and one whose file somebody edited.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use orderbase_infrastructure::security::KeyRing;
use orderbase_kernel::Timestamp;
use support::Place;

/// Changes a text of the database by a letter, as an editor of files would.
fn edit(place: &Place, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let file = place.path("data/orderbase.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let found: Vec<_> = (0..=bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from.as_bytes())).collect();
    assert!(!found.is_empty(), "{from}");
    for at in found {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    std::fs::write(&file, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trail_is_verified() {
    let place = Place::new();
    place.tenant("acme");
    place.tenant("borealis");
    place.done(&["tenant", "suspend", "acme", "--reason", "did not pay in May"]);
    let young = place.done(&["audit", "verify"]).json();
    assert_eq!((young[0]["seals"].as_u64(), young[0]["head"].as_str()), (Some(0), None));
    assert!(young[0]["unsealed"].as_u64().unwrap() > 2, "{young}");

    place.seal(None).await;
    let whole = place.done(&["audit", "verify"]).json();
    for (at, tenant) in ["acme", "borealis"].into_iter().enumerate() {
        let one = &whole[at];
        assert_eq!((one["tenant"].as_str(), one["verdict"].as_str()), (Some(tenant), Some("whole")));
        assert_eq!((one["seals"].as_u64(), one["unsealed"].as_u64()), (Some(1), Some(0)), "{one}");
        assert!(one["head"].as_str().unwrap().starts_with("1:") && one["head"].as_str().unwrap().len() == 18);
    }
    assert_eq!(whole[0]["rows"], young[0]["unsealed"]);

    edit(&place, "did not pay in May", "did not pay in Max");
    let edited = place.run(&["audit", "verify"]);
    assert_eq!(edited.code, 1, "{}{}", edited.out, edited.err);
    let shown = edited.json();
    assert_eq!((shown[0]["verdict"].as_str(), shown[1]["verdict"].as_str()), (Some("differs"), Some("whole")));
    let difference = &shown[0]["differences"][0];
    assert_eq!((difference["seal"].as_u64(), difference["fault"].as_str()), (Some(1), Some("content")));
    assert!(difference["after"].is_null() && difference["upto"].as_str().unwrap().ends_with('Z'));
    let words = "orderbase: acme, seal 1, recorded after the beginning up to 20";
    assert!(edited.err.contains(words) && edited.err.contains("content: a row is not"), "{}", edited.err);

    assert_eq!(place.run(&["audit", "verify", "--tenant", "acme"]).code, 1);
    let table = place.done(&["audit", "verify", "--tenant", "borealis", "--output", "table"]);
    assert!(table.out.starts_with("TENANT    SEALS  ROWS  UNSEALED  HEAD"), "{}", table.out);
    assert_eq!(table.out.lines().count(), 2, "{}", table.out);
    let typo = place.run(&["audit", "verify", "--tenant", "acne"]);
    assert_eq!((typo.code, typo.err.contains("did you mean acme?")), (2, true), "{}", typo.err);

    // Back as it was, and a seal of somebody who has no key of the ring.
    edit(&place, "did not pay in Max", "did not pay in May");
    place.done(&["tenant", "activate", "acme", "--reason", "paid"]);
    place.seal(Some(KeyRing::generate(Timestamp::from_millis(0).unwrap()))).await;
    let stranger = place.run(&["audit", "verify"]);
    assert_eq!(stranger.code, 1);
    let differences = &stranger.json()[0]["differences"];
    assert_eq!(differences.as_array().unwrap().len(), 1, "{differences}");
    assert_eq!((differences[0]["seal"].as_u64(), differences[0]["fault"].as_str()), (Some(2), Some("unknown_key")));
}
