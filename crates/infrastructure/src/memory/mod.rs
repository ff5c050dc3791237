//! What is kept in this process only: bounded, short-lived, and never the truth.

mod key_cache;

pub use self::key_cache::KeyCache;
