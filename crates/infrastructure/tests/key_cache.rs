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
use orderbase_application::tenants::{self, Which};
use orderbase_application::testing::{client, operator, tenant_ctx};
use orderbase_application::{App, Code, Conditions};
use orderbase_infrastructure::memory::KeyCache;
use orderbase_kernel::Name;
use orderbase_tenancy::{Permission, PermissionSet, Reason};

use self::support::{Sqlite, app};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_suspension_and_a_revocation_are_heard_of_at_once() {
    let sqlite = Sqlite::fresh().await;
    let bare = app(&sqlite.db);
    let app = &App { key_directory: Arc::new(KeyCache::new(bare.key_directory.clone())), ..bare.clone() };
    let ctx = tenant_ctx(app, "acme").await;
    let scopes = PermissionSet::of(&[Permission::OrdersRead, Permission::OrdersWrite]);
    let name = Name::parse("ci").unwrap();
    let wish = CreateKey { name, scopes, expires_at: None, rate_limit: None, ip_allowlist: Vec::new() };
    let made = keys::create(app, &ctx, wish, Conditions::default()).await.unwrap().into_fresh().unwrap();
    let caller = async |app: &App| keys::authenticate(app, made.text.expose(), &client()).await;
    caller(app).await.unwrap().require(Permission::OrdersWrite).unwrap();

    // The same without a word to the cache, as another process would do it: the cache is in use.
    let reason = || Reason::parse("unpaid").unwrap();
    let which = Which::Slug(ctx.tenant.slug().clone());
    tenants::suspend(&bare, &operator(&bare), &which, reason(), Conditions::default()).await.unwrap();
    caller(app).await.unwrap().require(Permission::OrdersWrite).unwrap();
    tenants::suspend(app, &operator(app), &which, reason(), Conditions::default()).await.unwrap();
    let refused = caller(app).await.unwrap().require(Permission::OrdersWrite).unwrap_err();
    assert_eq!(refused.code(), Code::TenantSuspended);

    keys::revoke(app, &ctx, made.key.id, Conditions::default()).await.unwrap();
    assert_eq!(caller(app).await.unwrap_err().code(), Code::Unauthenticated);
}
