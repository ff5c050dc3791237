//! Tenants, people, keys, customers and orders for tests, made by the use cases themselves.

use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use orderbase_kernel::{
    Actor, ApiKeyId, Currency, CustomerId, Email, Name, OperatorName, Quantity, RequestId, UnitPrice,
};
use orderbase_orders::{Metadata, ProductId};
use orderbase_tenancy::{Mode, Permission, PermissionSet, PlanCode, Role, Settings, Slug, Tenant};

use crate::app::App;
use crate::auth::{self, AcceptInvitation, Caller, Login};
use crate::changeset::KeptAnswer;
use crate::client::Client;
use crate::conditions::{Conditions, IdempotencyKey, Once};
use crate::ctx::Ctx;
use crate::customers::{self, CreateCustomer};
use crate::invitations::{self, Invite};
use crate::keys::{self, CreateKey, KeyCreated};
use crate::operator::Operator;
use crate::orders::{self, ItemInput, PlaceOrder};
use crate::tenants::{self, CreateTenant};
use crate::users::TicketIssued;
use crate::views::{CustomerView, OrderView};

/// An operator with every permission.
pub fn operator(app: &App) -> Operator {
    Operator::on_host(app, OperatorName::parse("test").unwrap(), Permission::ALL)
}

/// Somebody on this host of whom nothing is known.
pub fn client() -> Client {
    Client {
        network: IpAddr::V4(Ipv4Addr::LOCALHOST),
        user_agent: Some("test".to_owned()),
        request_id: RequestId::parse("r-1").unwrap(),
    }
}

/// The wish for an active live tenant on the largest plan, in UTC, with every currency.
pub fn wish_tenant(slug: &str) -> CreateTenant {
    CreateTenant {
        name: Name::parse(slug).unwrap(),
        slug: Slug::parse(slug).unwrap(),
        mode: Mode::Live,
        plan: PlanCode::Enterprise,
        trial_ends_at: None,
        settings: Settings::default(),
        owner_email: None,
        reason: None,
    }
}

/// Creates the tenant of [`wish_tenant`].
pub async fn tenant(app: &App, slug: &str) -> Arc<Tenant> {
    tenant_as(app, wish_tenant(slug)).await
}

/// Creates a tenant as wished.
pub async fn tenant_as(app: &App, wish: CreateTenant) -> Arc<Tenant> {
    let made = tenants::create(app, &operator(app), wish, Conditions::default()).await.unwrap();
    Arc::new(made.into_fresh().unwrap().tenant)
}

/// A new key of the tenant with every permission there is.
pub fn ctx(app: &App, tenant: &Arc<Tenant>) -> Ctx {
    ctx_with(app, tenant, Permission::ALL)
}

/// A new key of the tenant with these permissions.
pub fn ctx_with(app: &App, tenant: &Arc<Tenant>, permissions: &[Permission]) -> Ctx {
    let at = app.clock.now();
    let id = app.ids.next(at);
    Ctx {
        tenant: Arc::clone(tenant),
        actor: Actor::ApiKey(ApiKeyId::from_uuid(id)),
        principal_id: id,
        permissions: PermissionSet::of(permissions),
        role: None,
        session: None,
        key_rate: None,
        network: None,
        request_id: RequestId::from_uuid(id),
        at,
    }
}

/// The password of everybody whom [`user`] makes.
pub const PASSWORD: &str = "a long walk by the river";

/// Invites somebody of that role, who joins and signs in: the context of a request with the access token. `ctx` has to be of
/// somebody who may.
pub async fn user(app: &App, ctx: &Ctx, role: Role) -> Ctx {
    let name = format!("{role}-{}@example.com", app.ids.next(app.clock.now()).as_simple());
    let email = Email::parse(&name).unwrap();
    let issued = invited(app, ctx, &email, role).await;
    let (token, password) = (issued.text.expose().to_owned(), PASSWORD.to_owned());
    let accept = AcceptInvitation { token, name: Name::parse("Ada Lovelace").unwrap(), password };
    auth::accept_invitation(app, &client(), accept).await.unwrap();
    signed_in(app, ctx, &email).await
}

