//! A commit applies all of a changeset or nothing, and says why not.

use orderbase_kernel::{AggregateRef, AggregateType, CustomerId, Email, Name, OrderId, Patch, Version};
use orderbase_orders::{
    Cancel, CancelReason, CreateCustomer, Customer, ImportOrder, Metadata, Note, Order, OrderNumber, OrderStatus,
    UpdateCustomer, UpdateOrder,
};
use orderbase_tenancy::Permission;

use super::Harness;
use super::stock::{
    Sample, change_of, claim, commit, customer_change_of, customer_insertion, insertion, new_customer, new_order,
    number, place_of, put_customer, put_order, reference, time,
};
use crate::app::App;
use crate::changeset::{Changeset, Outcome, Quota, Refusal, Require, Unique};
use crate::conditions::Conditions;
use crate::ctx::Ctx;
use crate::keys;
use crate::testing::{ctx, key_as, tenant_ctx, wish_key};
use crate::views::{CustomerView, OrderView};

pub async fn a_changeset_is_applied_whole(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let at = time("2026-01-15T12:00:00Z");
    let (customer, with_customer) = new_customer(&app, &ctx, "Ada", at);
    let (order, with_order) = new_order(&app, &ctx, &Sample::of(customer.id())).await;

    let changeset = Changeset::new().change(with_customer).change(with_order);
    assert_eq!(commit(&app, &ctx, changeset).await, Outcome::Committed);

    let stored = app.aggregates.order(ctx.scope(), order.id()).await.unwrap();
    assert_eq!(stored.as_ref(), Some(&order));
    assert_eq!(app.orders.get(ctx.scope(), order.id()).await.unwrap(), Some(OrderView::from(&order)));
    assert_eq!(app.aggregates.customer(ctx.scope(), customer.id()).await.unwrap().as_ref(), Some(&customer));
    assert_eq!(app.customers.get(ctx.scope(), customer.id()).await.unwrap(), Some(CustomerView::from(&customer)));

    // Two aggregates may move in one changeset.
    let (confirmed, with_order) = change_of(&app, &ctx, &order, |order| order.confirm(at));
    let (gone, with_customer) = customer_change_of(&app, &ctx, &customer, |customer| customer.deactivate(at));
    let changeset = Changeset::new().change(with_order).change(with_customer);
    assert_eq!(commit(&app, &ctx, changeset).await, Outcome::Committed);
    assert_eq!(app.aggregates.order(ctx.scope(), order.id()).await.unwrap(), Some(confirmed));
    assert_eq!(app.aggregates.customer(ctx.scope(), customer.id()).await.unwrap(), Some(gone));
}

/// Whether nothing of a refused changeset can be seen: neither the new customer, nor the note, nor the claim.
async fn nothing_came_of(app: &App, ctx: &Ctx, customer: &Customer, order: &Order) {
    assert_eq!(app.aggregates.customer(ctx.scope(), customer.id()).await.unwrap(), None);
    assert_eq!(app.customers.get(ctx.scope(), customer.id()).await.unwrap(), None);
    assert_eq!(app.aggregates.order(ctx.scope(), order.id()).await.unwrap().as_ref(), Some(order));
    let of = AggregateRef::new(AggregateType::Order, order.id().uuid());
    let after = app.events.get(ctx.scope(), of, order.version().next()).await.unwrap();
    assert_eq!(after, None, "an event of a refused changeset was kept");
    let of = AggregateRef::new(AggregateType::Customer, customer.id().uuid());
    assert_eq!(app.events.get(ctx.scope(), of, Version::FIRST).await.unwrap(), None);
    let check = Changeset::check(claim(app, ctx, "key", 9, ""));
    assert_eq!(commit(app, ctx, check).await, Outcome::Committed, "the key of a refused changeset is not free");
}

