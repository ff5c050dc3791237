//! What holds when many come at once. Each task is one request, on either of two instances.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use orderbase_kernel::{AggregateRef, AggregateType, ExternalReference, PageLimit};
use orderbase_orders::Note;
use tokio::task::JoinSet;

use super::Harness;
use super::stock::{Sample, change_of, commit, put_customer, put_order, time};
use crate::changeset::{Changeset, Outcome};
use crate::conditions::{Conditions, Done};
use crate::customers;
use crate::error::{Code, Error, Taken};
use crate::orders;
use crate::ports::{Charge, Taking};
use crate::testing::{customer, once, order, tenant_ctx, wish_order};
use crate::views::{EventView, OrderFilter, OrderView};

const MANY: usize = 8;

pub async fn of_commits_from_one_version_one_wins(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let at = time("2026-01-15T12:00:00Z");
    let ada = put_customer(&app, &ctx, "Ada").await;
    let order = put_order(&app, &ctx, &Sample::of(ada.id())).await;

    let mut tasks = JoinSet::new();
    for task in 0..MANY {
        let (app, ctx) = (if task % 2 == 0 { app.clone() } else { other.clone() }, ctx.clone());
        let note = Note::parse(&format!("note {task}")).unwrap();
        let (after, change) = change_of(&app, &ctx, &order, |order| order.add_note(note, at));
        tasks.spawn(async move { (commit(&app, &ctx, Changeset::new().change(change)).await, after) });
    }
    let ended = tasks.join_all().await;
    let won: Vec<_> = ended.iter().filter(|(outcome, _)| *outcome == Outcome::Committed).collect();
    assert_eq!(won.len(), 1, "{ended:?}");
    assert_eq!(ended.iter().filter(|(outcome, _)| *outcome == Outcome::Stale).count(), MANY - 1);
    let stored = app.aggregates.order(ctx.scope(), order.id()).await.unwrap();
    assert_eq!(stored.as_ref(), Some(&won[0].1));
}

pub async fn twins_with_one_key_get_one_order(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = customer(&app, &ctx, "Ada").await;

    let mut tasks = JoinSet::new();
    for task in 0..MANY {
        let (app, ctx) = (if task % 2 == 0 { app.clone() } else { other.clone() }, ctx.clone());
        tasks.spawn(async move {
            loop {
                match orders::place(&app, &ctx, wish_order(ada.id), once::<OrderView>("key", 1)).await {
                    Ok(Done::Kept(answer) | Done::Replayed(answer)) => return answer,
                    // Told to come again: the other is still at it.
                    Err(Error::IdempotencyInProgress) => tokio::task::yield_now().await,
                    ended => panic!("{ended:?}"),
                }
            }
        });
    }
    let answers = tasks.join_all().await;
    assert!(answers.iter().all(|answer| answer == &answers[0]), "one key, several answers");
    let count = app.orders.count(ctx.scope(), &OrderFilter::default(), 100).await.unwrap();
    assert_eq!(count, 1);
}

pub async fn one_reference_goes_to_one_of_many(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = customer(&app, &ctx, "Ada").await;

    let mut tasks = JoinSet::new();
    for task in 0..MANY {
        let (app, ctx) = (if task % 2 == 0 { app.clone() } else { other.clone() }, ctx.clone());
        let mut wish = wish_order(ada.id);
        wish.external_reference = Some(ExternalReference::parse("web-77").unwrap());
        let conditions = once::<OrderView>(&format!("key-{task}"), 1);
        tasks.spawn(async move { orders::place(&app, &ctx, wish, conditions).await });
    }
    let ended = tasks.join_all().await;
    let page = app.orders.page(ctx.scope(), &Default::default()).await.unwrap();
    assert_eq!(page.rows.len(), 1);
    let winner = page.rows[0].id.uuid();
    assert_eq!(ended.iter().filter(|done| matches!(done, Ok(Done::Kept(_)))).count(), 1);
    for refused in ended.into_iter().filter_map(Result::err) {
        let Error::Taken { taken: Taken::OrderExternalReference, existing_id } = refused else { panic!("{refused:?}") };
        assert_eq!(existing_id, Some(winner));
    }
}

