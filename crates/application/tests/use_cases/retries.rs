//! When others are faster, and when the storage fails.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use orderbase_application::changeset::{Changeset, Outcome, Unique};
use orderbase_application::orders;
use orderbase_application::ports::{Commits, StorageError, Turn};
use orderbase_application::testing::{Upset, World, customer, once, order, order_as, wish_order};
use orderbase_application::views::OrderView;
use orderbase_application::{App, Code, Conditions, Ctx, Error, IfMatch, Scope};
use orderbase_kernel::{AggregateRef, AggregateType, OrderId};
use orderbase_orders::{Note, OrderStatus};

use super::{code, fresh, if_match, none, shop};

/// Lets somebody else add a note just before each of the next commits.
struct Rival {
    behind: App,
    ctx: Ctx,
    id: OrderId,
    left: std::sync::atomic::AtomicUsize,
    turns: Arc<Mutex<Vec<AggregateRef>>>,
}

#[async_trait]
impl Commits for Rival {
    async fn commit(&self, scope: Scope, changeset: Changeset) -> Result<Outcome, StorageError> {
        use std::sync::atomic::Ordering::SeqCst;
        if !changeset.is_check() && self.left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok() {
            orders::add_note(&self.behind, &self.ctx, self.id, Note::parse("first").unwrap(), none()).await.unwrap();
        }
        self.behind.commits.commit(scope, changeset).await
    }

    async fn turn(&self, scope: Scope, of: AggregateRef, turn: &mut Turn) {
        self.turns.lock().unwrap().push(of);
        self.behind.commits.turn(scope, of, turn).await;
        assert_eq!(turn.is_held(), self.turns.lock().unwrap().len() > 1, "who was overtaken holds the turn");
    }
}

async fn rival(world: &World, ctx: &Ctx, notes: usize) -> (App, OrderView) {
    let ada = customer(&world.app, ctx, "Ada").await;
    let placed = order(&world.app, ctx, ada.id).await;
    let rival =
        Rival { behind: world.app.clone(), ctx: ctx.clone(), id: placed.id, left: notes.into(), turns: Arc::default() };
    (App { commits: Arc::new(rival), ..world.app.clone() }, placed)
}

#[tokio::test]
async fn a_lost_race_is_run_again_ten_times_in_all() {
    for (rivals, won) in [(1, true), (2, true), (9, true), (10, false)] {
        let (world, ctx) = shop().await;
        let (app, placed) = rival(&world, &ctx, rivals).await;
        let ended = orders::confirm(&app, &ctx, placed.id, once::<OrderView>("key", 1)).await;
        let stored = orders::get(&app, &ctx, placed.id, false).await.unwrap().order;
        if won {
            ended.unwrap();
            assert_eq!((stored.status, stored.version.get()), (OrderStatus::Confirmed, 2 + rivals as u64));
        } else {
            assert_eq!(code(ended), Code::WriteConflict);
            assert_eq!(stored.status, OrderStatus::Pending);
        }
    }
}

/// Each try has its turn on the one order; where the version decides, nobody waits for it.
#[tokio::test]
async fn each_try_waits_for_its_turn() {
    for (conditions, tries) in [(none(), 3), (if_match(&[1]), 0)] {
        let (world, ctx) = shop().await;
        let ada = customer(&world.app, &ctx, "Ada").await;
        let placed = order(&world.app, &ctx, ada.id).await;
        let turns = Arc::default();
        let rival = Rival {
            behind: world.app.clone(),
            ctx: ctx.clone(),
            id: placed.id,
            left: 2.into(),
            turns: Arc::clone(&turns),
        };
        let app = App { commits: Arc::new(rival), ..world.app.clone() };
        assert_eq!(orders::confirm(&app, &ctx, placed.id, conditions).await.is_ok(), tries > 0);
        let of = AggregateRef::new(AggregateType::Order, placed.id.uuid());
        assert_eq!(*turns.lock().unwrap(), vec![of; tries]);
    }
}

