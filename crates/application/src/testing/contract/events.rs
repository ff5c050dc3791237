//! Histories are gapless, come back as they were written, and lose what is personal when a customer is erased.

use orderbase_kernel::{
    Actor, AggregateRef, AggregateType, ApiKeyId, Envelope, JobName, OperatorName, OrderId, PageLimit, RequestId,
    UserId, Version,
};
use orderbase_orders::{Cancel, CancelReason, Note, Order, OrderStatus, UpdateCustomer};

use super::Harness;
use super::stock::{Sample, change_of, commit, customer_change_of, new_order, put_customer, put_order, time};
use crate::app::App;
use crate::changeset::{Changeset, Outcome};
use crate::ctx::Ctx;
use crate::testing::tenant_ctx;

fn of_order(order: &Order) -> AggregateRef {
    AggregateRef::new(AggregateType::Order, order.id().uuid())
}

fn version(number: u64) -> Version {
    Version::try_new(number).unwrap()
}

async fn all(app: &App, ctx: &Ctx, of: AggregateRef) -> Vec<Envelope> {
    let page = app.events.page(ctx.scope(), of, None, PageLimit::MAX).await.unwrap();
    assert!(!page.has_more);
    page.rows
}

pub async fn histories_are_gapless_and_paged(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_customer(&app, &ctx, "Ada").await;
    let mut order = put_order(&app, &ctx, &Sample::of(ada.id())).await;
    let neighbour = put_order(&app, &ctx, &Sample { status: OrderStatus::Completed, ..Sample::of(ada.id()) }).await;
    let at = time("2026-01-15T12:00:00Z");
    for index in 0..6 {
        let note = Note::parse(&format!("note {index}")).unwrap();
        let (after, change) = change_of(&app, &ctx, &order, |order| order.add_note(note, at));
        assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
        order = after;
    }
    let sequences = |rows: &[Envelope]| rows.iter().map(|event| event.sequence.get()).collect::<Vec<_>>();
    assert_eq!(sequences(&all(&app, &ctx, of_order(&order)).await), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(sequences(&all(&app, &ctx, of_order(&neighbour)).await), [1, 2, 3, 4]);
    assert!(all(&app, &ctx, of_order(&neighbour)).await.iter().all(|event| event.imported));

    for (after, rows, expected, more) in [
        (None, 3, vec![1, 2, 3], true),
        (Some(3), 3, vec![4, 5, 6], true),
        (Some(4), 3, vec![5, 6, 7], false),
        (Some(6), 3, vec![7], false),
        (Some(7), 3, vec![], false),
        (Some(900), 3, vec![], false),
        (None, 7, vec![1, 2, 3, 4, 5, 6, 7], false),
    ] {
        let limit = PageLimit::try_new(rows).unwrap();
        let page = app.events.page(ctx.scope(), of_order(&order), after.map(version), limit).await.unwrap();
        assert_eq!((sequences(&page.rows), page.has_more), (expected, more), "after {after:?}");
    }
    let sixth = app.events.get(ctx.scope(), of_order(&order), version(6)).await.unwrap().unwrap();
    assert_eq!(sixth.personal.as_deref(), Some(r#"{"note":"note 4"}"#));
    assert_eq!(app.events.get(ctx.scope(), of_order(&order), version(8)).await.unwrap(), None);
}

pub async fn an_envelope_comes_back_as_it_was_written(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_customer(&app, &ctx, "Ada").await;
    let (order, change) = new_order(&app, &ctx, &Sample { reference: Some("web-1"), ..Sample::of(ada.id()) }).await;
    let written = change.events().to_vec();
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    assert_eq!(all(&app, &ctx, of_order(&order)).await, written);

    let why = Cancel { reason: CancelReason::Staff, note: Some(Note::parse("\"quoted\"\n\u{1F4A1}").unwrap()) };
    let at = time("2026-01-15T12:00:00.007Z");
    let (_, change) = change_of(&app, &ctx, &order, |order| order.cancel(why, ctx.order_powers(), at));
    let cancelled = change.events()[0].clone();
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    assert_eq!(app.events.get(ctx.scope(), of_order(&order), version(2)).await.unwrap(), Some(cancelled));
}

pub async fn every_kind_of_actor_comes_back(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_customer(&app, &ctx, "Ada").await;
    let id = app.ids.next(time("2026-01-15T12:00:00Z"));
    let actors = [
        Actor::User(UserId::from_uuid(id)),
        Actor::ApiKey(ApiKeyId::from_uuid(id)),
        Actor::System(JobName::parse(&"j".repeat(64)).unwrap()),
        Actor::Operator(OperatorName::parse(&"\u{1F4A1}".repeat(200)).unwrap()),
    ];
    for (actor, request_id) in actors.into_iter().zip(["a", "A-1._z", "0", &"x".repeat(128)]) {
        let request_id = RequestId::parse(request_id).unwrap();
        let ctx = Ctx { actor: actor.clone(), request_id: request_id.clone(), ..ctx.clone() };
        let order = put_order(&app, &ctx, &Sample::of(ada.id())).await;
        let event = &all(&app, &ctx, of_order(&order)).await[0];
        assert_eq!((&event.actor, &event.request_id), (&actor, &request_id));
    }
}

pub async fn what_people_wrote_is_personal(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_customer(&app, &ctx, "Ada Lovelace").await;
    let order = put_order(&app, &ctx, &Sample::of(ada.id())).await;
    let at = time("2026-01-15T12:00:00Z");
    let secret = Note::parse("call Ada").unwrap();
    let (order, change) = change_of(&app, &ctx, &order, |order| order.add_note(secret.clone(), at));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    let why = Cancel { reason: CancelReason::Customer, note: Some(secret) };
    let (order, change) = change_of(&app, &ctx, &order, |order| order.cancel(why, ctx.order_powers(), at));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);

    let of_customer = AggregateRef::new(AggregateType::Customer, ada.id().uuid());
    let (order_events, customer_events) = (all(&app, &ctx, of_order(&order)).await, all(&app, &ctx, of_customer).await);
    assert!(order_events.iter().chain(&customer_events).all(|event| !event.data.contains("Ada")));
    let personal: Vec<_> = order_events.iter().map(|event| event.personal.as_deref()).collect();
    assert_eq!(personal, [None, Some(r#"{"note":"call Ada"}"#), Some(r#"{"note":"call Ada"}"#)]);
    assert_eq!(customer_events[0].personal.as_deref(), Some(r#"{"name":"Ada Lovelace"}"#));
}

pub async fn erasure_nulls_what_is_personal_of_the_customer_alone(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let (ada, bob) = (put_customer(&app, &ctx, "Ada").await, put_customer(&app, &ctx, "Bob").await);
    let at = time("2026-01-15T12:00:00Z");
    let update = UpdateCustomer { name: Some(orderbase_kernel::Name::parse("Ada L").unwrap()), ..Default::default() };
    let (ada, change) = customer_change_of(&app, &ctx, &ada, |customer| customer.update(update, at));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    let of = |customer: &orderbase_orders::Customer| AggregateRef::new(AggregateType::Customer, customer.id().uuid());
    let before = all(&app, &ctx, of(&ada)).await;
    assert!(before.iter().all(|event| event.personal.is_some()));

    let (ada, change) = customer_change_of(&app, &ctx, &ada, |customer| customer.anonymise(at));
    assert!(change.erases_personal());
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);

    let after = all(&app, &ctx, of(&ada)).await;
    assert_eq!(after.len(), 3);
    assert!(after.iter().all(|event| event.personal.is_none()), "{after:?}");
    let erased: Vec<_> = before.into_iter().map(|event| Envelope { personal: None, ..event }).collect();
    assert_eq!(after[..2], erased[..], "erasure touched more than what is personal");
    assert!(all(&app, &ctx, of(&bob)).await[0].personal.is_some(), "erasure went over to another customer");
}

pub async fn no_history_without_an_aggregate(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, elsewhere) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "other").await);
    let ada = put_customer(&app, &ctx, "Ada").await;
    let order = put_order(&app, &ctx, &Sample::of(ada.id())).await;
    let unknown =
        AggregateRef::new(AggregateType::Order, OrderId::from_uuid(app.ids.next(time("2026-01-15T12:00:00Z"))).uuid());
    let other_kind = AggregateRef::new(AggregateType::Webhook, order.id().uuid());
    for (scope, of) in [(ctx.scope(), unknown), (ctx.scope(), other_kind), (elsewhere.scope(), of_order(&order))] {
        let page = app.events.page(scope, of, None, PageLimit::DEFAULT).await.unwrap();
        assert_eq!((page.rows, page.has_more), (vec![], false));
        assert_eq!(app.events.get(scope, of, Version::FIRST).await.unwrap(), None);
    }
}
