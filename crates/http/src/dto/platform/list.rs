//! A page of tenants.

use orderbase_tenancy::Tenant;

use super::tenant::PlatformTenantBody;
use crate::dto::page::list_body;
use crate::dto::shown::Rows;
use crate::respond::Body;

type TenantRows<'a> = Rows<'a, Tenant, PlatformTenantBody<'a>>;

list_body! {
    /// A page of tenants.
    PlatformTenantListBody as PlatformTenantList, rows TenantRows as PlatformTenantBody of Tenant
}

impl Body for PlatformTenantListBody<'_> {
    fn size_hint(&self) -> usize {
        256 + 1_024 * self.data.rows.len()
    }
}
