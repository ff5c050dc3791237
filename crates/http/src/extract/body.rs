//! Bodies: their shape through serde, their rules through `validate`, in two steps, because a shape fault comes alone.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::faults::Faults;

/// A request body.
pub trait FromJson: DeserializeOwned {
    /// What the body says, once it is valid.
    type Valid: 'static;

    /// Whether a body has to be sent.
    const IS_REQUIRED: bool = true;

    /// Reads every member, noting all faults. `None` only if there are any.
    fn validate(self, faults: &mut Faults) -> Option<Self::Valid>;
}

/// An operation without body takes none, or `{}`.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoBody {}

impl FromJson for NoBody {
    type Valid = ();

    const IS_REQUIRED: bool = false;

    fn validate(self, _: &mut Faults) -> Option<()> {
        Some(())
    }
}