/// Once a deactivation is acknowledged no order is placed, and no items are replaced, for that customer.
pub async fn no_order_after_a_deactivation(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = customer(&app, &ctx, "Ada").await;
    let inactive = Arc::new(AtomicBool::new(false));
    let placed = Arc::new(AtomicUsize::new(0));

    let mut tasks = JoinSet::new();
    for task in 0..4 {
        let (app, ctx) = (if task % 2 == 0 { app.clone() } else { other.clone() }, ctx.clone());
        let (inactive, placed) = (Arc::clone(&inactive), Arc::clone(&placed));
        tasks.spawn(async move {
            loop {
                let was_inactive = inactive.load(Ordering::SeqCst);
                match orders::place(&app, &ctx, wish_order(ada.id), Conditions::default()).await {
                    Ok(_) => {
                        assert!(!was_inactive, "placed after the deactivation was acknowledged");
                        placed.fetch_add(1, Ordering::SeqCst);
                    }
                    Err(error) => return assert_eq!(error.code(), Code::CustomerInactive, "{error:?}"),
                }
            }
        });
    }
    while placed.load(Ordering::SeqCst) < 4 {
        tokio::task::yield_now().await;
    }
    customers::deactivate(&app, &ctx, ada.id, Conditions::default()).await.unwrap();
    inactive.store(true, Ordering::SeqCst);
    tasks.join_all().await;

    let count = app.orders.count(ctx.scope(), &OrderFilter::default(), 10_000).await.unwrap();
    assert_eq!(count, placed.load(Ordering::SeqCst) as u64);
}

pub async fn a_quota_holds_under_a_rush(harness: &impl Harness) {
    let (app, other) = harness.pair().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let charge = Charge { period: time("2026-01-15T12:00:00Z").utc_date().period(), max: 50 };

    let mut tasks = JoinSet::new();
    for task in 0..MANY {
        let (app, ctx) = (if task % 2 == 0 { app.clone() } else { other.clone() }, ctx.clone());
        tasks.spawn(async move {
            let mut taken = Vec::new();
            while let Taking::Taken(ticket) = app.numbers.take(ctx.scope(), Some(charge)).await.unwrap() {
                taken.push(ticket.number);
            }
            taken
        });
    }
    let mut taken: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    let count = taken.len();
    taken.sort_unstable();
    taken.dedup();
    assert_eq!((taken.len(), count), (50, 50), "numbers are unique and the quota is used to its end");
}

/// A crowd on one order, half of it on another instance: everybody is overtaken, nobody is turned away.
pub async fn forty_notes_at_once_are_all_written(harness: &impl Harness) {
    const CROWD: usize = 40;
    let (app, other) = harness.pair().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = customer(&app, &ctx, "Ada").await;
    let placed = order(&app, &ctx, ada.id).await;

    let mut tasks = JoinSet::new();
    for task in 0..CROWD {
        let (app, ctx) = (if task % 2 == 0 { app.clone() } else { other.clone() }, ctx.clone());
        let note = Note::parse(&format!("note {task}")).unwrap();
        let conditions = once::<EventView>(&format!("key-{task}"), 1);
        tasks.spawn(async move { orders::add_note(&app, &ctx, placed.id, note, conditions).await });
    }
    let ended = tasks.join_all().await;
    let refused: Vec<_> = ended.iter().filter_map(|ended| ended.as_ref().err()).collect();
    assert!(refused.is_empty(), "{} of {CROWD} were turned away: {:?}", refused.len(), refused[0]);
    let of = AggregateRef::new(AggregateType::Order, placed.id.uuid());
    let history = app.events.page(ctx.scope(), of, None, PageLimit::MAX).await.unwrap().rows;
    assert_eq!(history.len(), 1 + CROWD);
}
