//! The argument of the path of an audit entry.

use actix_web::dev::{Path, Url};
use orderbase_application::Code;
use orderbase_kernel::{EventId, Uuid};

use crate::extract::FromPath;
use crate::problem::Problem;

/// The id of an entry: of an event, or of a row of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditEntryId(pub Uuid);

impl FromPath for AuditEntryId {
    const MISSING: &'static [Code] = &[Code::AuditEntryNotFound];

    fn from_path(path: &Path<Url>) -> Result<Self, Problem> {
        EventId::from_path(path).map(|id| Self(id.uuid()))
    }

    fn write(&self, out: &mut String) {
        EventId::from_uuid(self.0).write(out);
    }
}
