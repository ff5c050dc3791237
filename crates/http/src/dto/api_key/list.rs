//! A page of API keys.

use orderbase_application::views::KeyView;
use orderbase_kernel::Timestamp;
use serde::{Serialize, Serializer};

use super::body::ApiKeyBody;
use crate::dto::page::list_body;
use crate::respond::Body;

/// Keys and the instant that decides which have expired.
pub struct ApiKeyRows<'a> {
    pub rows: &'a [KeyView],
    pub now: Timestamp,
}

impl Serialize for ApiKeyRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows.iter().map(|view| ApiKeyBody::new(view, self.now)))
    }
}

list_body! {
    /// A page of keys.
    ApiKeyListBody as ApiKeyList, rows ApiKeyRows as ApiKeyBody of KeyView
}

impl Body for ApiKeyListBody<'_> {
    fn size_hint(&self) -> usize {
        256 + self.data.rows.iter().map(|view| 1_024 + 52 * view.ip_allowlist.len()).sum::<usize>()
    }
}
