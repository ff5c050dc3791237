//! Texts of refresh tokens that nobody was given, and ends of sessions that are not known to be.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use orderbase_application::ports::{KeyHolder, Principals, SessionHolder, StorageError};
use orderbase_application::testing::{Upset, World, client};
use orderbase_application::{Error, Scope, auth, oauth};
use orderbase_kernel::{ApiKeyId, SessionId};
use orderbase_tenancy::{RefreshTokenText, TokenHash};

use crate::sign_in::{acme, signed_in};

/// What somebody makes who knows of a family all but the pepper.
fn made_up(token: &str, seal: TokenHash) -> String {
    let known = RefreshTokenText::parse(token).unwrap();
    let made = RefreshTokenText::generate(known.tenant_id(), known.session_id(), |bytes| bytes.fill(7), |_| seal);
    assert!(RefreshTokenText::parse(made.expose()).is_ok(), "form and checksum are right");
    made.expose().to_owned()
}

#[tokio::test]
async fn a_made_up_text_of_a_living_family_ends_nothing() {
    let (world, ..) = acme().await;
    let tokens = signed_in(&world).await;
    let refresh = tokens.refresh_token.unwrap();
    world.throttles.taken();
    world.commits.take_seen();
    for turned in [false, true] {
        if turned {
            world.digests.turn();
        }
        for seal in [[0; 32], [7; 32]] {
            let text = made_up(&refresh, TokenHash::from_bytes(seal));
            let refused = auth::refresh(&world.app, &client(), &text, None).await;
            assert!(matches!(refused, Err(Error::InvalidCredentials)), "{refused:?}");
            oauth::revoke(&world.app, &client(), &text, None).await.unwrap();
        }
        assert!(!world.throttles.taken().contains(&orderbase_application::ports::Bucket::RefreshFamily));
        assert!(world.commits.take_seen().is_empty(), "nothing was written");
        assert!(auth::bearer(&world.app, &tokens.access_token, &client()).await.is_ok());
    }
    assert!(auth::refresh(&world.app, &client(), &refresh, None).await.is_ok());
}

#[tokio::test]
async fn a_seal_is_of_its_family_alone() {
    let (world, ..) = acme().await;
    let (one, other) = (signed_in(&world).await, signed_in(&world).await);
    let (one, other) = (one.refresh_token.unwrap(), other.refresh_token.unwrap());
    // The secret part of the one, under the name of the other: only the checksum has to be made anew.
    let family = RefreshTokenText::parse(&other).unwrap();
    let mut secret = one[48..70].bytes().collect::<Vec<_>>();
    secret.iter_mut().for_each(|byte| *byte = u8::try_from(ALPHABET.find(char::from(*byte)).unwrap()).unwrap());
    let seal = one[70..80].chars().fold(0, |sum, char| sum * 62 + ALPHABET.find(char).unwrap() as u128);
    let mut digest = [0; 32];
    digest[..16].copy_from_slice(&seal.to_be_bytes());
    let fill = |bytes: &mut [u8]| bytes[..secret.len()].copy_from_slice(&secret);
    let moved = |of: &RefreshTokenText| {
        let seal = TokenHash::from_bytes(digest);
        RefreshTokenText::generate(of.tenant_id(), of.session_id(), fill, |_| seal).expose().to_owned()
    };
    assert_eq!(moved(&RefreshTokenText::parse(&one).unwrap()), one, "taken apart rightly");
    assert!(auth::refresh(&world.app, &client(), &moved(&family), None).await.is_err());
    assert!(auth::refresh(&world.app, &client(), &other, None).await.is_ok(), "the family lives");
}

const ALPHABET: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Counts how often it is told to forget.
struct Counting(Arc<dyn Principals>, AtomicUsize);

#[async_trait]
impl Principals for Counting {
    async fn session(&self, scope: Scope, id: SessionId) -> Result<Option<Arc<SessionHolder>>, StorageError> {
        self.0.session(scope, id).await
    }

    async fn key(&self, scope: Scope, id: ApiKeyId) -> Result<Option<KeyHolder>, StorageError> {
        self.0.key(scope, id).await
    }

    async fn forget(&self, _scope: Scope) {
        self.1.fetch_add(1, Ordering::SeqCst);
    }
}

fn counted(world: &mut World) -> Arc<Counting> {
    let counting = Arc::new(Counting(Arc::clone(&world.app.principals), AtomicUsize::new(0)));
    world.app.principals = counting.clone();
    counting
}

#[tokio::test]
async fn an_end_that_is_not_known_to_be_is_forgotten_all_the_same() {
    let (mut world, ..) = acme().await;
    let counting = counted(&mut world);
    let first = signed_in(&world).await.refresh_token.unwrap();
    auth::refresh(&world.app, &client(), &first, None).await.unwrap();
    world.clock.advance_millis(60_001);
    world.commits.plan([Upset::LostAnswer]);
    let before = counting.1.load(Ordering::SeqCst);
    let reused = auth::refresh(&world.app, &client(), &first, None).await;
    assert!(matches!(reused, Err(Error::OutcomeUnknown(_))), "{reused:?}");
    assert!(counting.1.load(Ordering::SeqCst) > before, "of a token that was used again");

    let other = signed_in(&world).await.refresh_token.unwrap();
    world.commits.plan([Upset::LostAnswer]);
    let before = counting.1.load(Ordering::SeqCst);
    assert!(oauth::revoke(&world.app, &client(), &other, None).await.is_err());
    assert!(counting.1.load(Ordering::SeqCst) > before, "of one that was revoked");
}