#[tokio::test]
async fn a_lost_race_under_if_match_is_a_conflict_at_once() {
    let (world, ctx) = shop().await;
    let (app, placed) = rival(&world, &ctx, 1).await;
    let ended = orders::confirm(&app, &ctx, placed.id, if_match(&[1])).await.unwrap_err();
    assert!(matches!(ended, Error::VersionConflict { current } if current.get() == 2), "{ended:?}");
    assert_eq!(orders::get(&app, &ctx, placed.id, false).await.unwrap().order.status, OrderStatus::Pending);

    let (world, ctx) = shop().await;
    let (app, placed) = rival(&world, &ctx, 1).await;
    let any = Conditions { if_match: IfMatch::Any, ..Conditions::default() };
    assert_eq!(fresh(orders::confirm(&app, &ctx, placed.id, any).await).version.get(), 3);
}

#[tokio::test]
async fn a_failed_storage_is_told_apart() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let placed = order(app, &ctx, ada.id).await;
    for (upset, expected) in [
        (Upset::Busy, Code::Overloaded),
        (Upset::Unavailable, Code::DependencyUnavailable),
        (Upset::LostCommit, Code::OutcomeUnknown),
    ] {
        world.commits.plan([upset]);
        assert_eq!(code(orders::confirm(app, &ctx, placed.id, none()).await), expected);
    }
    assert_eq!(orders::get(app, &ctx, placed.id, false).await.unwrap().order, placed);
    world.commits.plan([Upset::Answer(Outcome::InProgress)]);
    let busy = orders::confirm(app, &ctx, placed.id, once("key", 1)).await;
    assert_eq!(code(busy), Code::IdempotencyInProgress);
}

fn number(order: &OrderView) -> u64 {
    order.number.get()
}

#[tokio::test]
async fn a_number_goes_back_unless_it_may_have_been_used() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let first = number(&order(app, &ctx, ada.id).await);

    // Refused by the domain, under lock, by a storage that has certainly not written, and by a repeat: nothing is burnt.
    let mut nothing = wish_order(ada.id);
    nothing.items.clear();
    assert_eq!(code(orders::place(app, &ctx, nothing, none()).await), Code::ValidationFailed);
    let nobody = orderbase_kernel::CustomerId::from_uuid(app.ids.next(app.clock.now()));
    assert_eq!(code(orders::place(app, &ctx, wish_order(nobody), none()).await), Code::CustomerNotFound);
    world.commits.plan([Upset::Busy, Upset::Unavailable]);
    assert_eq!(code(orders::place(app, &ctx, wish_order(ada.id), none()).await), Code::Overloaded);
    assert_eq!(code(orders::place(app, &ctx, wish_order(ada.id), none()).await), Code::DependencyUnavailable);
    orders::place(app, &ctx, wish_order(ada.id), once("key", 1)).await.unwrap();
    orders::place(app, &ctx, wish_order(ada.id), once("key", 1)).await.unwrap();
    assert_eq!(number(&order(app, &ctx, ada.id).await), first + 2);

    // Of an unknown outcome the number may stand in the database.
    for upset in [Upset::LostCommit, Upset::LostAnswer] {
        world.commits.plan([upset]);
        assert_eq!(code(orders::place(app, &ctx, wish_order(ada.id), none()).await), Code::OutcomeUnknown);
    }
    assert_eq!(number(&order(app, &ctx, ada.id).await), first + 5);
}

#[tokio::test]
async fn a_number_in_use_is_replaced_once() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let in_use = || Upset::Answer(Outcome::Duplicate { unique: Unique::OrderNumber, existing_id: None });
    world.commits.plan([in_use()]);
    let placed = order_as(app, &ctx, wish_order(ada.id)).await;
    assert_eq!(number(&placed), 1_002, "the number that was taken is nobody's to give back");
    world.commits.plan([in_use(), in_use()]);
    assert_eq!(code(orders::place(app, &ctx, wish_order(ada.id), none()).await), Code::WriteConflict);
}
