//! The erasers do what the table of classes says, on both databases: a canary in every field that a caller can fill, then a look at
//! every column of every row.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use orderbase_application::changeset::KeptAnswer;
use orderbase_application::customers::{self, CreateCustomer, UpdateCustomer};
use orderbase_application::orders::{self, ItemInput, PlaceOrder, UpdateOrder};
use orderbase_application::ports::Clock as _;
use orderbase_application::tenants::{self, Which};
use orderbase_application::testing::{FixedClock, line, once, operator, order_as, tenant_ctx, user, wish_order};
use orderbase_application::views::{CustomerQuery, CustomerView};
use orderbase_application::{App, Conditions, Ctx, Once};
use orderbase_infrastructure::sql::{SqlDb, purge, sweep};
use orderbase_infrastructure::system::SystemClock;
use orderbase_kernel::{CustomerId, Email, ExternalReference, Name, Patch};
use orderbase_migrations::{Class, Eraser};
use orderbase_orders::{Cancel, CancelReason, ItemName, MetaValue, Metadata, MetadataPatch, Note, Sku};
use orderbase_tenancy::{Overrides, Reason, Role};

use self::support::dump::{Columns, Dump, class, erased_by};
use self::support::{Postgres, Sqlite, app};

/// Who the customer was, before and after a change.
const PERSON: [&str; 10] = [
    "Whooper Swan",
    "whooper@swan.example",
    "whooper-reference",
    "whooper-value",
    "whooper-deep-value",
    "Mute Swan",
    "mute@swan.example",
    "mute-reference",
    "mute-value",
    "mute-deep-value",
];
/// What one of the customer's metadata is called. Events name what changed, and keep the name.
const KEY: &str = "swan.key";
/// What was written about the order, before and after a change.
const TRADE: [&str; 7] =
    ["tern-product", "tern-sku", "Tern Name", "tern-reference", "tern-value", "gull-reference", "gull-value"];
/// What staff wrote, and about whom: nothing says so.
const NOTES: [&str; 2] = ["call the grebe", "the grebe has moved"];
/// Somebody who works there, as `user` calls them, and why the tenant was suspended.
const STAFF: [&str; 3] = ["Ada Lovelace", "owner-", "a coot in arrears"];

fn metadata(key: &str, bird: &str) -> BTreeMap<String, MetaValue> {
    let deep = BTreeMap::from([("deep".to_owned(), MetaValue::Text(format!("{bird}-deep-value")))]);
    let values = vec![MetaValue::Text(format!("{bird}-value")), MetaValue::Map(deep)];
    BTreeMap::from([(key.to_owned(), MetaValue::List(values))])
}

fn reference(bird: &str) -> ExternalReference {
    ExternalReference::parse(&format!("{bird}-reference")).unwrap()
}

/// Under a key, so that the answer is kept; it shows the customer, as the one over HTTP does.
fn kept(key: &str) -> Conditions<CustomerView> {
    let once: Once<CustomerView> = once(key, 1).once.unwrap();
    let shown = |view: &CustomerView| {
        let (name, email) = (view.name.as_str(), view.email.as_ref().map(Email::as_str));
        format!("{name} {email:?} {:?} {}", view.external_reference, view.metadata)
    };
    let render = move |view: &CustomerView| KeptAnswer { body: shown(view).into_bytes(), ..(once.render)(view) };
    let once = Once { key: once.key, fingerprint: once.fingerprint, render: Box::new(render) };
    Conditions { once: Some(once), ..Conditions::default() }
}

/// A customer with every field filled, and all of them changed.
async fn customer(app: &App, ctx: &Ctx) -> CustomerId {
    let wish = CreateCustomer {
        name: Name::parse("Whooper Swan").unwrap(),
        email: Some(Email::parse("whooper@swan.example").unwrap()),
        external_reference: Some(reference("whooper")),
        metadata: Metadata::try_new(metadata(KEY, "whooper")).unwrap(),
    };
    customers::create(app, ctx, wish, kept("create")).await.unwrap();
    let id = customers::list(app, ctx, &CustomerQuery::default(), false).await.unwrap().page.rows[0].id;
    let update = UpdateCustomer {
        name: Some(Name::parse("Mute Swan").unwrap()),
        email: Patch::Set(Email::parse("mute@swan.example").unwrap()),
        external_reference: Patch::Set(reference("mute")),
        metadata: Patch::Set(MetadataPatch(metadata(KEY, "mute"))),
    };
    customers::update(app, ctx, id, update, kept("update")).await.unwrap();
    id
}

/// An order of the customer with every field filled, changed, noted and cancelled.
async fn order(app: &App, ctx: &Ctx, customer_id: CustomerId) {
    let item = ItemInput {
        sku: Some(Sku::parse("tern-sku").unwrap()),
        name: Some(ItemName::parse("Tern Name").unwrap()),
        ..line("tern-product", 3, "19.99")
    };
    let wish = PlaceOrder {
        items: vec![item],
        external_reference: Some(reference("tern")),
        metadata: Metadata::try_new(metadata("tern.key", "tern")).unwrap(),
        ..wish_order(customer_id)
    };
    let id = order_as(app, ctx, wish).await.id;
    let update = UpdateOrder {
        external_reference: Patch::Set(reference("gull")),
        metadata: Patch::Set(MetadataPatch(metadata("gull.key", "gull"))),
    };
    orders::update(app, ctx, id, update, Conditions::default()).await.unwrap();
    let [note, why] = NOTES.map(|note| Note::parse(note).unwrap());
    orders::add_note(app, ctx, id, note, Conditions::default()).await.unwrap();
    let why = Cancel { reason: CancelReason::Other, note: Some(why) };
    orders::cancel(app, ctx, id, why, Conditions::default()).await.unwrap();
}

