//! A JSON value whose numbers are text.

use std::collections::BTreeMap;

use super::NumberText;

/// One value inside metadata. Limits are checked on the whole, not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetaValue {
    Null,
    Bool(bool),
    Number(NumberText),
    Text(String),
    List(Vec<MetaValue>),
    Map(BTreeMap<String, MetaValue>),
}
