//! PT9, PT10, PT11: every state against every transition, with and without power and note.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod common;

use common::{ALL_POWERS, NO_POWERS, at, order_in, why};
use orderbase_kernel::Timestamp;
use orderbase_orders::{Order, OrderError, OrderEvent, OrderPowers, OrderStatus, Transition};

fn take(
    order: &mut Order,
    transition: Transition,
    powers: OrderPowers,
    note: Option<&str>,
    at: Timestamp,
) -> Result<Option<OrderEvent>, OrderError> {
    match transition {
        Transition::Confirm => order.confirm(at),
        Transition::Process => order.process(at),
        Transition::Complete => order.complete(at),
        Transition::Cancel => order.cancel(why(note), powers, at),
    }
}

/// The table of the specification, written once more: the state after, the same state for a repeat, or nothing.
fn table(from: OrderStatus, transition: Transition) -> Option<OrderStatus> {
    use OrderStatus::{Cancelled, Completed, Confirmed, Pending, Processing};
    match (from, transition) {
        (Pending | Confirmed, Transition::Confirm) => Some(Confirmed),
        (Confirmed | Processing, Transition::Process) => Some(Processing),
        (Processing | Completed, Transition::Complete) => Some(Completed),
        (Pending | Confirmed | Processing | Cancelled, Transition::Cancel) => Some(Cancelled),
        _ => None,
    }
}

#[test]
fn every_state_meets_every_transition() {
    for from in OrderStatus::ALL {
        for transition in Transition::ALL {
            for powers in [NO_POWERS, ALL_POWERS] {
                for note in [None, Some("lost in the warehouse")] {
                    one_case(from, transition, powers, note);
                }
            }
        }
    }
}

fn one_case(from: OrderStatus, transition: Transition, powers: OrderPowers, note: Option<&str>) {
    let before = order_in(from);
    let mut order = before.clone();
    let outcome = take(&mut order, transition, powers, note, at(60_000));
    let case = format!("{from} {transition} {powers:?} {note:?}");
    let late_cancel = from == OrderStatus::Processing && transition == Transition::Cancel;
    match table(from, transition) {
        _ if late_cancel && !powers.cancel_processing => {
            assert_eq!(outcome, Err(OrderError::CancelProcessingDenied), "{case}");
        }
        _ if late_cancel && note.is_none() => assert_eq!(outcome, Err(OrderError::CancelNoteRequired), "{case}"),
        None => {
            let allowed = from.allowed_transitions();
            assert_eq!(outcome, Err(OrderError::InvalidTransition { from, attempted: transition, allowed }), "{case}");
        }
        Some(target) if target == from => assert_eq!(outcome, Ok(None), "{case}"),
        Some(target) => {
            let event = outcome.unwrap().unwrap();
            assert_eq!((order.status(), event.sequence), (target, before.version().next()), "{case}");
            assert_eq!((event.occurred_at, order.version()), (at(60_000), event.sequence), "{case}");
            return;
        }
    }
    assert_eq!(order, before, "{case}");
}

/// PT10
#[test]
fn what_is_allowed_is_what_succeeds_with_every_power() {
    for from in OrderStatus::ALL {
        for transition in Transition::ALL {
            let mut order = order_in(from);
            let listed = order.allowed_transitions().contains(&transition);
            let outcome = take(&mut order, transition, ALL_POWERS, Some("why"), at(60_000));
            assert_eq!(listed, matches!(outcome, Ok(Some(_))), "{from} {transition}");
        }
    }
}

/// PT11
#[test]
fn a_repeat_yields_no_event() {
    for from in OrderStatus::ALL {
        for transition in Transition::ALL {
            let mut order = order_in(from);
            if take(&mut order, transition, ALL_POWERS, Some("why"), at(60_000)).is_err() {
                continue;
            }
            let after = order.clone();
            for note in [None, Some("another reason")] {
                assert_eq!(take(&mut order, transition, NO_POWERS, note, at(70_000)), Ok(None), "{from} {transition}");
            }
            assert_eq!(order, after);
        }
    }
}

#[test]
fn events_say_what_changed() {
    let mut order = order_in(OrderStatus::Pending);
    let mut seen = Vec::new();
    for transition in [Transition::Confirm, Transition::Process, Transition::Cancel] {
        let event = take(&mut order, transition, ALL_POWERS, Some("why"), at(60_000)).unwrap().unwrap();
        seen.push((event.event_type(), event.changed().join(",")));
    }
    let expected = [
        ("order.confirmed", "status,confirmed_at"),
        ("order.processing_started", "status,processing_at"),
        ("order.cancelled", "status,cancelled_at,cancel"),
    ];
    assert_eq!(seen, expected.map(|(event, changed)| (event, changed.to_owned())));
    assert_eq!(order.cancel_details(), Some(&why(Some("why"))));
}
