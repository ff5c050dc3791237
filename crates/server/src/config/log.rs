//! Settings of the log.

use super::setting::{Kind, Preset, section};
use super::words::words;

words! {
    /// How log lines are written.
    pub enum Format {
        /// One JSON object a line.
        Json = "json",
        /// For eyes.
        Pretty = "pretty",
    }
}

words! {
    /// How much of a client's address the log keeps.
    pub enum ClientAddress {
        /// All of it.
        Full = "full",
        /// The network: /24 of IPv4, /48 of IPv6.
        Prefix = "prefix",
        /// Nothing.
        Off = "off",
    }
}

section! {
    /// `[log]`
    "log" => pub struct Log {
        /// What is written: a level, or directives such as `warn,orderbase_http=debug`.
        level: String = Preset::Is("info"), Kind::LogFilter, "";
        /// How it is written.
        format: Format = Preset::Is("json"), Kind::Word(Format::WORDS), "";
        /// How much of the client's address stands on the line of a request.
        client_address: ClientAddress = Preset::Is("full"), Kind::Word(ClientAddress::WORDS), "";
    }
}