pub async fn a_stale_change_leaves_nothing_behind(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let at = time("2026-01-15T12:00:00Z");
    let known = put_customer(&app, &ctx, "Ada").await;
    let (read, other) =
        (put_order(&app, &ctx, &Sample::of(known.id())).await, put_order(&app, &ctx, &Sample::of(known.id())).await);
    let (_, confirm) = change_of(&app, &ctx, &other, |order| order.confirm(at));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(confirm)).await, Outcome::Committed);

    let (new, insert) = new_customer(&app, &ctx, "Bob", at);
    let (_, note) = change_of(&app, &ctx, &read, |order| order.add_note(Note::parse("hi").unwrap(), at));
    let (_, stale) = change_of(&app, &ctx, &other, |order| order.confirm(at));
    let changeset =
        Changeset::new().change(insert).change(note).change(stale).claim(Some(claim(&app, &ctx, "key", 1, "answer")));
    assert_eq!(commit(&app, &ctx, changeset).await, Outcome::Stale);

    nothing_came_of(&app, &ctx, &new, &read).await;
}

pub async fn a_refused_require_leaves_nothing_behind(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let at = time("2026-01-15T12:00:00Z");
    let known = put_customer(&app, &ctx, "Ada").await;
    let order = put_order(&app, &ctx, &Sample::of(known.id())).await;

    let (new, insert) = new_customer(&app, &ctx, "Bob", at);
    let (_, note) = change_of(&app, &ctx, &order, |order| order.add_note(Note::parse("hi").unwrap(), at));
    let changeset = Changeset::new()
        .require(Require::ActiveCustomer(known.id()))
        .require(Require::Below { quota: Quota::Customers, max: 1, add: 1 })
        .change(insert)
        .change(note)
        .claim(Some(claim(&app, &ctx, "key", 1, "answer")));
    let refusal = Refusal::Quota { quota: Quota::Customers, max: 1, current: 1 };
    assert_eq!(commit(&app, &ctx, changeset).await, Outcome::Refused(refusal));

    nothing_came_of(&app, &ctx, &new, &order).await;
}

pub async fn a_duplicate_leaves_nothing_behind(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let at = time("2026-01-15T12:00:00Z");
    let known = put_customer(&app, &ctx, "Ada").await;
    let order = put_order(&app, &ctx, &Sample::of(known.id())).await;
    let first = put_order(&app, &ctx, &Sample { reference: Some("web-1"), ..Sample::of(known.id()) }).await;

    let (new, insert) = new_customer(&app, &ctx, "Bob", at);
    let (_, note) = change_of(&app, &ctx, &order, |order| order.add_note(Note::parse("hi").unwrap(), at));
    let (_, twin) = new_order(&app, &ctx, &Sample { reference: Some("web-1"), ..Sample::of(known.id()) }).await;
    let changeset =
        Changeset::new().change(insert).change(note).change(twin).claim(Some(claim(&app, &ctx, "key", 1, "answer")));
    let duplicate = Outcome::Duplicate { unique: Unique::OrderExternalReference, existing_id: Some(first.id().uuid()) };
    assert_eq!(commit(&app, &ctx, changeset).await, duplicate);

    nothing_came_of(&app, &ctx, &new, &order).await;
}

pub async fn a_change_of_what_is_not_there_is_stale(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let at = time("2026-01-15T12:00:00Z");
    let known = put_customer(&app, &ctx, "Ada").await;

    let (unsaved, _) = new_order(&app, &ctx, &Sample::of(known.id())).await;
    let (_, change) = change_of(&app, &ctx, &unsaved, |order| order.confirm(at));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Stale);
    assert_eq!(app.aggregates.order(ctx.scope(), unsaved.id()).await.unwrap(), None);

    let (unsaved, _) = new_customer(&app, &ctx, "Bob", at);
    let (_, change) = customer_change_of(&app, &ctx, &unsaved, |customer| customer.deactivate(at));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Stale);
}

