//! PT7, PT8, PT11, PT13: any sequence of commands, against a model of the rules written once more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod common;

use common::{at, item, object, patch, placing, policy, reference, renumbered, text, why};
use orderbase_kernel::{Patch, Timestamp};
use orderbase_orders::{
    MetaValue, Metadata, NewItem, Note, Order, OrderError, OrderEvent, OrderPowers, OrderStatus, UpdateOrder,
};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Command {
    Confirm,
    Process,
    Complete,
    Cancel { power: bool, note: bool },
    Replace(Vec<(i64, i64)>),
    Update { reference: Patch<u8>, key: Option<(u8, Option<u8>)> },
    Note,
}

fn command() -> impl Strategy<Value = Command> {
    let reference = prop_oneof![Just(Patch::Keep), Just(Patch::Clear), (0_u8..3).prop_map(Patch::Set)];
    let key = proptest::option::of((0_u8..3, proptest::option::of(0_u8..2)));
    prop_oneof![
        2 => Just(Command::Confirm),
        2 => Just(Command::Process),
        2 => Just(Command::Complete),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(power, note)| Command::Cancel { power, note }),
        3 => proptest::collection::vec((1_i64..3, 1_i64..3), 0..3).prop_map(Command::Replace),
        3 => (reference, key).prop_map(|(reference, key)| Command::Update { reference, key }),
        1 => Just(Command::Note),
    ]
}

/// Commands, each with the milliseconds the clock went on; clocks also go back.
fn history() -> impl Strategy<Value = Vec<(Command, i64)>> {
    proptest::collection::vec((command(), -500_i64..2_000), 1..25)
}

fn lines(content: &[(i64, i64)], from: u64) -> Vec<NewItem> {
    let lines: Vec<_> = content.iter().map(|(minor, quantity)| item(1, *minor, *quantity)).collect();
    renumbered(&lines, from)
}

fn run(order: &mut Order, command: &Command, step: u64, at: Timestamp) -> Result<Option<OrderEvent>, OrderError> {
    match command {
        Command::Confirm => order.confirm(at),
        Command::Process => order.process(at),
        Command::Complete => order.complete(at),
        Command::Cancel { power, note } => {
            order.cancel(why(note.then_some("n")), OrderPowers { cancel_processing: *power }, at)
        }
        Command::Replace(content) => order.replace_items(lines(content, 100 * (step + 1)), &policy(), at),
        Command::Update { reference: name, key } => {
            let metadata = key.map(|(key, value)| {
                patch(&[(&format!("k{key}"), value.map_or(MetaValue::Null, |value| text(&value.to_string())))])
            });
            order.update(UpdateOrder { external_reference: name.map(|n| reference(&format!("r{n}"))), metadata }, at)
        }
        Command::Note => order.add_note(Note::parse("n").unwrap(), at),
    }
}

/// What an order is, in the plainest terms.
#[derive(Debug, Clone, PartialEq)]
struct Model {
    status: OrderStatus,
    content: Vec<(i64, i64)>,
    reference: Option<u8>,
    keys: [Option<u8>; 3],
    events: u64,
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Effect,
    Nothing,
    Refused,
}

impl Model {
    fn step(&mut self, command: &Command) -> Outcome {
        use OrderStatus::{Cancelled, Completed, Confirmed, Pending, Processing};
        let before = self.clone();
        let refused = match (command, self.status) {
            (Command::Confirm, Pending | Confirmed) => self.go(Confirmed),
            (Command::Process, Confirmed | Processing) => self.go(Processing),
            (Command::Complete, Processing | Completed) => self.go(Completed),
            (Command::Cancel { .. }, Pending | Confirmed | Cancelled)
            | (Command::Cancel { power: true, note: true }, Processing) => self.go(Cancelled),
            (Command::Confirm | Command::Process | Command::Complete | Command::Cancel { .. }, _) => true,
            (Command::Replace(content), Pending) => {
                self.content.clone_from(content);
                content.is_empty()
            }
            (Command::Replace(_), _) => true,
            (Command::Update { reference, key }, status) => {
                match reference {
                    Patch::Keep => {}
                    Patch::Clear => self.reference = None,
                    Patch::Set(name) => self.reference = Some(*name),
                }
                if let Some((key, value)) = key {
                    self.keys[usize::from(*key)] = *value;
                }
                let settled = matches!(status, Completed | Cancelled) && before.reference.is_some();
                settled && self.reference != before.reference
            }
            (Command::Note, _) => {
                self.events += 1;
                return Outcome::Effect;
            }
        };
        if refused {
            *self = before;
            return Outcome::Refused;
        }
        if *self == before {
            return Outcome::Nothing;
        }
        self.events += 1;
        Outcome::Effect
    }

    fn go(&mut self, status: OrderStatus) -> bool {
        self.status = status;
        false
    }

    fn of(order: &Order) -> Self {
        let value = |key: usize| match order.metadata().entries().get(&format!("k{key}")) {
            Some(MetaValue::Text(text)) => Some(text.parse().unwrap()),
            None => None,
            other => panic!("{other:?}"),
        };
        let content = order.items().iter().map(|i| (i.unit_price().minor(), i64::from(i.quantity().get()))).collect();
        Self {
            status: order.status(),
            content,
            reference: order.external_reference().map(|name| name.as_str()[1..].parse().unwrap()),
            keys: [value(0), value(1), value(2)],
            events: order.version().get(),
        }
    }
}

