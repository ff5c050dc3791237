//! The keys that the server makes for itself (security.md rule 33) and what stands on them: digests, tokens, passwords, throttles,
//! seals. They are read at the start and again every 30 s, so that a rotation reaches every instance without a restart. Must never log a
//! key.

use std::sync::Arc;
use std::time::Duration;

use orderbase_application::ports::Clock;
use orderbase_infrastructure::security::{
    ArgonOptions, ArgonPasswords, AwsLcDigests, EnvelopeFault, JwtTokens, KeyRing, MasterKeys, RingError, RingKeeper,
    RotationRefused, SealKeys, Secret, TokenAlgorithm, TokenOptions,
};
use orderbase_infrastructure::sql::{SqlDb, SqlKeyRing};
use orderbase_kernel::Timestamp;
use tokio_util::sync::CancellationToken;

use super::throttling::Throttling;
use super::together::Together;
use crate::config::{Algorithm, Config, Fault, Faults};
use crate::exit::Exit;
use crate::failure::{Failure, chain};

/// How often the ring is read again.
const EVERY: Duration = Duration::from_secs(30);

/// What stands on the ring.
pub struct Identity {
    keeper: RingKeeper,
    pub digests: Arc<AwsLcDigests>,
    pub tokens: Arc<JwtTokens>,
    pub passwords: Arc<ArgonPasswords>,
    pub throttles: Throttling,
    pub seals: Arc<SealKeys>,
}

/// Who keeps the ring of that database.
pub fn keeper(config: &Config, db: &SqlDb, master: &MasterKeys) -> RingKeeper {
    let store = Arc::new(SqlKeyRing::new(db.clone()));
    RingKeeper::new(store, master.clone(), narrow(config.auth.access_token_secs))
}

impl Identity {
    /// Reads the ring and makes what it lacks: of two instances that start at once one makes it, and both use that. `issuer` is what
    /// clients call the server.
    ///
    /// # Errors
    /// 69 if the database gave no answer; 78 where the master keys do not open the ring; 70 else.
    pub async fn open(
        config: &Config,
        db: &SqlDb,
        master: &MasterKeys,
        issuer: &str,
        now: Timestamp,
        together: Option<&Together>,
    ) -> Result<Self, Failure> {
        let keeper = keeper(config, db, master);
        let ring = keeper.load_or_generate(now).await.map_err(|error| failure(&error))?;
        let options = TokenOptions {
            issuer: issuer.to_owned(),
            algorithm: algorithm(config),
            life_secs: narrow(config.auth.access_token_secs),
        };
        Ok(Self {
            keeper,
            digests: Arc::new(AwsLcDigests::of_ring(&ring).map_err(internal)?),
            tokens: Arc::new(JwtTokens::new(options, &ring).map_err(internal)?),
            passwords: Arc::new(ArgonPasswords::start(argon(config), &ring).map_err(internal)?),
            throttles: Throttling::of_ring(config, together, &ring).map_err(internal)?,
            seals: Arc::new(SealKeys::of_ring(&ring).map_err(internal)?),
        })
    }

    /// Does what is due to the ring and takes it over.
    ///
    /// # Errors
    /// What [`RingError`] says, or a key that is none; what could not be taken over stays as it was.
    async fn turn(&self, now: Timestamp) -> Result<(), Failure> {
        let ring: KeyRing = self.keeper.turn(now).await.map_err(|error| failure(&error))?;
        self.digests.turn(&ring).map_err(internal)?;
        self.tokens.turn(&ring).map_err(internal)?;
        self.passwords.turn(&ring).map_err(internal)?;
        self.throttles.turn(&ring).map_err(internal)?;
        self.seals.turn(&ring).map_err(internal)
    }
}

/// Reads the ring again every 30 s until it is told to end; a reading that fails is said and tried again.
pub async fn keep_turning(identity: Arc<Identity>, clock: Arc<dyn Clock>, end: CancellationToken) {
    while end.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
        if let Err(failure) = identity.turn(clock.now()).await {
            tracing::error!(error = failure.words, "key_ring.not_read");
        }
    }
}