/// Invites somebody.
pub async fn invited(app: &App, ctx: &Ctx, email: &Email, role: Role) -> TicketIssued {
    let wish = Invite { email: email.clone(), role };
    invitations::create(app, ctx, wish, Conditions::default()).await.unwrap().into_fresh().unwrap()
}

/// Another session of somebody whom [`user`] made.
pub async fn signed_in(app: &App, ctx: &Ctx, email: &Email) -> Ctx {
    let login = Login {
        tenant: Some(ctx.tenant.slug().to_string()),
        email: email.to_string(),
        password: PASSWORD.to_owned(),
        scope: None,
    };
    let signed_in = auth::login(app, &client(), login).await.unwrap();
    match auth::bearer(app, &signed_in.access_token, &client()).await.unwrap() {
        Caller::Tenant(ctx) => *ctx,
        Caller::Operator(_) => panic!("a user signed in as operator"),
    }
}

/// The wish for a key with these scopes, from anywhere, at the tenant's rate.
pub fn wish_key(scopes: &[Permission]) -> CreateKey {
    CreateKey {
        name: Name::parse("ci").unwrap(),
        scopes: PermissionSet::of(scopes),
        expires_at: None,
        rate_limit: None,
        ip_allowlist: Vec::new(),
    }
}

/// Creates a key as wished.
pub async fn key_as(app: &App, ctx: &Ctx, wish: CreateKey) -> KeyCreated {
    keys::create(app, ctx, wish, Conditions::default()).await.unwrap().into_fresh().unwrap()
}

/// A new tenant of that slug with a context in it.
pub async fn tenant_ctx(app: &App, slug: &str) -> Ctx {
    ctx(app, &tenant(app, slug).await)
}

/// The wish for a customer with a name alone.
pub fn wish_customer(name: &str) -> CreateCustomer {
    CreateCustomer {
        name: Name::parse(name).unwrap(),
        email: None,
        external_reference: None,
        metadata: Metadata::empty(),
    }
}

/// Creates the customer of [`wish_customer`].
pub async fn customer(app: &App, ctx: &Ctx, name: &str) -> CustomerView {
    customer_as(app, ctx, wish_customer(name)).await
}

/// Creates a customer as wished.
pub async fn customer_as(app: &App, ctx: &Ctx, wish: CreateCustomer) -> CustomerView {
    customers::create(app, ctx, wish, Conditions::default()).await.unwrap().into_fresh().unwrap()
}

/// A line in US dollars.
pub fn line(product: &str, quantity: i64, price: &str) -> ItemInput {
    ItemInput {
        product_id: ProductId::parse(product).unwrap(),
        quantity: Quantity::try_new(quantity).unwrap(),
        unit_price: UnitPrice::parse(price, Currency::Usd).unwrap(),
        sku: None,
        name: None,
    }
}

/// The wish for an order of one line, 3 at 19.99 US dollars.
pub fn wish_order(customer_id: CustomerId) -> PlaceOrder {
    PlaceOrder {
        customer_id,
        currency: Currency::Usd,
        items: vec![line("sku-1", 3, "19.99")],
        external_reference: None,
        metadata: Metadata::empty(),
    }
}

/// Places the order of [`wish_order`].
pub async fn order(app: &App, ctx: &Ctx, customer_id: CustomerId) -> OrderView {
    order_as(app, ctx, wish_order(customer_id)).await
}

/// Places an order as wished.
pub async fn order_as(app: &App, ctx: &Ctx, wish: PlaceOrder) -> OrderView {
    orders::place(app, ctx, wish, Conditions::default()).await.unwrap().into_fresh().unwrap()
}

/// The condition to take effect once under the key; a fingerprint is 32 times the byte.
pub fn once<V: Debug>(key: &str, fingerprint: u8) -> Conditions<V> {
    let once = Once {
        key: IdempotencyKey::parse(key).unwrap(),
        fingerprint: [fingerprint; 32],
        render: Box::new(|view: &V| KeptAnswer {
            status: 200,
            location: None,
            etag: None,
            body: format!("{view:?}").into_bytes(),
            holds_credential: false,
        }),
    };
    Conditions { once: Some(once), ..Conditions::default() }
}
