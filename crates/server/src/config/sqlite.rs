//! Settings of the embedded database.

use super::setting::{Kind, Preset, section};

section! {
    /// `[sqlite]`
    "sqlite" => pub struct Sqlite {
        /// Pages of the database that all connections together keep in memory.
        cache_kib: u64 = Preset::Is("65536"), Kind::Int { min: 1_024, max: 4_194_304 }, "KiB";
        /// Commits that share one write to the disk.
        batch_max: u64 = Preset::Is("64"), Kind::Int { min: 1, max: 1_024 }, "commits";
    }
}
