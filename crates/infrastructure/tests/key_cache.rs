//! What the key cache forgets at once when a command of the same process changes a key or its tenant.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::sync::Arc;

use orderbase_application::keys::{self, CreateKey};
use orderbase_application::testing::{operator, tenant_ctx};
use orderbase_application::{App, Code, Conditions, tenants};
use orderbase_infrastructure::memory::KeyCache;
use orderbase_kernel::{Name, RequestId};
use orderbase_tenancy::{Permission, PermissionSet, Reason};

use self::support::{Sqlite, app};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_suspension_and_a_revocation_are_heard_of_at_once() {
    let sqlite = Sqlite::fresh().await;
    let bare = app(&sqlite.db);
    let app = &App { key_directory: Arc::new(KeyCache::new(bare.key_directory.clone())), ..bare.clone() };
    let ctx = tenant_ctx(app, "acme").await;
    let scopes = PermissionSet::of(&[Permission::OrdersRead, Permission::OrdersWrite]);
    let wish = CreateKey { name: Name::parse("ci").unwrap(), scopes, expires_at: None };
    let made = keys::create(app, &ctx, wish).await.unwrap();
    let caller = async |app: &App| keys::authenticate(app, made.text.expose(), RequestId::parse("r-1").unwrap()).await;
    caller(app).await.unwrap().require(Permission::OrdersWrite).unwrap();

    // The same without a word to the cache, as another process would do it: the cache is in use.
    let reason = || Reason::parse("unpaid").unwrap();
    tenants::suspend(&bare, &operator(&bare), ctx.tenant.slug(), reason()).await.unwrap();
    caller(app).await.unwrap().require(Permission::OrdersWrite).unwrap();
    tenants::suspend(app, &operator(app), ctx.tenant.slug(), reason()).await.unwrap();
    let refused = caller(app).await.unwrap().require(Permission::OrdersWrite).unwrap_err();
    assert_eq!(refused.code(), Code::TenantSuspended);

    keys::revoke(app, &ctx, made.key.id, Conditions::default()).await.unwrap();
    assert_eq!(caller(app).await.unwrap_err().code(), Code::Unauthenticated);
}
