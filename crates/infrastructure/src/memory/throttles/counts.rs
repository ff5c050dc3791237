//! What is counted, under digests by the key of the ring that signs. While the ring holds the key before it too, what was counted under that
//! answers where the new one has nothing yet; whatever is written stands under the new one.

use aws_lc_rs::hmac;
use orderbase_application::ports::{Bucket, Of};
use orderbase_kernel::Network;

use crate::memory::bounded::Bounded;
use crate::security::{KeyPurpose, KeyRing, NoKey, RingEntry};

/// Numbers that are kept at most, of each kind and under each key; some 10 MiB.
pub(super) const NUMBERS_MAX: usize = 100_000;

/// A keyed digest of what is counted.
type Digest = [u8; 32];

/// What a number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// When the bucket is full again.
    Bucket(Bucket),
    /// Until when a network is known to an account.
    Known,
    /// Failures in a row.
    Failures,
}

pub(super) struct Counts {
    now: Counted,
    before: Option<Counted>,
}

/// What is counted under one key.
struct Counted {
    kid: String,
    key: hmac::Key,
    buckets: Bounded<Digest>,
    known: Bounded<Digest>,
    failures: Bounded<Digest>,
}

impl Counts {
    pub(super) fn of_ring(ring: &KeyRing) -> Result<Self, NoKey> {
        Ok(Self { now: Counted::under(ring.signing(KeyPurpose::Throttle)?), before: None })
    }

    /// Counts under the key that signs now, and forgets what stands under one that the ring has let go of.
    pub(super) fn turn(&mut self, ring: &KeyRing) -> Result<(), NoKey> {
        let signing = ring.signing(KeyPurpose::Throttle)?;
        if signing.kid != self.now.kid {
            self.before = Some(std::mem::replace(&mut self.now, Counted::under(signing)));
        }
        self.before.take_if(|before| ring.of(KeyPurpose::Throttle).all(|entry| entry.kid != before.kid));
        Ok(())
    }

    pub(super) fn get(&self, kind: Kind, of: Of<'_>) -> Option<i64> {
        self.now.get(kind, of).or_else(|| self.before.as_ref()?.get(kind, of))
    }

    /// Numbers of the kind up to `past` may go whenever room is wanted.
    pub(super) fn set(&mut self, kind: Kind, of: Of<'_>, number: i64, past: i64) {
        let digest = self.now.digest(kind, of);
        self.now.table_mut(kind).insert(digest, number, past);
    }

    pub(super) fn remove(&mut self, kind: Kind, of: Of<'_>) {
        for counted in std::iter::once(&mut self.now).chain(&mut self.before) {
            let digest = counted.digest(kind, of);
            counted.table_mut(kind).remove(&digest);
        }
    }

    /// Whether two are counted as one.
    pub(super) fn is_one(&self, kind: Kind, one: Of<'_>, other: Of<'_>) -> bool {
        self.now.digest(kind, one) == self.now.digest(kind, other)
    }

    #[cfg(test)]
    pub(super) fn buckets(&self) -> usize {
        self.now.buckets.len()
    }
}

impl Counted {
    fn under(entry: &RingEntry) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, entry.secret.expose());
        let [buckets, known, failures] = [NUMBERS_MAX; 3].map(Bounded::new);
        Self { kid: entry.kid.clone(), key, buckets, known, failures }
    }

    fn get(&self, kind: Kind, of: Of<'_>) -> Option<i64> {
        let table = match kind {
            Kind::Bucket(_) => &self.buckets,
            Kind::Known => &self.known,
            Kind::Failures => &self.failures,
        };
        table.get(&self.digest(kind, of))
    }

    fn table_mut(&mut self, kind: Kind) -> &mut Bounded<Digest> {
        match kind {
            Kind::Bucket(_) => &mut self.buckets,
            Kind::Known => &mut self.known,
            Kind::Failures => &mut self.failures,
        }
    }

    /// No two things of a kind have one digest: each part says how long it is.
    fn digest(&self, kind: Kind, of: Of<'_>) -> Digest {
        let (text, network) = match of {
            Of::Network(address) => (None, Some(address)),
            Of::Text(text) => (Some(text), None),
            Of::Both(text, address) => (Some(text), Some(address)),
        };
        let mut context = hmac::Context::with_key(&self.key);
        let network = network.map(|address| Network::of_client(address).to_string());
        for part in [Some(kind.as_str()), text, network.as_deref()] {
            let length = part.map_or(u64::MAX, |part| part.len() as u64);
            context.update(&length.to_be_bytes());
            context.update(part.unwrap_or_default().as_bytes());
        }
        let mut digest = Digest::default();
        for (to, from) in digest.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        digest
    }
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Bucket(bucket) => bucket.as_str(),
            Self::Known => "known",
            Self::Failures => "failures",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use orderbase_kernel::Timestamp;

    use super::*;

    fn counts() -> Counts {
        Counts::of_ring(&KeyRing::generate(Timestamp::from_millis(0).unwrap())).unwrap()
    }

    #[test]
    fn different_things_have_different_digests() {
        let (one, other) = (counts().now, counts().now);
        let address: IpAddr = "203.0.113.9".parse().unwrap();
        let of = [
            Of::Text("bc"),
            Of::Both("bc", address),
            Of::Network(address),
            Of::Text("203.0.113.9/32"),
            Of::Both("", address),
            Of::Text(""),
        ];
        let kinds = [Kind::Bucket(Bucket::LoginIp), Kind::Bucket(Bucket::LoginAccount), Kind::Known, Kind::Failures];
        let digests: Vec<Digest> = kinds.iter().flat_map(|kind| of.map(|of| one.digest(*kind, of))).collect();
        for (at, digest) in digests.iter().enumerate() {
            assert!(digests.iter().skip(at + 1).all(|other| digest != other), "{at}");
        }
        assert_ne!(other.digest(Kind::Known, of[0]), one.digest(Kind::Known, of[0]), "under another key it is another");
    }
}
