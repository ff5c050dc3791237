//! The argument of the paths of an invitation: the id of the user that comes of it.

use actix_web::dev::{Path, Url};
use orderbase_application::Code;
use orderbase_kernel::UserId;

use crate::extract::FromPath;
use crate::problem::Problem;

/// A user's id, as long as the user has not joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvitationId(pub UserId);

impl FromPath for InvitationId {
    const MISSING: &'static [Code] = &[Code::InvitationNotFound];

    fn from_path(path: &Path<Url>) -> Result<Self, Problem> {
        UserId::from_path(path).map(Self)
    }

    fn write(&self, out: &mut String) {
        self.0.write(out);
    }
}
