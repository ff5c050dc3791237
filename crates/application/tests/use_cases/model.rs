//! Random sequences of use cases, beside the domain's own aggregate as the model: what one says the other says, and the history
//! is gapless whatever happened.

use orderbase_application::orders::{self, AmountInput, ItemInput, UpdateOrder};
use orderbase_application::testing::{World, customer, once, order, tenant_ctx};
use orderbase_application::views::OrderView;
use orderbase_application::{App, Conditions, Ctx, Done, Error, IfMatch, customers, json};
use orderbase_kernel::{CustomerId, ExternalReference, ItemId, OrderId, PageLimit, Patch, Quantity, UnitPrice};
use orderbase_orders::{Cancel, CancelReason, NewItem, Note, Order, OrderError, OrderEvent, ProductId};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Confirm,
    Process,
    Complete,
    Cancel { note: bool },
    Note,
    Replace { lines: u8 },
    Reference { which: u8 },
    Metadata { which: u8 },
    Deactivate,
    Reactivate,
    Wait,
}

/// A step with how it is sent: under the present tag, an old one or none, with a key or without.
type Sent = (Step, u8, bool);

fn sent() -> impl Strategy<Value = Sent> {
    let step = prop_oneof![
        2 => Just(Step::Confirm),
        2 => Just(Step::Process),
        1 => Just(Step::Complete),
        1 => any::<bool>().prop_map(|note| Step::Cancel { note }),
        2 => Just(Step::Note),
        3 => (0..4_u8).prop_map(|lines| Step::Replace { lines }),
        2 => (0..3_u8).prop_map(|which| Step::Reference { which }),
        2 => (0..3_u8).prop_map(|which| Step::Metadata { which }),
        1 => Just(Step::Deactivate),
        1 => Just(Step::Reactivate),
        1 => Just(Step::Wait),
    ];
    (step, 0..4_u8, any::<bool>())
}

struct Run {
    world: World,
    ctx: Ctx,
    customer: CustomerId,
    id: OrderId,
    model: Order,
    active: bool,
    events: Vec<OrderEvent>,
    keys: u32,
}

fn reference(which: u8) -> Patch<ExternalReference> {
    if which == 0 { Patch::Clear } else { Patch::Set(ExternalReference::parse(&format!("ref-{which}")).unwrap()) }
}