fn columns(names: &[&str]) -> Columns {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// As it says of itself: what tells of a person stands where there is an eraser, what tells of the trade where callers write.
fn stand_where_the_table_says(dump: &Dump) {
    for text in PERSON.iter().chain(&TRADE).chain(&NOTES).chain(&STAFF).chain([&KEY]) {
        let found = dump.columns_with(&[text]);
        assert!(!found.is_empty(), "{text} stands nowhere");
        for column in &found {
            let fits = match class(column) {
                Class::Personal(_) => true,
                Class::Caller => TRADE.contains(text) || *text == KEY,
                Class::None => false,
            };
            assert!(fits, "{text} stands in {column}");
        }
    }
    for eraser in [Eraser::Expiry, Eraser::Purge] {
        let untried: Vec<_> = erased_by(eraser).difference(&dump.columns()).cloned().collect();
        assert!(untried.is_empty(), "nothing stands in {untried:?}, which {eraser:?} empties");
    }
}

/// A canary in every field: the customer's, the order's, the staff's, the operator's.
async fn furnished(app: &App, ctx: &Ctx, which: &Which, reason: Reason) -> CustomerId {
    user(app, ctx, Role::Owner).await;
    let id = customer(app, ctx).await;
    order(app, ctx, id).await;
    tenants::suspend(app, &operator(app), which, reason.clone(), Conditions::default()).await.unwrap();
    let more = Overrides { users: Some(7), reason: Some(reason.clone()), ..Overrides::default() };
    tenants::set_limits(app, &operator(app), which, more, reason, Conditions::default()).await.unwrap();
    id
}

async fn each_takes_what_is_its(db: &SqlDb, outside: impl AsyncFn(&str)) {
    let now = app(db);
    let then = SystemClock.now().plus_millis(-31 * 24 * 60 * 60 * 1_000);
    let app = App { clock: Arc::new(FixedClock::at(then)), ..now.clone() };
    let ctx = tenant_ctx(&app, "acme").await;
    let (which, reason) = (Which::Id(ctx.tenant.id()), Reason::parse(STAFF[2]).unwrap());
    let id = furnished(&app, &ctx, &which, reason.clone()).await;
    let before = Dump::of(db).await;
    stand_where_the_table_says(&before);
    assert!(erased_by(Eraser::Anonymise).is_subset(&before.columns_with(&PERSON)), "each is tried");

    customers::anonymise(&app, &ctx, id, Conditions::default()).await.unwrap();
    let after = Dump::of(db).await;
    assert_eq!(after.columns_with(&PERSON), columns(&["idempotency_keys.body"]));
    assert_eq!(after.columns_with(&[KEY]), columns(&["events.data", "idempotency_keys.body"]));
    for others in [&TRADE[..], &NOTES, &STAFF] {
        assert_eq!(after.columns_with(others), before.columns_with(others), "they are not the customer's");
    }

    for ended in ["idempotency_keys", "sessions", "tickets"] {
        outside(&format!("UPDATE {ended} SET expires_at = 1")).await;
    }
    sweep::expired_answers(db).await.unwrap();
    sweep::ended_sign_ins(db).await.unwrap();
    outside("UPDATE audit_log SET recorded_at = 1").await;
    sweep::old_networks(db, 90).await.unwrap();
    let swept = Dump::of(db).await;
    assert!(swept.columns_with(&PERSON).is_empty(), "no dump tells of the person");
    assert_eq!(swept.columns_with(&[KEY]), columns(&["events.data"]));
    assert!(swept.columns().is_disjoint(&erased_by(Eraser::Expiry)));
    let notes = columns(&["events.personal", "orders.cancel_note"]);
    assert_eq!(swept.columns_with(&NOTES), notes);
    assert!(notes.is_subset(&erased_by(Eraser::Purge)));

    tenants::close_by_operator(&app, &operator(&app), &which, reason.clone(), Conditions::default()).await.unwrap();
    outside("UPDATE events SET recorded_at = recorded_at - 2678400000 WHERE event_type = 'tenant.closed'").await;
    let an_hour_ago = Arc::new(FixedClock::at(SystemClock.now().plus_millis(-60 * 60 * 1_000)));
    let now = App { clock: an_hour_ago, ..now };
    tenants::purge(&now, &operator(&now), &which, reason, Conditions::default()).await.unwrap();
    purge::purged_tenants(db).await.unwrap();
    let left = Dump::of(db).await;
    assert!(left.columns().is_disjoint(&erased_by(Eraser::Purge)));
    for texts in [&PERSON[..], &[KEY], &TRADE, &NOTES, &STAFF] {
        assert_eq!(left.columns_with(texts), Columns::new());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_takes_what_is_its_on_sqlite() {
    let sqlite = Sqlite::fresh().await;
    each_takes_what_is_its(&sqlite.db, async |sql| sqlite.outside(sql).await).await;
    // Nor is it in what the file no longer shows.
    sqlite.db.close().await;
    let (options, _folder) = sqlite.give_up();
    let file = std::fs::read(options.url.trim_start_matches("sqlite:")).unwrap();
    for text in PERSON.iter().chain(&TRADE).chain(&NOTES).chain(&STAFF) {
        assert!(!file.windows(text.len()).any(|bytes| bytes == text.as_bytes()), "{text} is in the file");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_takes_what_is_its_on_postgres() {
    for postgres in Postgres::both_forms().await {
        each_takes_what_is_its(&postgres.db, async |sql| postgres.root(sql).await).await;
    }
}