fn algorithm(config: &Config) -> TokenAlgorithm {
    match (config.auth.token_algorithm, &config.auth.token_secret) {
        (Algorithm::Hs256, Some(secret)) => TokenAlgorithm::Hs256(Secret::new(secret.expose().clone().into_bytes())),
        // The rules refuse one without the other.
        _ => TokenAlgorithm::EdDsa,
    }
}

fn argon(config: &Config) -> ArgonOptions {
    ArgonOptions {
        memory_kib: narrow(config.auth.argon2_memory_kib),
        iterations: narrow(config.auth.argon2_iterations),
        threads: config.argon2_threads(),
        queue_max: usize::try_from(config.auth.argon2_queue_max).unwrap_or(usize::MAX),
    }
}

/// The settings are bounded far below.
fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn internal(error: impl std::error::Error) -> Failure {
    Failure::internal(&error)
}

/// What keeps the ring from being used, for the person who starts the server or turns the ring.
pub fn failure(error: &RingError) -> Failure {
    match error {
        RingError::Storage(error) => Failure::new(Exit::Unreachable, chain(error)),
        RingError::Envelope { purpose, kid, fault } => {
            let problem = match fault {
                EnvelopeFault::UnknownKey { id } => {
                    format!("lacks the key \"{id}\", under which the key {kid} of {} is stored", purpose.as_str())
                }
                fault => format!("does not open the key {kid} of {}: {fault}", purpose.as_str()),
            };
            let fault = Fault::new("ORDERBASE_MASTER_KEYS", problem)
                .why("nothing that was signed or hashed with it could be verified")
                .fix("put the missing key behind the others; orderbase keys rewrap makes it needless");
            Faults::from(fault).into()
        }
        RingError::Refused(refused @ RotationRefused::TooSoon(_)) => Failure::new(Exit::TryAgain, refused.to_string()),
        RingError::Refused(refused) => Failure::new(Exit::Refused, refused.to_string()),
        RingError::Contended => Failure::new(Exit::TryAgain, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use orderbase_application::ports::{Bucket, Of, ThrottleTaking};
    use orderbase_infrastructure::security::KeyPurpose;

    use super::*;
    use crate::config::{Flag, Inputs};
    use crate::wiring::Instance;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_throttle_key_that_is_replaced_is_taken_over_without_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let data = Flag { flag: "test", assignment: format!("data_dir={}", folder.path().display()) };
        let config = Config::load(&Inputs::of_flags(vec![data])).unwrap().config;
        let instance = Instance::open(&config).await.unwrap();
        let now = instance.app.clock.now();
        let identity = Identity::open(&config, &instance.db, &instance.master, "http://x", now, None).await.unwrap();
        let throttles = identity.throttles.port();
        let of = [(Bucket::TicketIp, Of::Text("x"))];
        while throttles.take(&of).await == ThrottleTaking::Granted {}
        identity.turn(now).await.unwrap();
        assert_ne!(throttles.peek(&of).await, ThrottleTaking::Granted, "the key is the same");
        keeper(&config, &instance.db, &instance.master).replace_at_once(KeyPurpose::Throttle, now).await.unwrap();
        identity.turn(now).await.unwrap();
        assert_eq!(throttles.peek(&of).await, ThrottleTaking::Granted, "what was counted went with its key");
        instance.close().await;
    }

    #[test]
    fn what_is_wrong_with_the_ring_has_an_exit_code_and_a_cure() {
        let unknown = EnvelopeFault::UnknownKey { id: "k0".to_owned() };
        let envelope = |fault| RingError::Envelope { purpose: KeyPurpose::Jwt, kid: "abcdefgh".to_owned(), fault };
        let missing = failure(&envelope(unknown));
        assert_eq!(missing.exit, Exit::Config);
        assert!(missing.words.contains("lacks the key \"k0\"") && missing.words.contains("fix: "), "{missing}");
        let cases = [
            (envelope(EnvelopeFault::Altered), Exit::Config),
            (RingError::Refused(RotationRefused::UnderWay(KeyPurpose::Jwt)), Exit::Refused),
            (RingError::Refused(RotationRefused::TooSoon(KeyPurpose::ApiKeyPepper)), Exit::TryAgain),
            (RingError::Contended, Exit::TryAgain),
        ];
        for (error, exit) in cases {
            assert_eq!(failure(&error).exit, exit, "{error}");
        }
    }
}