pub async fn customers_have_to_be_there_and_active(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let at = time("2026-01-15T12:00:00Z");
    let known = put_customer(&app, &ctx, "Ada").await;
    let order = put_order(&app, &ctx, &Sample::of(known.id())).await;
    let noted = || {
        let (order, change) = change_of(&app, &ctx, &order, |order| order.add_note(Note::parse("hi").unwrap(), at));
        (order, Changeset::new().require(Require::ActiveCustomer(known.id())).change(change))
    };

    let (unsaved, _) = new_customer(&app, &ctx, "Bob", at);
    let (_, change) = change_of(&app, &ctx, &order, |order| order.confirm(at));
    let changeset = Changeset::new().require(Require::ActiveCustomer(unsaved.id())).change(change);
    assert_eq!(commit(&app, &ctx, changeset).await, Outcome::Refused(Refusal::NoCustomer(unsaved.id())));

    let (inactive, change) = customer_change_of(&app, &ctx, &known, |customer| customer.deactivate(at));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    assert_eq!(commit(&app, &ctx, noted().1).await, Outcome::Refused(Refusal::InactiveCustomer(known.id())));

    let (_, change) = customer_change_of(&app, &ctx, &inactive, |customer| customer.reactivate(at));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    assert_eq!(commit(&app, &ctx, noted().1).await, Outcome::Committed);
}

pub async fn quotas_count_what_is_alive(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let at = time("2026-01-15T12:00:00Z");
    for name in ["Ada", "Bob"] {
        let (_, change) = new_customer(&app, &ctx, name, at);
        let below = Require::Below { quota: Quota::Customers, max: 2, add: 1 };
        assert_eq!(commit(&app, &ctx, Changeset::new().require(below).change(change)).await, Outcome::Committed);
    }
    let (_, change) = new_customer(&app, &ctx, "Eve", at);
    let below = |max, add| Require::Below { quota: Quota::Customers, max, add };
    let full = Outcome::Refused(Refusal::Quota { quota: Quota::Customers, max: 2, current: 2 });
    assert_eq!(commit(&app, &ctx, Changeset::new().require(below(2, 1)).change(change.clone())).await, full);
    let full = Outcome::Refused(Refusal::Quota { quota: Quota::Customers, max: 3, current: 2 });
    assert_eq!(commit(&app, &ctx, Changeset::new().require(below(3, 2)).change(change.clone())).await, full);
    assert_eq!(commit(&app, &ctx, Changeset::new().require(below(3, 1)).change(change)).await, Outcome::Committed);

    // A revoked key gives its seat back.
    let first = key_as(&app, &ctx, wish_key(&[Permission::OrdersRead])).await;
    key_as(&app, &ctx, wish_key(&[Permission::OrdersRead])).await;
    let order = {
        let customer = put_customer(&app, &ctx, "Key").await;
        put_order(&app, &ctx, &Sample::of(customer.id())).await
    };
    let (_, change) = change_of(&app, &ctx, &order, |order| order.confirm(at));
    let seats = |max| Require::Below { quota: Quota::ApiKeys, max, add: 1 };
    let full = Outcome::Refused(Refusal::Quota { quota: Quota::ApiKeys, max: 2, current: 2 });
    assert_eq!(commit(&app, &ctx, Changeset::new().require(seats(2)).change(change.clone())).await, full);
    keys::revoke(&app, &ctx, first.key.id, Conditions::default()).await.unwrap();
    assert_eq!(commit(&app, &ctx, Changeset::new().require(seats(2)).change(change)).await, Outcome::Committed);
}