fn metadata(which: u8) -> orderbase_orders::MetadataPatch {
    let text = [r#"{"a":1}"#, r#"{"a":null,"b":{"c":[1.0]}}"#, "{}"][usize::from(which)];
    json::read_metadata_patch(text).unwrap()
}

fn note() -> Note {
    Note::parse("note").unwrap()
}

fn lines(count: u8) -> Vec<ItemInput<AmountInput>> {
    let line = |index| ItemInput {
        product_id: ProductId::parse(&format!("p-{index}")).unwrap(),
        quantity: Quantity::ONE,
        unit_price: AmountInput::parse("0.50").unwrap(),
        sku: None,
        name: None,
    };
    (0..count).map(line).collect()
}

impl Run {
    async fn begin() -> Self {
        let world = World::new();
        let ctx = tenant_ctx(&world.app, "acme").await;
        let ada = customer(&world.app, &ctx, "Ada").await;
        let placed = order(&world.app, &ctx, ada.id).await;
        let model = world.app.aggregates.order(ctx.scope(), placed.id).await.unwrap().unwrap();
        Self { world, ctx, customer: ada.id, id: placed.id, model, active: true, events: Vec::new(), keys: 0 }
    }

    /// What the domain says, with ids of the model's own.
    fn decide(&self, model: &mut Order, step: &Step) -> Result<Option<OrderEvent>, OrderError> {
        let at = self.world.app.clock.now();
        match step {
            Step::Confirm => model.confirm(at),
            Step::Process => model.process(at),
            Step::Complete => model.complete(at),
            Step::Cancel { note: with } => {
                let why = Cancel { reason: CancelReason::Other, note: with.then(note) };
                model.cancel(why, self.ctx.order_powers(), at)
            }
            Step::Note => model.add_note(note(), at),
            Step::Replace { lines } => {
                let line = |index| NewItem {
                    id: ItemId::from_uuid(self.world.app.ids.at(at)),
                    product_id: ProductId::parse(&format!("p-{index}")).unwrap(),
                    quantity: Quantity::ONE,
                    unit_price: UnitPrice::parse("0.50", model.currency()).unwrap(),
                    sku: None,
                    name: None,
                };
                let lines: Vec<_> = (0..*lines).map(line).collect();
                model.replace_items(lines, &self.ctx.order_policy(), at)
            }
            Step::Reference { which } => {
                let update = orderbase_orders::UpdateOrder { external_reference: reference(*which), metadata: None };
                model.update(update, at)
            }
            Step::Metadata { which } => {
                let metadata = Some(metadata(*which));
                model.update(orderbase_orders::UpdateOrder { external_reference: Patch::Keep, metadata }, at)
            }
            Step::Deactivate | Step::Reactivate | Step::Wait => Ok(None),
        }
    }

    async fn ask(&self, step: &Step, conditions: Conditions<OrderView>) -> Result<Done<OrderView>, Error> {
        let (app, ctx, id): (&App, &Ctx, _) = (&self.world.app, &self.ctx, self.id);
        match step {
            Step::Confirm => orders::confirm(app, ctx, id, conditions).await,
            Step::Process => orders::process(app, ctx, id, conditions).await,
            Step::Complete => orders::complete(app, ctx, id, conditions).await,
            Step::Cancel { note: with } => {
                let why = Cancel { reason: CancelReason::Other, note: with.then(note) };
                orders::cancel(app, ctx, id, why, conditions).await
            }
            Step::Note => {
                let conditions = Conditions { if_match: conditions.if_match, once: None };
                orders::add_note(app, ctx, id, note(), conditions).await?;
                Ok(Done::Fresh(orders::get(app, ctx, id, false).await?.order))
            }
            Step::Replace { lines: count } => orders::replace_items(app, ctx, id, lines(*count), conditions).await,
            Step::Reference { which } => {
                let update = UpdateOrder { external_reference: reference(*which), metadata: Patch::Keep };
                orders::update(app, ctx, id, update, conditions).await
            }
            Step::Metadata { which } => {
                let metadata = Patch::Set(metadata(*which));
                orders::update(app, ctx, id, UpdateOrder { external_reference: Patch::Keep, metadata }, conditions)
                    .await
            }
            Step::Deactivate | Step::Reactivate | Step::Wait => unreachable!("no command on the order"),
        }
    }

    async fn take(&mut self, (step, tag, with_key): Sent) {
        match step {
            Step::Wait => return self.world.clock.advance_millis(7),
            Step::Deactivate => {
                customers::deactivate(&self.world.app, &self.ctx, self.customer, Conditions::default()).await.unwrap();
                return self.active = false;
            }
            Step::Reactivate => {
                customers::reactivate(&self.world.app, &self.ctx, self.customer, Conditions::default()).await.unwrap();
                return self.active = true;
            }
            _ => {}
        }
        self.keys += 1;
        let version = self.model.version().get();
        let (if_match, stale) = match tag {
            0 => (IfMatch::Versions(vec![version]), false),
            1 => (IfMatch::Versions(vec![version + 1, version.saturating_sub(1)]), true),
            2 => (IfMatch::Any, false),
            _ => (IfMatch::Absent, false),
        };
        let key = format!("key-{}", self.keys);
        let conditions = || match with_key {
            true => Conditions { if_match: if_match.clone(), ..once::<OrderView>(&key, 1) },
            false => Conditions { if_match: if_match.clone(), once: None },
        };

        let mut after = self.model.clone();
        let decided = self.decide(&mut after, &step);
        let told = self.ask(&step, conditions()).await;

        match (told, decided) {
            (Err(Error::VersionConflict { current }), _) if stale => assert_eq!(current, self.model.version()),
            (Err(Error::CustomerInactive), Ok(Some(_))) => {
                assert!(!self.active && matches!(step, Step::Replace { .. }), "{step:?}");
            }
            (Err(told), Err(refusal)) => assert_eq!(told.code(), Error::from(refusal).code(), "{step:?}"),
            (Ok(Done::Fresh(view)), Ok(None)) => assert_eq!(view, OrderView::from(&self.model), "{step:?}"),
            (Ok(_), Ok(Some(event))) => {
                assert!(
                    self.active || !matches!(step, Step::Replace { .. }),
                    "an inactive customer's lines were replaced"
                );
                self.events.push(event);
                self.follow(after).await;
                if with_key && !matches!(step, Step::Note) {
                    let again = self.ask(&step, conditions()).await;
                    assert!(matches!(again, Ok(Done::Replayed(_))), "{step:?} again: {again:?}");
                }
            }
            (told, decided) => panic!("{step:?}: told {told:?}, decided {decided:?}"),
        }
    }

    /// The stored order is the model's but for the ids of its lines, which become the model's.
    async fn follow(&mut self, after: Order) {
        let stored = self.world.app.aggregates.order(self.ctx.scope(), self.id).await.unwrap().unwrap();
        let mut parts = after.to_parts();
        for (line, stored) in parts.items.iter_mut().zip(stored.items()) {
            line.id = stored.id();
        }
        assert_eq!(stored.to_parts(), parts);
        self.model = stored;
    }

    async fn end(self) {
        let view = orders::get(&self.world.app, &self.ctx, self.id, false).await.unwrap().order;
        assert_eq!(view, OrderView::from(&self.model));
        let history = orders::timeline(&self.world.app, &self.ctx, self.id, None, PageLimit::MAX).await.unwrap().rows;
        let sequences: Vec<_> = history.iter().map(|event| event.sequence.get()).collect();
        assert_eq!(sequences, (1..=self.model.version().get()).collect::<Vec<_>>());
        assert!(history.windows(2).all(|pair| pair[0].occurred_at <= pair[1].occurred_at));
        let types: Vec<_> = history.iter().skip(1).map(|event| &*event.event_type).collect();
        let decided: Vec<_> = self.events.iter().map(OrderEvent::event_type).collect();
        assert_eq!(types, decided);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn use_cases_say_what_the_domain_says(steps in proptest::collection::vec(sent(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut run = Run::begin().await;
            for step in steps {
                run.take(step).await;
            }
            run.end().await;
        });
    }
}
