//! Texts of a key with a form of their own: scopes and networks.

use std::borrow::Cow;

use orderbase_tenancy::PermissionSet;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::dto::pattern;

/// Names in one list of scopes. More than there are, for a name given twice counts once.
pub const SCOPES_MAX: usize = 64;

/// A permission that a key may hold.
pub struct ApiKeyScopeBody;

impl PartialSchema for ApiKeyScopeBody {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A permission that a key may hold."))
            .enum_values(Some(PermissionSet::grantable_to_keys().texts()))
            .into()
    }
}

impl ToSchema for ApiKeyScopeBody {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ApiKeyScope")
    }
}

/// A network.
pub struct NetworkBody;

impl PartialSchema for NetworkBody {
    fn schema() -> RefOr<Schema> {
        let description = "A network in CIDR notation (RFC 4632), such as `192.0.2.0/24` or `2001:db8::/32`; an address alone is a \
                           network of one. Answers always have the prefix, and no bits behind it.";
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(description))
            .min_length(Some(2))
            .max_length(Some(49))
            .pattern(Some(pattern::NETWORK))
            .examples(["192.0.2.0/24"])
            .into()
    }
}

impl ToSchema for NetworkBody {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Network")
    }
}