pub async fn unique_constraints_name_what_exists(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let at = time("2026-01-15T12:00:00Z");
    let wish = |email: Option<&str>, of: Option<&str>| CreateCustomer {
        id: CustomerId::from_uuid(app.ids.at(at)),
        tenant_id: ctx.tenant.id(),
        name: Name::parse("Ada").unwrap(),
        email: email.map(|email| Email::parse(email).unwrap()),
        external_reference: of.map(reference),
        metadata: Metadata::empty(),
    };
    let (ada, change) = customer_insertion(&app, &ctx, wish(Some("ada@example.com"), Some("c-1")));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    let duplicate = |unique| Outcome::Duplicate { unique, existing_id: Some(ada.id().uuid()) };

    let (_, change) = customer_insertion(&app, &ctx, wish(Some("ada@example.com"), None));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, duplicate(Unique::CustomerEmail));
    let (_, change) = customer_insertion(&app, &ctx, wish(None, Some("c-1")));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, duplicate(Unique::CustomerExternalReference));

    // The same by a change of what exists; two without either do not clash.
    let (bob, change) = customer_insertion(&app, &ctx, wish(None, None));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    let (_, change) = customer_insertion(&app, &ctx, wish(None, None));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    let email = Patch::Set(Email::parse("ada@example.com").unwrap());
    let update = UpdateCustomer { email, ..UpdateCustomer::default() };
    let (_, change) = customer_change_of(&app, &ctx, &bob, |customer| customer.update(update, at));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, duplicate(Unique::CustomerEmail));

    let first = put_order(&app, &ctx, &Sample { reference: Some("web-1"), ..Sample::of(ada.id()) }).await;
    let second = put_order(&app, &ctx, &Sample::of(ada.id())).await;
    let update = UpdateOrder { external_reference: Patch::Set(reference("web-1")), metadata: None };
    let (_, change) = change_of(&app, &ctx, &second, |order| order.update(update, at));
    let duplicate = Outcome::Duplicate { unique: Unique::OrderExternalReference, existing_id: Some(first.id().uuid()) };
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, duplicate);
    assert_eq!(app.aggregates.order(ctx.scope(), second.id()).await.unwrap(), Some(second));
}

pub async fn a_value_that_was_given_up_is_free(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let at = time("2026-01-15T12:00:00Z");
    let ada = put_customer(&app, &ctx, "Ada").await;
    let first = put_order(&app, &ctx, &Sample { reference: Some("web-1"), ..Sample::of(ada.id()) }).await;

    let update = UpdateOrder { external_reference: Patch::Clear, metadata: None };
    let (_, change) = change_of(&app, &ctx, &first, |order| order.update(update, at));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    put_order(&app, &ctx, &Sample { reference: Some("web-1"), ..Sample::of(ada.id()) }).await;

    // An order keeps its own reference while something else of it changes.
    let kept = put_order(&app, &ctx, &Sample { reference: Some("web-2"), ..Sample::of(ada.id()) }).await;
    let (_, change) = change_of(&app, &ctx, &kept, |order| order.confirm(at));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
}

pub async fn an_order_number_is_taken_once(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_customer(&app, &ctx, "Ada").await;
    let first = put_order(&app, &ctx, &Sample::of(ada.id())).await;

    let mut place = place_of(&app, &ctx, &Sample::of(ada.id())).await;
    place.number = first.number();
    let import = ImportOrder { place, status: OrderStatus::Pending };
    let (twin, change) = insertion(&app, &ctx, import);
    let outcome = commit(&app, &ctx, Changeset::new().change(change)).await;
    assert!(matches!(outcome, Outcome::Duplicate { unique: Unique::OrderNumber, .. }), "{outcome:?}");
    assert_eq!(app.aggregates.order(ctx.scope(), twin.id()).await.unwrap(), None);
}

