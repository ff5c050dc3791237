//! The keys of the ring as tokens need them: which one signs, which ones verify, and what is published of them.

use std::collections::HashMap;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, encode};

use super::claims::{Audiences, ClaimsText};
use super::head::TYP;
use super::{SECRET_BYTES_MIN, TokenAlgorithm, TokensFault};
use crate::security::key_ring::{KeyPurpose, KeyRing, RingEntry, is_kid};

/// The id under which a configured secret goes.
const HS256_KID: &str = "hs256";

pub(super) struct TokenKeys {
    signing_kid: String,
    signing: EncodingKey,
    algorithm: Algorithm,
    verifying: HashMap<String, VerifyingKey>,
    /// Public keys by id, in the order of the ring.
    public: Vec<(String, Vec<u8>)>,
}

pub(super) struct VerifyingKey {
    pub decoding: DecodingKey,
    pub validation: Validation,
    algorithm: Algorithm,
}

impl VerifyingKey {
    fn new(decoding: DecodingKey, algorithm: Algorithm, audiences: &Audiences) -> Self {
        let mut validation = Validation::new(algorithm);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.set_issuer(&[&audiences.issuer]);
        validation.set_audience(&[&audiences.api, &audiences.platform]);
        // The present is an argument here; `Known::at` compares it, with whole seconds and its own leeway.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.leeway = 0;
        Self { decoding, validation, algorithm }
    }

    /// As it stands in a header.
    pub(super) fn alg(&self) -> &'static str {
        match self.algorithm {
            Algorithm::HS256 => "HS256",
            _ => "EdDSA",
        }
    }
}

impl TokenKeys {
    pub(super) fn of(algorithm: &TokenAlgorithm, ring: &KeyRing, audiences: &Audiences) -> Result<Self, TokensFault> {
        match algorithm {
            TokenAlgorithm::EdDsa => Self::of_ring(ring, audiences),
            TokenAlgorithm::Hs256(secret) => Self::of_secret(secret.expose(), audiences),
        }
    }

    fn of_ring(ring: &KeyRing, audiences: &Audiences) -> Result<Self, TokensFault> {
        let signing = ring.signing(KeyPurpose::Jwt)?;
        let mut verifying = HashMap::new();
        let mut public = Vec::new();
        for entry in ring.of(KeyPurpose::Jwt) {
            let bytes = public_key(entry)?;
            let decoding = DecodingKey::from_ed_der(&bytes);
            verifying.insert(entry.kid.clone(), VerifyingKey::new(decoding, Algorithm::EdDSA, audiences));
            public.push((entry.kid.clone(), bytes));
        }
        Ok(Self {
            signing_kid: signing.kid.clone(),
            signing: EncodingKey::from_ed_der(signing.secret.expose()),
            algorithm: Algorithm::EdDSA,
            verifying,
            public,
        })
    }

    fn of_secret(secret: &[u8], audiences: &Audiences) -> Result<Self, TokensFault> {
        if secret.len() < SECRET_BYTES_MIN {
            return Err(TokensFault::ShortSecret);
        }
        let key = VerifyingKey::new(DecodingKey::from_secret(secret), Algorithm::HS256, audiences);
        Ok(Self {
            signing_kid: HS256_KID.to_owned(),
            signing: EncodingKey::from_secret(secret),
            algorithm: Algorithm::HS256,
            verifying: HashMap::from([(HS256_KID.to_owned(), key)]),
            public: Vec::new(),
        })
    }

    pub(super) fn get(&self, kid: &str) -> Option<&VerifyingKey> {
        self.verifying.get(kid)
    }

    /// Whether the same key signs and the same ones verify. A kid names one key for good, so the public keys are compared for certainty.
    pub(super) fn same_as(&self, other: &Self) -> bool {
        self.signing_kid == other.signing_kid && self.public == other.public
    }

    pub(super) fn sign(&self, claims: &ClaimsText) -> Result<String, jsonwebtoken::errors::Error> {
        let mut header = Header::new(self.algorithm);
        header.typ = Some(TYP.to_owned());
        header.kid = Some(self.signing_kid.clone());
        encode(&header, claims, &self.signing)
    }

    /// RFC 7517 §5, RFC 8037 §2: public members only.
    pub(super) fn jwks(&self) -> String {
        let keys: Vec<_> = self
            .public
            .iter()
            .map(|(kid, bytes)| {
                let x = URL_SAFE_NO_PAD.encode(bytes);
                serde_json::json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": x})
            })
            .collect();
        serde_json::json!({ "keys": keys }).to_string()
    }
}

fn public_key(entry: &RingEntry) -> Result<Vec<u8>, TokensFault> {
    if !is_kid(&entry.kid) {
        return Err(TokensFault::Key);
    }
    let pair = Ed25519KeyPair::from_pkcs8(entry.secret.expose()).map_err(|_| TokensFault::Key)?;
    Ok(pair.public_key().as_ref().to_vec())
}
