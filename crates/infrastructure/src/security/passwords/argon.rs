//! One run of argon2id (RFC 9106), in the memory of the thread that runs it. A stored hash names its costs and its pepper, so hashes of
//! other times stay good; whatever is stored or not, verifying is exactly one run.

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Block, KeyId, Params, ParamsBuilder, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use orderbase_application::ports::Verified;

use super::PasswordsFault;
use crate::security::key_ring::{KeyPurpose, KeyRing, KeyState, RingEntry};
use crate::security::random;
use crate::security::secret::{Secret, equal};

pub(super) const MEMORY_KIB_MIN: u32 = 19_456;
pub(super) const ITERATIONS_MIN: u32 = 2;
/// What a stored hash may ask for at most: nobody who writes to the table takes the memory of the host.
const MEMORY_KIB_MAX: u32 = 262_144;
const ITERATIONS_MAX: u32 = 64;
const SALT_BYTES: usize = 16;
const OUTPUT_BYTES: usize = 32;

/// Salt and output that no password is known for: what is compared with where there is no account.
const DUMMY_SALT: [u8; SALT_BYTES] = *b"orderbase: dummy";
const DUMMY_OUTPUT: [u8; OUTPUT_BYTES] = [0x5a; OUTPUT_BYTES];

/// Costs and peppers of one moment.
pub(super) struct Argon {
    params: Params,
    current: Pepper,
    others: Vec<Pepper>,
    dummy: String,
}

struct Pepper {
    kid: String,
    state: KeyState,
    secret: Secret<Vec<u8>>,
}

/// The memory of one thread, kept from run to run and overwritten after each.
#[derive(Default)]
pub(super) struct Memory {
    blocks: Vec<Block>,
    /// Blocks that were filled in all runs together.
    #[cfg(test)]
    pub(super) filled: u64,
}

impl Argon {
    pub(super) fn new(memory_kib: u32, iterations: u32, ring: &KeyRing) -> Result<Self, PasswordsFault> {
        let bounds = (MEMORY_KIB_MIN..=MEMORY_KIB_MAX).contains(&memory_kib)
            && (ITERATIONS_MIN..=ITERATIONS_MAX).contains(&iterations);
        if !bounds {
            return Err(PasswordsFault::Options);
        }
        let current = Pepper::of(ring.signing(KeyPurpose::PasswordPepper)?);
        let keyid = KeyId::new(current.kid.as_bytes()).map_err(|_| PasswordsFault::LongKid)?;
        let params = ParamsBuilder::new()
            .m_cost(memory_kib)
            .t_cost(iterations)
            .p_cost(1)
            .keyid(keyid)
            .output_len(OUTPUT_BYTES)
            .build()
            .map_err(|_| PasswordsFault::Options)?;
        let others = ring.others(KeyPurpose::PasswordPepper).map(Pepper::of).collect();
        let dummy = phc_text(&params, &DUMMY_SALT, &DUMMY_OUTPUT);
        Ok(Self { params, current, others, dummy })
    }

    /// A PHC string with a fresh salt.
    pub(super) fn hash(&self, password: &str, memory: &mut Memory) -> Result<String, argon2::Error> {
        let mut salt = [0; SALT_BYTES];
        random::fill(&mut salt);
        let mut output = [0; OUTPUT_BYTES];
        memory.run(&self.params, &self.current, password, &salt, &mut output)?;
        Ok(phc_text(&self.params, &salt, &output))
    }

    /// One run, whatever is passed.
    pub(super) fn verify(
        &self,
        password: &str,
        phc: Option<&str>,
        memory: &mut Memory,
    ) -> Result<Verified, argon2::Error> {
        let stored = phc.and_then(|phc| Stored::read(phc, self));
        if phc.is_some() && stored.is_none() {
            tracing::error!("a stored password hash cannot be read, or its pepper is gone");
        }
        let real = stored.is_some();
        let Some(against) = stored.or_else(|| Stored::read(&self.dummy, self)) else {
            return Err(argon2::Error::OutputTooShort);
        };
        let mut output = vec![0; against.output.len()];
        memory.run(&against.params, against.pepper, password, &against.salt, &mut output)?;
        Ok(match (real && equal(&output, &against.output), self.is_weak(&against)) {
            (false, _) => Verified::No,
            (true, false) => Verified::Yes,
            (true, true) => Verified::YesButWeak,
        })
    }

    /// Whether it costs less than what is made now, or has a pepper that goes. One that comes is what other instances hash with already.
    fn is_weak(&self, stored: &Stored<'_>) -> bool {
        stored.params.m_cost() < self.params.m_cost()
            || stored.params.t_cost() < self.params.t_cost()
            || stored.output.len() < OUTPUT_BYTES
            || stored.pepper.state == KeyState::Retired
    }

    fn pepper(&self, kid: &[u8]) -> Option<&Pepper> {
        std::iter::once(&self.current).chain(&self.others).find(|pepper| pepper.kid.as_bytes() == kid)
    }
}

impl Pepper {
    fn of(entry: &RingEntry) -> Self {
        Self { kid: entry.kid.clone(), state: entry.state, secret: entry.secret.clone() }
    }
}

/// A PHC string, read.
struct Stored<'a> {
    params: Params,
    pepper: &'a Pepper,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl<'a> Stored<'a> {
    /// `None` for what this server never writes: another algorithm, costs out of bounds, an unknown pepper.
    fn read(text: &str, argon: &'a Argon) -> Option<Self> {
        let hash = phc::PasswordHash::new(text).ok()?;
        let params = Params::try_from(&hash).ok()?;
        let known = hash.algorithm.as_str() == "argon2id" && hash.version == Some(u32::from(Version::V0x13));
        let bounded = params.m_cost() <= MEMORY_KIB_MAX && params.t_cost() <= ITERATIONS_MAX && params.p_cost() == 1;
        let pepper = argon.pepper(params.keyid())?;
        let (salt, output) = (hash.salt?.as_ref().to_vec(), hash.hash?.as_bytes().to_vec());
        (known && bounded).then_some(Self { params, pepper, salt, output })
    }
}

impl Memory {
    fn run(
        &mut self,
        params: &Params,
        pepper: &Pepper,
        password: &str,
        salt: &[u8],
        output: &mut [u8],
    ) -> Result<(), argon2::Error> {
        let argon =
            Argon2::new_with_secret(pepper.secret.expose(), Algorithm::Argon2id, Version::V0x13, params.clone())?;
        let blocks = params.block_count();
        if self.blocks.capacity() > blocks.saturating_mul(2) {
            // A dear hash of other times is no reason to keep its memory.
            self.blocks = Vec::new();
        }
        self.blocks.resize(blocks, Block::new());
        #[cfg(test)]
        {
            self.filled += u64::from(params.m_cost()) * u64::from(params.t_cost());
        }
        let done = argon.hash_password_into_with_memory(password.as_bytes(), salt, output, self.blocks.as_mut_slice());
        self.blocks.fill(Block::new());
        // Else the compiler might leave out the write to what is written again before it is read.
        std::hint::black_box(&self.blocks);
        done
    }
}

fn phc_text(params: &Params, salt: &[u8], output: &[u8]) -> String {
    let [keyid, salt, output] = [params.keyid(), salt, output].map(|bytes| STANDARD_NO_PAD.encode(bytes));
    let (memory, iterations) = (params.m_cost(), params.t_cost());
    format!("$argon2id$v=19$m={memory},t={iterations},p=1,keyid={keyid}${salt}${output}")
}
