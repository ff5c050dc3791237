//! Settings of credentials: tokens, sessions, passwords, operators.

use orderbase_infrastructure::security::Secret;
use orderbase_kernel::Network;

use super::setting::{Kind, Preset, section};
use super::words::words;

words! {
    /// By what access tokens are signed.
    pub enum Algorithm {
        /// Ed25519, by keys that the server makes, publishes and replaces.
        EdDsa = "eddsa",
        /// HMAC-SHA-256 under one secret, which is not published.
        Hs256 = "hs256",
    }
}

section! {
    /// `[auth]`
    "auth" => pub struct Auth {
        /// By what access tokens are signed. Tokens of the other algorithm are refused; with hs256 there are no public keys.
        token_algorithm: Algorithm = Preset::Is("eddsa"), Kind::Word(Algorithm::WORDS), "";
        /// The secret of hs256, which it is required for; refused otherwise.
        token_secret: Option<Secret<String>> = Preset::Nothing, Kind::SecretText { bytes_min: 32 }, "", secret;
        /// Whether OAuth's password grant is served. It hands passwords to programs that are not this one; each start warns of it.
        password_grant: bool = Preset::Is("false"), Kind::Bool, "";
        /// From where operators of the platform may sign in and use their tokens.
        operator_cidrs: Vec<Network> = Preset::Is("127.0.0.0/8,::1/128"), Kind::Networks, "";
        /// How long an access token is good.
        access_token_secs: u64 = Preset::Is("600"), Kind::Int { min: 60, max: 3_600 }, "seconds";
        /// How long a session lasts at most, however often it is refreshed.
        refresh_family_days: u64 = Preset::Is("30"), Kind::Int { min: 1, max: 365 }, "days";
        /// How long a session lasts without a refresh. Not longer than AUTH_REFRESH_FAMILY_DAYS.
        refresh_idle_days: u64 = Preset::Is("14"), Kind::Int { min: 1, max: 365 }, "days";
        /// How long the refresh token before the present one is taken for one whose answer was lost; later it is a theft.
        refresh_grace_secs: u64 = Preset::Is("60"), Kind::Int { min: 0, max: 60 }, "seconds";
        /// How long the holder of a credential is remembered, and so how long a key revoked elsewhere still works. 0 asks the
        /// database each time.
        key_cache_secs: u64 = Preset::Is("5"), Kind::Int { min: 0, max: 5 }, "seconds";
        /// Memory of one password hash (argon2id). Stored hashes are replaced at the next sign-in when this grows.
        argon2_memory_kib: u64 = Preset::Is("19456"), Kind::Int { min: 19_456, max: 262_144 }, "KiB";
        /// Passes of one password hash.
        argon2_iterations: u64 = Preset::Is("2"), Kind::Int { min: 2, max: 64 }, "passes";
        /// Threads that hash passwords, each with the memory of a hash.
        argon2_threads: Option<u64> = Preset::From("half of the processors, at least 1"), Kind::Int { min: 1, max: 64 }, "threads";
        /// How many hashes may wait for a thread; then 503 overloaded.
        argon2_queue_max: u64 = Preset::Is("16"), Kind::Int { min: 1, max: 1_024 }, "hashes";
    }
}
