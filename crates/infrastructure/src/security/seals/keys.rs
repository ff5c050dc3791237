//! Signs seals and believes signatures, under the keys of a ring that may be replaced meanwhile.

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::hmac;
use orderbase_kernel::TenantId;

use super::{AuditSeal, Counted, NOTHING_BEFORE, SealFault};
use crate::security::digests::hmac_key;
use crate::security::key_ring::{KeyPurpose, KeyRing, NoKey, RingEntry};

/// HMAC-SHA-256 under the keys for audit seals: one signs, all verify.
#[derive(Debug)]
pub struct SealKeys {
    keys: RwLock<Arc<Keys>>,
}

#[derive(Debug)]
struct Keys {
    signing: Named,
    others: Vec<Named>,
}

#[derive(Debug)]
struct Named {
    kid: String,
    key: hmac::Key,
}

impl SealKeys {
    /// # Errors
    /// [`NoKey`] if the ring has none that signs.
    pub fn of_ring(ring: &KeyRing) -> Result<Self, NoKey> {
        Ok(Self { keys: RwLock::new(Arc::new(Keys::of_ring(ring)?)) })
    }

    /// Takes over a ring that was loaded again.
    ///
    /// # Errors
    /// As [`SealKeys::of_ring`]; the keys of before stay.
    pub fn turn(&self, ring: &KeyRing) -> Result<(), NoKey> {
        let keys = Arc::new(Keys::of_ring(ring)?);
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    /// The seal that follows `head`, or the tenant's first.
    #[must_use]
    pub fn seal(&self, tenant_id: TenantId, head: Option<&AuditSeal>, upto: i64, counted: Counted) -> AuditSeal {
        let keys = self.keys();
        let mut seal = AuditSeal {
            tenant_id,
            seq: head.map_or(1, |head| head.seq.saturating_add(1)),
            upto,
            counted,
            previous: head.map_or(NOTHING_BEFORE, |head| head.signature),
            kid: keys.signing.kid.clone(),
            signature: [0; 32],
        };
        let signature = hmac::sign(&keys.signing.key, &seal.message());
        for (to, from) in seal.signature.iter_mut().zip(signature.as_ref()) {
            *to = *from;
        }
        seal
    }

    /// # Errors
    /// [`SealFault::UnknownKey`], [`SealFault::Signature`].
    pub fn verify(&self, seal: &AuditSeal) -> Result<(), SealFault> {
        let keys = self.keys();
        let named = std::iter::once(&keys.signing).chain(&keys.others).find(|named| named.kid == seal.kid);
        let named = named.ok_or_else(|| SealFault::UnknownKey { kid: seal.kid.clone() })?;
        hmac::verify(&named.key, &seal.message(), &seal.signature).map_err(|_| SealFault::Signature)
    }

    fn keys(&self) -> Arc<Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Keys {
    fn of_ring(ring: &KeyRing) -> Result<Self, NoKey> {
        Ok(Self {
            signing: Named::of(ring.signing(KeyPurpose::AuditSeal)?),
            others: ring.others(KeyPurpose::AuditSeal).map(Named::of).collect(),
        })
    }
}

impl Named {
    fn of(entry: &RingEntry) -> Self {
        Self { kid: entry.kid.clone(), key: hmac_key(entry) }
    }
}
