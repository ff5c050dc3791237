//! What version 2 says otherwise of an operation, for its API description. That the answers are so is the handler's business.

use orderbase_tenancy::Permission;
use serde_json::Value;
use utoipa::openapi::{RefOr, Schema};

/// Schemas and examples in the form of version 2. Schemas replace those of their names.
pub struct Otherwise {
    pub schemas: fn() -> Vec<(String, RefOr<Schema>)>,
    /// An example of version 1, of a request or an answer, in version 2.
    pub example: fn(Value) -> Value,
    /// What the caller needs besides.
    pub needs: Permission,
    /// A sentence behind the operation's description.
    pub description: &'static str,
}
