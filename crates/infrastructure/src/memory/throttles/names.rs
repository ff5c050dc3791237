//! What is counted stands under keyed digests: who reads the counters, here or in Redis, learns of no address and no e-mail.

use aws_lc_rs::hmac;
use orderbase_application::ports::{Bucket, Of};
use orderbase_kernel::Network;

use crate::security::RingEntry;

/// A keyed digest of what is counted.
pub(crate) type Digest = [u8; 32];

/// What a number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// When the bucket is full again.
    Bucket(Bucket),
    /// Until when a network is known to an account.
    Known,
    /// Failures in a row.
    Failures,
}

/// Digests under one key of the ring.
pub(crate) struct Names {
    pub(crate) kid: String,
    key: hmac::Key,
}

impl Names {
    pub(crate) fn under(entry: &RingEntry) -> Self {
        Self { kid: entry.kid.clone(), key: hmac::Key::new(hmac::HMAC_SHA256, entry.secret.expose()) }
    }

    /// No two things of a kind have one digest: each part says how long it is.
    pub(crate) fn digest(&self, kind: Kind, of: Of<'_>) -> Digest {
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
    use crate::security::{KeyPurpose, KeyRing};

    fn names() -> Names {
        let ring = KeyRing::generate(Timestamp::from_millis(0).unwrap());
        Names::under(ring.signing(KeyPurpose::Throttle).unwrap())
    }

    #[test]
    fn different_things_have_different_digests() {
        let (one, other) = (names(), names());
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
