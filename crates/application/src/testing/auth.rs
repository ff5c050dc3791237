//! Stand-ins for hashing, tokens and throttles. They protect nothing; the real ones are adapters and have tests of their own.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use orderbase_kernel::Timestamp;
use orderbase_tenancy::Password;

use crate::changeset::PasswordHash;
use crate::ports::{
    AccessClaims, Bucket, HashersBusy, NoSigningKey, Of, Passwords, ThrottleTaking, Throttles, TokenFault, Tokens,
    Verified,
};

/// Keeps the password itself, and counts how often it was asked to hash or compare.
#[derive(Debug, Default)]
pub struct PlainPasswords {
    runs: AtomicUsize,
}

impl PlainPasswords {
    /// How often something was hashed.
    pub fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Passwords for PlainPasswords {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, HashersBusy> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        Ok(PasswordHash::from_phc(format!("$plain${}", password.expose())))
    }

    async fn verify(&self, password: &str, hash: Option<&PasswordHash>) -> Result<Verified, HashersBusy> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        let Some(hash) = hash else { return Ok(Verified::No) };
        Ok(match hash.expose().strip_prefix("$plain$") {
            Some(kept) if kept == password => Verified::Yes,
            _ if hash.expose().strip_prefix("$weak$") == Some(password) => Verified::YesButWeak,
            _ => Verified::No,
        })
    }

    fn is_common(&self, password: &Password, hints: &[&str]) -> bool {
        let lower = password.expose().to_lowercase();
        lower == "correct horse battery staple"
            || hints.iter().any(|hint| is_telling(hint) && lower.contains(&hint.to_lowercase()))
    }
}

/// Remembers what it issued.
#[derive(Debug, Default)]
pub struct PlainTokens {
    issued: Mutex<HashMap<String, AccessClaims>>,
}

impl Tokens for PlainTokens {
    fn issue(&self, claims: &AccessClaims) -> Result<String, NoSigningKey> {
        let text = format!("plain.{}.token", claims.id.as_simple());
        self.issued.lock().unwrap().insert(text.clone(), claims.clone());
        Ok(text)
    }

    fn verify(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenFault> {
        let claims = self.issued.lock().unwrap().get(token).cloned();
        let claims = claims.ok_or(TokenFault::Invalid("never issued"))?;
        if now < claims.expires_at { Ok(claims) } else { Err(TokenFault::Expired) }
    }

    fn life_secs(&self) -> u32 {
        600
    }

    fn jwks(&self) -> String {
        r#"{"keys":[]}"#.to_owned()
    }
}

/// Grants all but the buckets it was told to refuse, and remembers which were taken from.
#[derive(Debug, Default)]
pub struct ScriptedThrottles {
    refused: Mutex<HashSet<Bucket>>,
    taken: Mutex<Vec<Bucket>>,
    known: Mutex<HashSet<(String, IpAddr)>>,
    failures: Mutex<HashMap<String, u32>>,
}

impl ScriptedThrottles {
    pub fn refuse(&self, bucket: Bucket) {
        self.refused.lock().unwrap().insert(bucket);
    }

    /// What was taken from since it was last asked.
    pub fn taken(&self) -> Vec<Bucket> {
        std::mem::take(&mut *self.taken.lock().unwrap())
    }

    pub fn failures(&self, account: &str) -> u32 {
        self.failures.lock().unwrap().get(account).copied().unwrap_or(0)
    }
}

#[async_trait]
impl Throttles for ScriptedThrottles {
    async fn take(&self, buckets: &[(Bucket, Of<'_>)]) -> ThrottleTaking {
        let taking = self.peek(buckets).await;
        if taking == ThrottleTaking::Granted {
            self.taken.lock().unwrap().extend(buckets.iter().map(|(bucket, _)| *bucket));
        }
        taking
    }

    async fn peek(&self, buckets: &[(Bucket, Of<'_>)]) -> ThrottleTaking {
        let refused = self.refused.lock().unwrap();
        match buckets.iter().find(|(bucket, _)| refused.contains(bucket)) {
            Some((bucket, _)) => ThrottleTaking::Refused { bucket: *bucket, retry_after_secs: 7 },
            None => ThrottleTaking::Granted,
        }
    }

    async fn is_known(&self, account: &str, network: IpAddr) -> bool {
        self.known.lock().unwrap().contains(&(account.to_owned(), network))
    }

    async fn succeeded(&self, account: &str, network: IpAddr) {
        self.known.lock().unwrap().insert((account.to_owned(), network));
        self.failures.lock().unwrap().remove(account);
    }

    async fn failed(&self, account: &str) -> bool {
        let mut failures = self.failures.lock().unwrap();
        let count = failures.entry(account.to_owned()).or_default();
        *count += 1;
        *count == 100
    }
}

/// Short words stand in random passwords by chance.
fn is_telling(hint: &str) -> bool {
    hint.chars().count() > 4
}
