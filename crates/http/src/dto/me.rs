//! Who is calling, as the server sees it.

use std::borrow::Cow;

use orderbase_application::Ctx;
use orderbase_kernel::{SessionId, TenantId};
use orderbase_tenancy::{Permission, Role, Tenant};
use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::event::ActorBody;
use super::shown::Shown;
use super::tenant::TenantModeBody;
use crate::respond::Body;

/// The caller and what it may do.
#[derive(Serialize, ToSchema)]
#[schema(as = Me)]
pub struct MeBody<'a> {
    pub actor: ActorBody,
    /// The role of a user; keys have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, max_length = 32, example = "member")]
    pub role: Option<&'static str>,
    /// Whom the credential belongs to: `api_key` or `user`.
    #[schema(max_length = 32)]
    pub credential: &'static str,
    /// The session of a signed-in user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub session_id: Option<Shown<SessionId>>,
    /// What the credential may do.
    #[schema(value_type = Vec<PermissionBody>, max_items = 64)]
    pub permissions: Vec<&'static str>,
    pub tenant: MyTenantBody<'a>,
}

/// The name of a permission, which is the scope of a key.
pub struct PermissionBody;

impl PartialSchema for PermissionBody {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("The name of a permission, which is the scope of a key."))
            .enum_values(Some(Permission::TEXTS.iter().copied()))
            .into()
    }
}

impl ToSchema for PermissionBody {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Permission")
    }
}

/// The caller's tenant, in short.
#[derive(Serialize, ToSchema)]
#[schema(as = TenantSummary)]
pub struct MyTenantBody<'a> {
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub id: Shown<TenantId>,
    #[schema(min_length = 1, max_length = 200)]
    pub name: &'a str,
    #[schema(min_length = 3, max_length = 40)]
    pub slug: &'a str,
    #[schema(value_type = TenantModeBody)]
    pub mode: TenantModeBody,
}

impl Body for MeBody<'_> {
    fn size_hint(&self) -> usize {
        1_024
    }
}

impl<'a> From<&'a Ctx> for MeBody<'a> {
    fn from(ctx: &'a Ctx) -> Self {
        let Ctx {
            tenant,
            actor,
            principal_id: _,
            permissions,
            role,
            session,
            network: _,
            request_id: _,
            at: _,
            key_rate: _,
        } = ctx;
        Self {
            actor: actor.into(),
            role: role.map(Role::as_str),
            credential: actor.kind(),
            session_id: session.map(Shown),
            permissions: permissions.texts(),
            tenant: MyTenantBody::from(tenant.as_ref()),
        }
    }
}

impl<'a> From<&'a Tenant> for MyTenantBody<'a> {
    fn from(tenant: &'a Tenant) -> Self {
        Self {
            id: Shown(tenant.id()),
            name: tenant.name().as_str(),
            slug: tenant.slug().as_str(),
            mode: tenant.mode().into(),
        }
    }
}
