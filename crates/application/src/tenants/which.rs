//! How an operator names a tenant, and how the tenant named is found.

use std::fmt;

use orderbase_kernel::TenantId;
use orderbase_tenancy::{Slug, Tenant};

use crate::app::App;
use crate::error::{Error, Missing};

/// A tenant by its id or by its slug, neither of which changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    Id(TenantId),
    Slug(Slug),
}

impl Which {
    /// # Errors
    /// `tenant_not_found`.
    pub(crate) async fn find(&self, app: &App) -> Result<Tenant, Error> {
        let found = match self {
            Self::Id(id) => app.tenants.get(*id).await?,
            Self::Slug(slug) => app.tenants.by_slug_unscoped(slug).await?,
        };
        found.ok_or(Error::NotFound(Missing::Tenant))
    }
}

impl From<TenantId> for Which {
    fn from(id: TenantId) -> Self {
        Self::Id(id)
    }
}

impl From<&Slug> for Which {
    fn from(slug: &Slug) -> Self {
        Self::Slug(slug.clone())
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Slug(slug) => slug.fmt(f),
        }
    }
}
