//! Settings of the top level: who this instance is and where its data lies.

use std::path::PathBuf;

use orderbase_infrastructure::security::{MasterKeys, Secret};

use super::setting::{Kind, Preset, section};
use super::words::words;

words! {
    /// How strictly the configuration is read.
    pub enum Profile {
        /// An unknown name is an error.
        Production = "production",
        /// An unknown name is a warning.
        Development = "development",
    }
}

section! {
    /// The top level.
    "" => pub struct Top {
        /// How strictly names are read: an unknown variable or key is an error in production and a warning in development.
        profile: Profile = Preset::Is("production"), Kind::Word(Profile::WORDS), "";
        /// What clients reach this server as; error types and links begin with it. Required in server mode and when the listener
        /// is not on loopback; https unless its host is loopback.
        public_url: Option<String> = Preset::From("http:// and the listener, if that is on loopback"), Kind::Url, "";
        /// Where embedded mode keeps its database and its master key; made with mode 0700.
        data_dir: PathBuf = Preset::Is("./data"), Kind::Directory, "";
        /// Tells the instances of one deployment apart in logs.
        instance_id: Option<String> = Preset::From("host name and random characters"), Kind::Text { max: 64 }, "";
        /// The most instances that serve at once. Without Redis each grants its share of a limit.
        instances: u64 = Preset::Is("1"), Kind::Int { min: 1, max: 1_000 }, "instances";
        /// The keys from which all others are derived, newest first; every one of them still verifies what it made. Required in
        /// server mode.
        master_keys: Option<Secret<String>> = Preset::From("DATA_DIR/master.key, made at the first start, in embedded mode"), Kind::MasterKeys, "", secret;
    }
}

impl Top {
    /// The configured ring, if there is one.
    #[must_use]
    pub fn master_ring(&self) -> Option<MasterKeys> {
        self.master_keys.as_ref().and_then(|text| MasterKeys::parse(text.expose()).ok())
    }
}
