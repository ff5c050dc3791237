//! Settings of the first operator. They are read at every start and have an effect where there is no operator yet.

use orderbase_infrastructure::security::Secret;
use orderbase_kernel::Email;

use super::setting::{Kind, Preset, section};

section! {
    /// `[bootstrap]`
    "bootstrap" => pub struct Bootstrap {
        /// The e-mail of the first operator of the platform, made by a start that finds none. Later starts warn and change nothing.
        operator_email: Option<Email> = Preset::Nothing, Kind::Email, "";
        /// The password of that operator: 15 to 128 characters, not easily guessed.
        operator_password: Option<Secret<String>> = Preset::Nothing, Kind::Password, "", secret;
    }
}
