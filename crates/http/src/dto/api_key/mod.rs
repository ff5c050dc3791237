//! API keys on the wire; the same in every version.

mod body;
mod create;
mod list;
mod rate;
mod rotate;
mod texts;
mod update;

pub use self::body::{ApiKeyBody, ApiKeyStatusBody};
pub use self::create::CreateApiKeyBody;
pub use self::list::{ApiKeyListBody, ApiKeyRows};
pub use self::rate::{KeyRateBody, KeyRateInputBody};
pub use self::rotate::RotateApiKeyBody;
pub use self::texts::{ApiKeyScopeBody, NetworkBody};
pub use self::update::UpdateApiKeyBody;