/// I1–I5 of the specification, read off the getters.
fn invariants(order: &Order) {
    assert!((1..=2_000).contains(&order.items().len()));
    assert!(order.items().windows(2).all(|pair| pair[0].id() < pair[1].id()));
    assert!(order.items().iter().all(|item| item.unit_price().currency() == order.currency()));
    let sum: i128 =
        order.items().iter().map(|i| i128::from(i.unit_price().minor()) * i128::from(i.quantity().get())).sum();
    assert_eq!(i128::from(order.total().minor()), sum);
    let steps = [order.confirmed_at(), order.processing_at(), order.completed_at()];
    let taken = steps.iter().take_while(|step| step.is_some()).count();
    assert!(steps[taken..].iter().all(Option::is_none), "steps are taken in order");
    match order.status() {
        OrderStatus::Pending => assert_eq!(taken, 0),
        OrderStatus::Confirmed => assert_eq!(taken, 1),
        OrderStatus::Processing => assert_eq!(taken, 2),
        OrderStatus::Completed => assert_eq!(taken, 3),
        OrderStatus::Cancelled => assert!(taken < 3),
    }
    let cancelled = order.status() == OrderStatus::Cancelled;
    assert_eq!((order.cancelled_at().is_some(), order.cancel_details().is_some()), (cancelled, cancelled));
    let times =
        [Some(order.created_at())].into_iter().chain(steps).chain([order.cancelled_at(), Some(order.updated_at())]);
    assert!(times.flatten().is_sorted());
    assert_eq!(order.id().timestamp(), Some(order.created_at()));
    assert_eq!(Order::rehydrate(order.to_parts()).as_ref(), Ok(order), "what is stored is what is read");
}

/// I6–I8: what one step may not touch.
fn step_invariants(before: &Order, after: &Order) {
    let fixed = |o: &Order| {
        (o.id(), o.tenant_id(), o.number(), o.customer_id(), o.currency(), o.created_at(), o.business_date())
    };
    assert_eq!(fixed(before), fixed(after));
    if before.status() != OrderStatus::Pending {
        assert_eq!((before.items(), before.total()), (after.items(), after.total()));
    }
    if before.status().is_terminal() {
        assert_eq!(before.status(), after.status());
    }
}

fn start() -> (Order, OrderEvent) {
    let metadata = Metadata::try_new(object(&[("k0", text("0"))])).unwrap();
    let command = orderbase_orders::PlaceOrder { metadata, ..placing(lines(&[(1, 1), (2, 2)], 1)) };
    Order::place(command, &policy()).unwrap()
}

proptest! {
    /// PT7, PT8
    #[test]
    fn any_history_keeps_the_rules(history in history()) {
        let (mut order, placed) = start();
        prop_assert_eq!(Some(order.created_at()), order.id().timestamp());
        let (mut model, mut events, mut clock) = (Model::of(&order), vec![placed], 0);
        for (step, (command, passed)) in (0..).zip(&history) {
            clock += passed;
            let before = order.clone();
            let outcome = run(&mut order, command, step, at(clock));
            let expected = model.step(command);
            invariants(&order);
            step_invariants(&before, &order);
            match outcome {
                Ok(Some(event)) => {
                    prop_assert_eq!(expected, Outcome::Effect, "{:?}", command);
                    prop_assert_eq!(event.sequence.get(), before.version().get() + 1);
                    prop_assert_eq!(event.occurred_at, at(clock).max(before.updated_at()));
                    prop_assert_eq!((order.version(), order.updated_at()), (event.sequence, event.occurred_at));
                    prop_assert!(!event.changed().is_empty());
                    events.push(event);
                }
                Ok(None) => {
                    prop_assert_eq!(expected, Outcome::Nothing, "{:?}", command);
                    prop_assert_eq!(&order, &before);
                }
                Err(error) => {
                    prop_assert_eq!(expected, Outcome::Refused, "{:?} {}", command, error);
                    prop_assert_eq!(&order, &before);
                }
            }
            prop_assert_eq!(&Model::of(&order), &model);
            prop_assert_eq!(Order::from_events(&events), Ok(order.clone()));
        }
        prop_assert_eq!(events.len() as u64, order.version().get());
    }

    /// PT8: a fold notices a missing, repeated or swapped event.
    #[test]
    fn a_broken_history_is_noticed(history in history(), which in any::<proptest::sample::Index>()) {
        let (mut order, placed) = start();
        let mut events = vec![placed];
        for (step, (command, _)) in (0..).zip(&history) {
            events.extend(run(&mut order, command, step, at(1_000)).ok().flatten());
        }
        let at = which.index(events.len());
        let mut doubled = events.clone();
        doubled.insert(at, events[at].clone());
        prop_assert!(Order::from_events(&doubled).is_err());
        if at + 1 < events.len() {
            let mut gap = events.clone();
            gap.remove(at);
            prop_assert!(Order::from_events(&gap).is_err());
            events.swap(at, at + 1);
            prop_assert!(Order::from_events(&events).is_err());
        }
    }

    /// PT11: whatever had an effect has none when repeated at once, but for notes, which are appended.
    #[test]
    fn a_repeat_yields_no_event(history in history()) {
        let (mut order, _) = start();
        for (step, (command, _)) in (0..).zip(&history) {
            if run(&mut order, command, step, at(1_000)).is_ok() && !matches!(command, Command::Note) {
                let after = order.clone();
                // A late cancel is repeated without its power and note, which the first needed.
                let repeat = match command {
                    Command::Cancel { .. } => Command::Cancel { power: false, note: false },
                    other => other.clone(),
                };
                prop_assert_eq!(run(&mut order, &repeat, step + 50, at(2_000)), Ok(None), "{:?}", command);
                prop_assert_eq!(&order, &after);
            }
        }
    }
}
