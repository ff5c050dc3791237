//! A key makes a command take effect once, and every repeat gets the first answer.

use orderbase_application::conditions::Done;
use orderbase_application::testing::{Upset, customer, once, order, wish_customer, wish_order};
use orderbase_application::views::{CustomerView, OrderFilter, OrderView};
use orderbase_application::{Code, Conditions, Ctx, IfMatch, customers, orders};
use orderbase_orders::{Cancel, CancelReason, OrderStatus};

use super::{code, fresh, none, shop};

fn kept<V>(done: Done<V>) -> Vec<u8> {
    match done {
        Done::Kept(answer) => answer.body.clone(),
        Done::Fresh(_) => panic!("nothing was kept"),
        Done::Replayed(_) => panic!("it was a repeat"),
    }
}

fn replayed<V>(done: Done<V>) -> Vec<u8> {
    match done {
        Done::Replayed(answer) => answer.body.clone(),
        _ => panic!("it was no repeat"),
    }
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_though_the_order_has_moved_on() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let first = kept(orders::place(app, &ctx, wish_order(ada.id), once("place", 1)).await.unwrap());
    let placed = app.orders.page(ctx.scope(), &Default::default()).await.unwrap().rows.remove(0);
    let confirmed = kept(orders::confirm(app, &ctx, placed.id, once("confirm", 2)).await.unwrap());
    fresh(orders::process(app, &ctx, placed.id, none()).await);
    customers::deactivate(app, &ctx, ada.id, none()).await.unwrap();

    // Each of these would be refused by now, were it not a repeat.
    assert_eq!(replayed(orders::place(app, &ctx, wish_order(ada.id), once("place", 1)).await.unwrap()), first);
    assert_eq!(replayed(orders::confirm(app, &ctx, placed.id, once("confirm", 2)).await.unwrap()), confirmed);
    let stale = Conditions { if_match: IfMatch::Versions(vec![1]), ..once::<OrderView>("confirm", 2) };
    assert_eq!(replayed(orders::confirm(app, &ctx, placed.id, stale).await.unwrap()), confirmed);
    assert_eq!(app.orders.count(ctx.scope(), &OrderFilter::default(), 10).await.unwrap(), 1);
    // Without the key it is.
    assert_eq!(code(orders::confirm(app, &ctx, placed.id, none()).await), Code::OrderInvalidTransition);
}

#[tokio::test]
async fn a_key_with_another_request_is_refused_before_the_command_is() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let placed = order(app, &ctx, ada.id).await;
    kept(orders::confirm(app, &ctx, placed.id, once("key", 1)).await.unwrap());
    // With effect, without effect, refused, and of something that is not there.
    assert_eq!(code(orders::process(app, &ctx, placed.id, once("key", 2)).await), Code::IdempotencyKeyReused);
    assert_eq!(code(orders::confirm(app, &ctx, placed.id, once("key", 2)).await), Code::IdempotencyKeyReused);
    assert_eq!(code(orders::complete(app, &ctx, placed.id, once("key", 2)).await), Code::IdempotencyKeyReused);
    let unknown = orderbase_kernel::OrderId::from_uuid(app.ids.next(app.clock.now()));
    assert_eq!(code(orders::complete(app, &ctx, unknown, once("key", 2)).await), Code::IdempotencyKeyReused);
    assert_eq!(orders::get(app, &ctx, placed.id, false).await.unwrap().order.status, OrderStatus::Confirmed);
}

#[tokio::test]
async fn a_refusal_and_a_no_op_leave_the_key_free() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let placed = order(app, &ctx, ada.id).await;

    assert_eq!(code(orders::complete(app, &ctx, placed.id, once("key", 1)).await), Code::OrderInvalidTransition);
    fresh(orders::confirm(app, &ctx, placed.id, none()).await);
    let no_op = orders::confirm(app, &ctx, placed.id, once("key", 2)).await.unwrap();
    assert!(matches!(no_op, Done::Fresh(_)), "a no-op was kept");
    kept(orders::process(app, &ctx, placed.id, once("key", 3)).await.unwrap());
    // What the storage refuses under lock leaves it free as well.
    customers::deactivate(app, &ctx, ada.id, none()).await.unwrap();
    assert_eq!(code(orders::place(app, &ctx, wish_order(ada.id), once("place", 1)).await), Code::CustomerInactive);
    customers::reactivate(app, &ctx, ada.id, none()).await.unwrap();
    kept(orders::place(app, &ctx, wish_order(ada.id), once("place", 2)).await.unwrap());
}

