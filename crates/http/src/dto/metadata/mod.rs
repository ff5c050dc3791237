//! Metadata on the wire: read into the domain's own tree, whose numbers are text, and written back as the text that is stored.

mod read;
mod schema;

use orderbase_application::error::metadata_fault;
use orderbase_kernel::Patch;
use orderbase_orders::{Metadata as Whole, MetadataPatch};
use serde_json::value::RawValue;

pub use self::read::{Found, read};
pub use self::schema::{Metadata, MetadataInput};
use crate::extract::Faults;

/// The member `metadata` of a new thing; absent is empty. `None` if refused.
pub fn whole(faults: &mut Faults, sent: Option<Box<RawValue>>) -> Option<Whole> {
    let Some(json) = sent else { return Some(Whole::empty()) };
    match Whole::try_new(found(faults, &json)?) {
        Ok(metadata) => Some(metadata),
        Err(fault) => {
            faults.push(metadata_fault(&fault));
            None
        }
    }
}

/// The member `metadata` of a merge patch. Its limits hold on the result, so they are not looked at here. `None` if refused.
pub fn patch(faults: &mut Faults, sent: Option<Option<Box<RawValue>>>) -> Option<Patch<MetadataPatch>> {
    match Patch::from(sent) {
        Patch::Keep => Some(Patch::Keep),
        Patch::Clear => Some(Patch::Clear),
        Patch::Set(json) => found(faults, &json).map(|entries| Patch::Set(MetadataPatch(entries))),
    }
}

fn found(
    faults: &mut Faults,
    json: &RawValue,
) -> Option<std::collections::BTreeMap<String, orderbase_orders::MetaValue>> {
    match read(json, &faults.pointer("metadata")) {
        Ok(entries) => Some(entries),
        Err(found) => {
            found.into_iter().for_each(|fault| faults.push(fault));
            None
        }
    }
}
