//! Requests to try, as lines for a shell: one line each, single quotes, no variables. Each works word for word, in this order.

use std::sync::Arc;

use orderbase_application::views::{CustomerFilter, CustomerQuery, CustomerView, OrderFilter, OrderQuery, OrderView};
use orderbase_application::{App, Ctx, Error, customers, orders};
use orderbase_kernel::{PageLimit, Timestamp};
use orderbase_orders::{CustomerStatus, OrderStatus};

use super::keys::{self, DemoTenant};

/// A line and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What it does, in a few words.
    pub does: &'static str,
    /// The status of its answer.
    pub status: u16,
    pub line: String,
}

/// The one line of the banner: three orders of the first tenant.
#[must_use]
pub fn first(base_url: &str, key: &str) -> Request {
    let line = format!("curl -sS '{base_url}/api/v1/orders?limit=3' -H 'X-API-Key: {key}'");
    Request { does: "list three orders", status: 200, line }
}

/// What the lines are about.
struct Cast {
    /// Of the first tenant, who may order.
    active: CustomerView,
    inactive: CustomerView,
    pending: OrderView,
}

/// The lines of `--tour`. Where somebody has changed the data since they were made up, those are missing that lack their subject.
/// `started_at` makes the idempotency key one of this start.
///
/// # Errors
/// `internal_error` if the storage gave no answer.
pub async fn tour(
    app: &App,
    tenants: &[DemoTenant],
    base_url: &str,
    started_at: Timestamp,
) -> Result<Vec<Request>, Error> {
    let mut requests = Vec::new();
    if let Some((tenant, key)) = keyed(tenants, |tenant| tenant.spec.suspended.is_none())
        && let Some(cast) = cast(app, tenant).await?
    {
        requests.extend(with(&cast, &Shell { base_url, key }, started_at));
    }
    if let Some((_, key)) = keyed(tenants, |tenant| tenant.spec.suspended.is_some()) {
        let shell = Shell { base_url, key };
        requests.push(Request {
            does: "write in a suspended tenant, which only reads",
            status: 403,
            line: shell.send("POST", "/customers", &[], r#"{"name":"Nobody"}"#),
        });
    }
    Ok(requests)
}

fn keyed(tenants: &[DemoTenant], wanted: impl Fn(&DemoTenant) -> bool) -> Option<(&DemoTenant, &str)> {
    tenants.iter().find(|tenant| wanted(tenant)).and_then(|tenant| Some((tenant, tenant.key()?)))
}

async fn cast(app: &App, tenant: &DemoTenant) -> Result<Option<Cast>, Error> {
    let ctx = keys::operator(app)?.within(Arc::clone(&tenant.tenant));
    let active = customer(app, &ctx, CustomerStatus::Active).await?;
    let inactive = customer(app, &ctx, CustomerStatus::Inactive).await?;
    let filter = OrderFilter { statuses: vec![OrderStatus::Pending], ..OrderFilter::default() };
    let query = OrderQuery { filter, limit: one()?, ..OrderQuery::default() };
    let pending = orders::list(app, &ctx, &query, Default::default()).await?.page.rows.into_iter().next();
    Ok(active.zip(inactive).zip(pending).map(|((active, inactive), pending)| Cast { active, inactive, pending }))
}

async fn customer(app: &App, ctx: &Ctx, status: CustomerStatus) -> Result<Option<CustomerView>, Error> {
    let filter = CustomerFilter { status: Some(status), ..CustomerFilter::default() };
    let query = CustomerQuery { filter, limit: one()?, ..CustomerQuery::default() };
    Ok(customers::list(app, ctx, &query, false).await?.page.rows.into_iter().next())
}

fn one() -> Result<PageLimit, Error> {
    PageLimit::try_new(1).map_err(Error::internal)
}

fn with(cast: &Cast, shell: &Shell<'_>, started_at: Timestamp) -> Vec<Request> {
    let Cast { active, inactive, pending } = cast;
    let idempotency = format!("Idempotency-Key: tour-{}", started_at.millis());
    let order = |customer: &CustomerView| {
        format!(
            r#"{{"customer_id":"{}","currency":"EUR","items":[{{"product_id":"kettle","quantity":2,"unit_price":"42.75"}}]}}"#,
            customer.id
        )
    };
    let place = shell.send("POST", "/orders", &[&idempotency], &order(active));
    let pending_path = format!("/orders/{}", pending.id);
    let stale = format!("If-Match: \"{}\"", pending.version.get());
    vec![
        Request { does: "place an order", status: 201, line: place.clone() },
        Request { does: "the same again: the first answer, with Idempotent-Replayed: true", status: 201, line: place },
        Request {
            does: "confirm the newest pending order",
            status: 200,
            line: shell.send("POST", &format!("{pending_path}/confirm"), &[], ""),
        },
        Request {
            does: "change it as it was before: it has a newer version",
            status: 412,
            line: shell.send("PATCH", &pending_path, &[&stale], r#"{"metadata":{"gift":true}}"#),
        },
        Request {
            does: "order for an inactive customer",
            status: 422,
            line: shell.send("POST", "/orders", &[], &order(inactive)),
        },
    ]
}

/// Writes lines with one tenant's key.
struct Shell<'a> {
    base_url: &'a str,
    key: &'a str,
}

impl Shell<'_> {
    /// `-i` shows status and headers. Neither headers nor body may hold a single quote.
    fn send(&self, method: &str, path: &str, headers: &[&str], body: &str) -> String {
        let Self { base_url, key } = self;
        let mut line = format!("curl -sSi -X {method} '{base_url}/api/v1{path}' -H 'X-API-Key: {key}'");
        for header in headers {
            line.push_str(&format!(" -H '{header}'"));
        }
        if !body.is_empty() {
            line.push_str(&format!(" -H 'Content-Type: application/json' -d '{body}'"));
        }
        line
    }
}