/// Two tenants with the same ids, references, emails, numbers and keys: nothing of one moves by the other.
pub async fn twin_tenants_do_not_touch(harness: &impl Harness) {
    let app = harness.app().await;
    let (one, other) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "acme-twin").await);
    let at = time("2026-01-15T12:00:00Z");
    let id = CustomerId::from_uuid(app.ids.at(at));
    let order_id = OrderId::from_uuid(app.ids.at(at));
    let mut stored = Vec::new();
    for ctx in [&one, &other] {
        let create = CreateCustomer {
            id,
            tenant_id: ctx.tenant.id(),
            name: Name::parse("Ada").unwrap(),
            email: Some(Email::parse("ada@example.com").unwrap()),
            external_reference: Some(reference("c-1")),
            metadata: Metadata::empty(),
        };
        let (customer, change) = customer_insertion(&app, ctx, create);
        let mut place = place_of(&app, ctx, &Sample { reference: Some("web-1"), ..Sample::of(id) }).await;
        place.id = order_id;
        assert_eq!(place.number, number_of_first(ctx));
        let import = ImportOrder { place, status: OrderStatus::Pending };
        let (order, order_change) = insertion(&app, ctx, import);
        let shared = claim(&app, &Ctx { principal_id: id.uuid(), ..ctx.clone() }, "key", 1, "answer");
        let changeset = Changeset::new().change(change).change(order_change).claim(Some(shared));
        assert_eq!(commit(&app, ctx, changeset).await, Outcome::Committed);
        stored.push((customer, order));
    }

    let (customer, order) = stored[0].clone();
    let cancel = Cancel { reason: CancelReason::Other, note: None };
    let (order, cancelled) = change_of(&app, &one, &order, |order| order.cancel(cancel, one.order_powers(), at));
    let (customer, erased) = customer_change_of(&app, &one, &customer, |customer| customer.anonymise(at));
    let changeset = Changeset::new().change(cancelled).change(erased);
    assert_eq!(commit(&app, &one, changeset).await, Outcome::Committed);

    assert_eq!(app.aggregates.order(one.scope(), order_id).await.unwrap().as_ref(), Some(&order));
    assert_eq!(app.aggregates.customer(one.scope(), id).await.unwrap().as_ref(), Some(&customer));
    assert_eq!(app.aggregates.order(other.scope(), order_id).await.unwrap().as_ref(), Some(&stored[1].1));
    assert_eq!(app.aggregates.customer(other.scope(), id).await.unwrap().as_ref(), Some(&stored[1].0));
    let of = AggregateRef::new(AggregateType::Customer, id.uuid());
    let event = app.events.get(other.scope(), of, Version::FIRST).await.unwrap().unwrap();
    assert!(event.personal.is_some(), "erasure went over to another tenant");

    // What the other tenant alone has cannot be changed from here.
    let theirs = put_customer(&app, &other, "Eve").await;
    let (_, change) = customer_change_of(&app, &other, &theirs, |customer| customer.deactivate(at));
    assert_eq!(app.commits.commit(one.scope(), Changeset::new().change(change)).await.unwrap(), Outcome::Stale);
    assert_eq!(app.aggregates.customer(other.scope(), theirs.id()).await.unwrap(), Some(theirs));
}

fn number_of_first(ctx: &Ctx) -> OrderNumber {
    OrderNumber::try_new(ctx.tenant.settings().first_order_number()).unwrap()
}

pub async fn the_storage_answers(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    app.health.ping().await.unwrap();
    other.health.ping().await.unwrap();

    // Both instances see one storage.
    let here = tenant_ctx(&app, "acme").await;
    let there = ctx(&other, &here.tenant);
    let ada = put_customer(&app, &here, "Ada").await;
    assert_eq!(other.aggregates.customer(there.scope(), ada.id()).await.unwrap().as_ref(), Some(&ada));
    let (_, change) =
        customer_change_of(&other, &there, &ada, |customer| customer.deactivate(time("2026-01-15T12:00:00Z")));
    assert_eq!(commit(&other, &there, Changeset::new().change(change.clone())).await, Outcome::Committed);
    assert_eq!(commit(&app, &here, Changeset::new().change(change)).await, Outcome::Stale);
    assert!(number(&app, &here).await != number(&other, &there).await);
}
