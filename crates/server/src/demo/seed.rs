//! Makes the tenants of a demonstration up, through use cases alone. What comes out is a function of seed and now, but for the texts
//! of the keys and the passwords. Must never run over data that is meant.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

use orderbase_application::orders::{self, Effect, ImportLine, Imported, OnExisting};
use orderbase_application::views::CustomerQuery;
use orderbase_application::{App, Client, Conditions, Error, customers, keys as key_use, tenants};
use orderbase_kernel::{PageLimit, RequestId, Timestamp};
use orderbase_tenancy::{Reason, Tenant};

use super::clock::SteppingClock;
use super::history::{DAY_MILLIS, HOUR_MILLIS, history};
use super::ids::SeededIds;
use super::keys::{self, DemoTenant};
use super::live::{Act, DAY_HOURS, last_day};
use super::numbers::SeededNumbers;
use super::people::people;
use super::stage::{Customers, Stage};
use super::tenants::{TENANTS, TenantSpec};
use super::users;

/// What everything made up is a function of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    pub seed: u64,
    /// Where the made-up history ends.
    pub now: Timestamp,
}

/// The tenants begin so long before now.
const TENANT_DAYS: i64 = 61;
/// A tenant that gets suspended is so, so long before now.
const SUSPENDED_MILLIS: i64 = HOUR_MILLIS / 30;

impl Origin {
    /// The earliest now: ids carry no time before 1970.
    pub const EARLIEST_MILLIS: i64 = (TENANT_DAYS + 1) * DAY_MILLIS;
    /// The latest now: the server's clock goes on from there.
    pub const LATEST: Timestamp = Timestamp::MAX.plus_millis(-365 * DAY_MILLIS);
}

/// Makes all tenants up, at once, so that the storage can group their commits; each has its own clock, ids and numbers.
///
/// # Errors
/// Those of the use cases; a storage that holds one of the tenants already is refused.
pub async fn seed(app: &App, origin: Origin) -> Result<Vec<DemoTenant>, Error> {
    let [acme, borealis, cactus, dune] = &TENANTS;
    let (acme, borealis, cactus, dune) = tokio::try_join!(
        tenant(app, origin, acme),
        tenant(app, origin, borealis),
        tenant(app, origin, cactus),
        tenant(app, origin, dune),
    )?;
    Ok(vec![acme, borealis, cactus, dune])
}

async fn tenant(real: &App, origin: Origin, spec: &'static TenantSpec) -> Result<DemoTenant, Error> {
    let people = people(origin.seed, spec.town, spec.customers)?;
    let history = history(spec, &people, origin.seed, origin.now)?;
    let last_day = last_day(spec, &people, origin.seed, origin.now)?;

    let before_now = |millis: i64| origin.now.plus_millis(-millis);
    let clock = Arc::new(SteppingClock::at(before_now(TENANT_DAYS * DAY_MILLIS)));
    let wish = spec.wish()?;
    let first_number = wish.settings.first_order_number();
    let app = &App {
        clock: Arc::clone(&clock) as _,
        ids: Arc::new(SeededIds::new(origin.seed, spec.slug)),
        numbers: Arc::new(SeededNumbers::starting_at(first_number, Arc::clone(&real.numbers))),
        ..real.clone()
    };
    let created = tenants::create(app, &keys::operator(app)?, wish, Conditions::default()).await?.into_fresh()?;
    let tenant = Arc::new(created.tenant);
    let keys = keys::make(app, &tenant, spec.keys).await?;
    let users = users::make(app, &tenant, spec.roles).await?;
    let mut demo = DemoTenant { spec, tenant, keys, users };

    clock.move_to(before_now((DAY_HOURS + 1) * HOUR_MILLIS));
    take_in(app, &demo.tenant, history).await?;
    play(app, &clock, &demo, last_day).await?;
    if let Some(reason) = spec.suspended {
        clock.move_to(before_now(SUSPENDED_MILLIS));
        let reason = Reason::parse(reason).map_err(Error::internal)?;
        let (by, which) = (keys::operator(app)?, (&spec.slug()?).into());
        let suspended = tenants::suspend(app, &by, &which, reason, Conditions::default()).await?;
        demo.tenant = Arc::new(suspended.into_fresh()?);
    }
    hand_over(app, real, &demo).await?;
    Ok(demo)
}

/// The history comes in as every history does.
async fn take_in(app: &App, tenant: &Arc<Tenant>, lines: Vec<ImportLine>) -> Result<(), Error> {
    let ctx = keys::operator(app)?.within(Arc::clone(tenant));
    let report = orders::import(app, &ctx, lines, OnExisting::Fail, Effect::Commit).await?;
    for line in report.lines {
        match line {
            Imported::Accepted { .. } => {}
            Imported::Skipped => return Err(Error::internal("a made-up order exists already")),
            Imported::Rejected(error) => return Err(error),
        }
    }
    Ok(())
}

/// The last day is played by the tenant's own key, as by a shop that calls the API.
async fn play(app: &App, clock: &SteppingClock, demo: &DemoTenant, acts: Vec<Act>) -> Result<(), Error> {
    let key = demo.key().ok_or_else(|| Error::internal("a made-up tenant without a key"))?;
    let mut stage = Stage { app, customers: customers(app, demo).await?, placed: HashMap::new() };
    for Act { at, deed } in acts {
        clock.move_to(at);
        let request_id = RequestId::from_uuid(app.ids.next(app.clock.now()));
        let shop = Client { network: Ipv4Addr::LOCALHOST.into(), user_agent: None, request_id };
        let ctx = key_use::authenticate(app, key, &shop).await?;
        stage.perform(&ctx, deed).await?;
    }
    Ok(())
}

/// The tenant's customers by the names that they have elsewhere.
async fn customers(app: &App, demo: &DemoTenant) -> Result<Customers, Error> {
    let ctx = keys::operator(app)?.within(Arc::clone(&demo.tenant));
    let query = CustomerQuery { limit: PageLimit::MAX, ..CustomerQuery::default() };
    let list = customers::list(app, &ctx, &query, false).await?;
    Ok(list.page.rows.into_iter().filter_map(|row| Some((row.external_reference?, row.id))).collect())
}

/// Tells the serving application what it cannot know: which numbers are in use, and that tenants have changed under its cache.
async fn hand_over(app: &App, real: &App, demo: &DemoTenant) -> Result<(), Error> {
    let scope = keys::operator(app)?.within(Arc::clone(&demo.tenant)).scope();
    real.numbers.resync(scope).await?;
    for key in &demo.keys {
        real.key_directory.forget(&real.digests.key_hash(key.text.expose()).hash).await;
    }
    Ok(())
}
