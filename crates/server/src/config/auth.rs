//! Settings of credentials.

use super::setting::{Kind, Preset, section};

section! {
    /// `[auth]`
    "auth" => pub struct Auth {
        /// How long the holder of an API key is remembered, and so how long a key revoked elsewhere still works. 0 asks the
        /// database each time.
        key_cache_secs: u64 = Preset::Is("5"), Kind::Int { min: 0, max: 5 }, "seconds";
    }
}
