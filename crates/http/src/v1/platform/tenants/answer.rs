//! How a tenant is written into an answer that may be kept: pure, so that the same tenant gives the same bytes.

use orderbase_application::changeset::KeptAnswer;
use orderbase_application::tenants::TenantCreated;
use orderbase_application::users::TicketIssued;
use orderbase_tenancy::Tenant;

use crate::dto::platform::PlatformTenantBody;
use crate::dto::user::InvitationBody;
use crate::respond;

/// 201 with the new tenant and its owner's invitation.
pub(super) fn created(created: &TenantCreated) -> KeptAnswer {
    let (id, version) = (created.tenant.id(), created.tenant.version());
    let location = format!("/api/v1/platform/tenants/{id}");
    respond::showing_credential(respond::created(location, version, &PlatformTenantBody::from(created)))
}

/// 201 with an owner's invitation. An operator cannot read it again, but the tenant.
pub(super) fn invited(issued: &TicketIssued) -> KeptAnswer {
    let location = format!("/api/v1/platform/tenants/{}", issued.user.tenant_id());
    respond::showing_credential(respond::created_untagged(location, &InvitationBody::from(issued)))
}

/// 202 with the tenant whose data go now.
pub(super) fn purging(tenant: &Tenant) -> KeptAnswer {
    respond::accepted(tenant.version(), &PlatformTenantBody::from(tenant))
}

/// 200 with the tenant after the command.
pub(super) fn changed(tenant: &Tenant) -> KeptAnswer {
    respond::ok(tenant.version(), &PlatformTenantBody::from(tenant))
}
