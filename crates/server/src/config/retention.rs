//! Settings of how long things are kept.

use super::setting::{Kind, Preset, section};

section! {
    /// `[retention]`
    "retention" => pub struct Retention {
        /// How long the answer under an idempotency key is kept; then the key is free again.
        idempotency_secs: u64 = Preset::Is("86400"), Kind::Int { min: 60, max: 2_592_000 }, "seconds";
        /// How long the audit log shows from which network something was done.
        audit_network_days: u64 = Preset::Is("90"), Kind::Int { min: 1, max: 3_650 }, "days";
    }
}
