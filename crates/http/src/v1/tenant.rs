//! `GET /api/v1/tenant`: the caller's tenant; and what its people do to it.

mod close;
mod update;

use actix_web::http::header::HeaderValue;
use orderbase_application::tenants;
use orderbase_kernel::Timestamp;
use orderbase_tenancy::Tenant;

use crate::dto::tenant::TenantBody;
use crate::etag;
use crate::extract::Call;
use crate::extract::permission::TenantRead;
use crate::respond::{self, Answer};
use crate::route::Route;

pub(super) fn routes() -> Vec<Route> {
    vec![route(), update::route(), close::route()]
}

fn route() -> Route {
    Route::of::<__path_get, _, _, _>(get).etag()
}

/// The tenant
///
/// The tenant that the credential belongs to, with its plan, rate and settings.
#[utoipa::path(
    get,
    path = "/api/v1/tenant",
    operation_id = "tenant_get",
    tag = "Tenant",
    responses((
        status = 200,
        description = "The tenant.",
        body = TenantBody<'_>,
        example = json!(crate::dto::examples::tenant())
    ))
)]
pub async fn get(call: Call<TenantRead>) -> Answer {
    let tenant = tenants::own(call.app(), call.ctx()).await?;
    let now = call.ctx().at;
    respond::tagged(&call.if_none_match, tag(&tenant, now), &TenantBody::new(&tenant, now))
}

/// The clock alone ends an override, without a new version: while one is in force, its tag names the rate that is shown.
fn tag(tenant: &Tenant, now: Timestamp) -> HeaderValue {
    let overrides = tenant.overrides();
    if overrides.is_empty() || !overrides.in_force(now) {
        return etag::of_version(tenant.version());
    }
    let limits = tenant.limits(now);
    etag::of_variant(tenant.version(), format_args!("r{}b{}", limits.requests_per_minute, limits.burst))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use orderbase_application::ports::{StorageError, Tenants};
    use orderbase_application::views::{Page, TenantQuery};
    use orderbase_kernel::TenantId;
    use orderbase_tenancy::{Overrides, Permission, Slug, Tenant};
    use serde_json::json;

    use crate::options::HttpOptions;
    use crate::testing::TestApp;

    /// A storage in which the tenant stands like this.
    struct Stored(Tenant);

    #[async_trait::async_trait]
    impl Tenants for Stored {
        async fn by_slug_unscoped(&self, _: &Slug) -> Result<Option<Tenant>, StorageError> {
            Ok(Some(self.0.clone()))
        }

        async fn get(&self, _: TenantId) -> Result<Option<Tenant>, StorageError> {
            Ok(Some(self.0.clone()))
        }

        async fn page_unscoped(&self, _: &TenantQuery) -> Result<Page<Tenant>, StorageError> {
            Ok(Page { rows: vec![self.0.clone()], has_more: false })
        }

        async fn all_unscoped(&self) -> Result<Vec<Tenant>, StorageError> {
            Ok(vec![self.0.clone()])
        }
    }

    #[actix_web::test]
    async fn a_tag_ends_with_the_override_that_it_was_given_for() {
        let app = TestApp::starting(HttpOptions::default()).await;
        let now = app.world.app.clock.now();
        let mut tenant = (*app.tenant).clone();
        let overrides = Overrides {
            requests_per_minute: Some(600),
            burst: Some(100),
            expires_at: Some(now.plus_millis(1_000)),
            ..Overrides::default()
        };
        tenant.set_overrides(overrides, now).unwrap().unwrap();
        let mut world = app.world.app.clone();
        world.tenants = Arc::new(Stored(tenant));
        app.shared.start(world);

        let granted = app.get("/api/v1/tenant").send().await;
        assert_eq!(granted.json()["rate_limit"], json!({"requests_per_minute": 600, "burst": 100}));
        assert_eq!(granted.header("etag"), "\"2-r600b100\"");
        let known = app.get("/api/v1/tenant").if_none_match(granted.header("etag")).send().await;
        assert_eq!((known.status.as_u16(), known.header("etag")), (304, granted.header("etag")));

        app.world.clock.advance_millis(1_000);
        let ended = app.get("/api/v1/tenant").if_none_match(granted.header("etag")).send().await;
        assert_eq!((ended.status.as_u16(), ended.header("etag")), (200, "\"2\""));
        assert_eq!(ended.json()["rate_limit"], json!({"requests_per_minute": 6_000, "burst": 1_000}));
        assert_eq!(app.get("/api/v1/tenant").if_none_match("\"2\"").send().await.status, 304);
    }

    #[actix_web::test]
    async fn the_tenant_of_the_credential() {
        let app = TestApp::start().await;
        let answer = app.get("/api/v1/tenant").send().await;
        let expected = json!({
            "id": app.tenant.id().to_string(), "name": "acme", "slug": "acme", "mode": "live", "status": "active", "plan": "enterprise",
            "rate_limit": {"requests_per_minute": 6_000, "burst": 1_000},
            "settings": {
                "time_zone": "UTC", "default_currency": "USD", "allowed_currencies": ["USD", "EUR", "GBP", "AED"],
                "order_prefix": "", "first_order_number": 1001
            },
            "created_at": "2026-01-15T12:00:00.000Z", "updated_at": "2026-01-15T12:00:00.000Z", "version": 1
        });
        assert_eq!((answer.status.as_u16(), answer.header("etag"), answer.json()), (200, "\"1\"", expected));
        assert_eq!(app.get("/api/v1/tenant").if_none_match("\"1\"").send().await.status, 304);
        let narrow = app.key_with(&[Permission::OrdersRead]).await;
        assert_eq!(app.get("/api/v1/tenant").as_key(&narrow).send().await.problem(), "permission_denied");
    }
}
