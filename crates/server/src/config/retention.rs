//! Settings of how long things are kept.

use super::setting::{Kind, Preset, section};

section! {
    /// `[retention]`
    "retention" => pub struct Retention {
        /// How long the answer under an idempotency key is kept; then the key is free again.
        idempotency_secs: u64 = Preset::Is("86400"), Kind::Int { min: 60, max: 2_592_000 }, "seconds";
    }
}
