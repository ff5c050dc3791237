//! Bodies: their shape through serde, their rules through `validate`, in two steps, because a shape fault comes alone.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::faults::Faults;
use super::json;
use crate::problem::Problem;
use crate::version::ApiVersion;

/// A request body that is the same in every version.
pub trait FromJson: DeserializeOwned {
    /// What the body says, once it is valid.
    type Valid: 'static;

    /// Whether a body has to be sent.
    const IS_REQUIRED: bool = true;

    /// Reads every member, noting all faults. `None` only if there are any.
    fn validate(self, faults: &mut Faults) -> Option<Self::Valid>;
}

/// A request body in the form of the version that was asked for.
pub trait FromBody: Sized {
    /// As [`FromJson::Valid`].
    type Valid: 'static;

    /// As [`FromJson::IS_REQUIRED`].
    const IS_REQUIRED: bool;

    /// # Errors
    /// Those of [`json::read`].
    fn read(bytes: &[u8], version: ApiVersion) -> Result<Self, Problem>;

    /// As [`FromJson::validate`].
    fn validate(self, faults: &mut Faults) -> Option<Self::Valid>;
}

impl<T: FromJson> FromBody for T {
    type Valid = T::Valid;

    const IS_REQUIRED: bool = T::IS_REQUIRED;

    fn read(bytes: &[u8], _: ApiVersion) -> Result<Self, Problem> {
        json::read(bytes)
    }

    fn validate(self, faults: &mut Faults) -> Option<Self::Valid> {
        T::validate(self, faults)
    }
}

/// A body that version 2 has in a form of its own. Both say the same.
pub enum ByVersion<One, Two> {
    V1(One),
    V2(Two),
}

impl<One: FromJson, Two: FromJson<Valid = One::Valid>> FromBody for ByVersion<One, Two> {
    type Valid = One::Valid;

    const IS_REQUIRED: bool = One::IS_REQUIRED;

    fn read(bytes: &[u8], version: ApiVersion) -> Result<Self, Problem> {
        match version {
            ApiVersion::V1 => json::read(bytes).map(Self::V1),
            ApiVersion::V2 => json::read(bytes).map(Self::V2),
        }
    }

    fn validate(self, faults: &mut Faults) -> Option<Self::Valid> {
        match self {
            Self::V1(body) => body.validate(faults),
            Self::V2(body) => body.validate(faults),
        }
    }
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
