//! An app with one tenant and its key.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::HttpMessage as _;
use actix_web::dev::{Service as _, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use actix_web::test;
use actix_web::test::TestRequest;
use futures_util::future::LocalBoxFuture;
use orderbase_application::testing::{World, ctx, key_as, tenant, wish_key};
use orderbase_tenancy::{Permission, Tenant};

use super::exchange::Sent;
use crate::options::HttpOptions;
use crate::route::{Route, routes};
use crate::server::{Listener, app_over};
use crate::shared::Shared;

pub(crate) type Serve = dyn Fn(TestRequest) -> LocalBoxFuture<'static, ServiceResponse>;

/// The app, what stands behind it, and a key to it.
#[derive(Clone)]
pub struct TestApp {
    pub world: World,
    pub shared: Arc<Shared>,
    /// The tenant `acme`, live, on the largest plan.
    pub tenant: Arc<Tenant>,
    /// The text of a key of `acme` with every scope that a key may have. Sent unless a request says otherwise.
    pub key: String,
    pub(crate) serve: Rc<Serve>,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(HttpOptions::default()).await
    }

    pub async fn with(options: HttpOptions) -> Self {
        Self::over(options, Listener::Public, routes()).await
    }

    /// The app of any table and listener.
    pub async fn over(options: HttpOptions, listener: Listener, table: &'static [Route]) -> Self {
        let world = World::new();
        let shared = Shared::serving(options, world.app.clone());
        let tenant = tenant(&world.app, "acme").await;
        let key = key_of(&world, &tenant, Permission::ALL).await;
        let serve = serving(&shared, listener, table).await;
        Self { world, shared, tenant, key, serve }
    }

    /// An app whose process has not started yet.
    pub async fn starting(options: HttpOptions) -> Self {
        Self::starting_over(options, routes()).await
    }

    /// The same over any table.
    pub async fn starting_over(options: HttpOptions, table: &'static [Route]) -> Self {
        let app = Self::start().await;
        let shared = Shared::starting(options, Arc::clone(&app.world.app.clock), Arc::clone(&app.world.app.ids));
        let serve = serving(&shared, Listener::Public, table).await;
        Self { shared, serve, ..app }
    }

    /// Another tenant with a key of its own.
    pub async fn tenant(&self, slug: &str) -> (Arc<Tenant>, String) {
        let tenant = tenant(&self.world.app, slug).await;
        let key = key_of(&self.world, &tenant, Permission::ALL).await;
        (tenant, key)
    }

    /// Another key of the tenant, with those of the permissions that a key may have.
    pub async fn key_with(&self, permissions: &[Permission]) -> String {
        key_of(&self.world, &self.tenant, permissions).await
    }

    pub fn get(&self, path: &str) -> Sent {
        self.request(Method::GET, path)
    }

    pub fn post(&self, path: &str) -> Sent {
        self.request(Method::POST, path)
    }

    pub fn put(&self, path: &str) -> Sent {
        self.request(Method::PUT, path)
    }

    pub fn patch(&self, path: &str) -> Sent {
        self.request(Method::PATCH, path)
    }

    pub fn delete(&self, path: &str) -> Sent {
        self.request(Method::DELETE, path)
    }

    pub fn request(&self, method: Method, path: &str) -> Sent {
        Sent::new(Rc::clone(&self.serve), method, path, &self.key)
    }
}

async fn serving(shared: &Arc<Shared>, listener: Listener, table: &'static [Route]) -> Rc<Serve> {
    let service = Rc::new(test::init_service(app_over(shared, listener, table)).await);
    Rc::new(move |request: TestRequest| {
        let service = Rc::clone(&service);
        let mut request = request.to_request();
        // The test request counts its body by itself, which a chunked one does not.
        if request.headers().contains_key(TRANSFER_ENCODING) {
            request.headers_mut().remove(CONTENT_LENGTH);
        }
        Box::pin(async move { service.call(request).await.unwrap() })
    })
}

async fn key_of(world: &World, tenant: &Arc<Tenant>, permissions: &[Permission]) -> String {
    let grantable: Vec<_> = permissions.iter().copied().filter(|permission| permission.grantable_to_key()).collect();
    let created = key_as(&world.app, &ctx(&world.app, tenant), wish_key(&grantable)).await;
    created.text.expose().to_owned()
}