/// Everything but what is unavailable or broken goes out only after the key was tried: by a commit or by a check, never by both.
#[tokio::test]
async fn every_result_meets_the_claim_once() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let placed = order(app, &ctx, ada.id).await;
    world.commits.take_seen();
    let tried = || {
        let seen = world.commits.take_seen();
        (
            seen.len(),
            seen.iter().filter(|changeset| changeset.claim.is_some()).count(),
            seen.iter().any(|it| it.is_check()),
        )
    };

    orders::confirm(app, &ctx, placed.id, once("a", 1)).await.unwrap();
    assert_eq!(tried(), (1, 1, false), "an effect");
    orders::confirm(app, &ctx, placed.id, once("b", 1)).await.unwrap();
    assert_eq!(tried(), (1, 1, true), "a no-op");
    orders::complete(app, &ctx, placed.id, once("c", 1)).await.unwrap_err();
    assert_eq!(tried(), (1, 1, true), "a refusal");
    let cancel = Cancel { reason: CancelReason::Other, note: None };
    let stale = Conditions { if_match: IfMatch::Versions(vec![9]), ..once::<OrderView>("d", 1) };
    orders::cancel(app, &ctx, placed.id, cancel, stale).await.unwrap_err();
    assert_eq!(tried(), (1, 1, true), "a stale tag");
    orders::confirm(app, &ctx, placed.id, none()).await.unwrap();
    assert_eq!(tried(), (0, 0, false), "a no-op without a key costs no round trip");
    let denied = orderbase_application::testing::ctx_with(app, &ctx.tenant, &[]);
    orders::confirm(app, &denied, placed.id, once("e", 1)).await.unwrap_err();
    assert_eq!(tried(), (0, 0, false), "permission stands before the replay");
    world.commits.plan([Upset::Unavailable]);
    orders::process(app, &ctx, placed.id, once("f", 1)).await.unwrap_err();
    assert_eq!(tried(), (1, 1, false), "what is down is not asked again");
}

#[tokio::test]
async fn a_lost_answer_is_made_good_by_the_key() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    for (key, upset, repeated) in [("a", Upset::LostAnswer, true), ("b", Upset::LostCommit, false)] {
        world.commits.plan([upset]);
        let lost = orders::place(app, &ctx, wish_order(ada.id), once(key, 1)).await;
        assert_eq!(code(lost), Code::OutcomeUnknown);
        let again = orders::place(app, &ctx, wish_order(ada.id), once(key, 1)).await.unwrap();
        assert_eq!(matches!(again, Done::Replayed(_)), repeated);
    }
    assert_eq!(app.orders.count(ctx.scope(), &OrderFilter::default(), 10).await.unwrap(), 2);
}

#[tokio::test]
async fn a_key_is_the_principals_and_lasts_a_day() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let create = |ctx: Ctx| async move {
        customers::create(app, &ctx, wish_customer("Ada"), once::<CustomerView>("key", 1)).await.unwrap()
    };
    let first = kept(create(ctx.clone()).await);
    let colleague = orderbase_application::testing::ctx(app, &ctx.tenant);
    kept(create(colleague).await);

    world.clock.advance_millis(24 * 3_600_000 - 1);
    assert_eq!(replayed(create(ctx.clone()).await), first);
    world.clock.advance_millis(1);
    assert_ne!(kept(create(ctx.clone()).await), first);
}

#[tokio::test]
async fn rights_are_asked_for_again_before_a_repeat() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    kept(orders::place(app, &ctx, wish_order(ada.id), once("key", 1)).await.unwrap());
    let stripped = Ctx { permissions: Default::default(), ..ctx.clone() };
    assert_eq!(code(orders::place(app, &stripped, wish_order(ada.id), once("key", 1)).await), Code::PermissionDenied);
}
