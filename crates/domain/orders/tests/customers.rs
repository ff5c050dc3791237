//! The rules of a customer: any sequence of commands against a model, erasure, broken rows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod common;

use common::{at, customer, object, patch, reference, text};
use orderbase_kernel::{CustomerId, Email, Name, Patch, Timestamp, Uuid, Version};
use orderbase_orders::{
    CreateCustomer, Customer, CustomerError, CustomerEvent, CustomerParts, CustomerStatus, MetaValue, Metadata,
    UpdateCustomer,
};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Command {
    Update(UpdateCustomer),
    Deactivate,
    Reactivate,
    Anonymise,
}

fn command() -> impl Strategy<Value = Command> {
    let name = proptest::option::of("[A-B]".prop_map(|text| Name::parse(&text).unwrap()));
    let email = "[a-b]@x".prop_map(|text| Email::parse(&text).unwrap());
    let email = prop_oneof![Just(Patch::Keep), Just(Patch::Clear), email.prop_map(Patch::Set)];
    let code = "[a-b]".prop_map(|text| reference(&text));
    let code = prop_oneof![Just(Patch::Keep), Just(Patch::Clear), code.prop_map(Patch::Set)];
    let value = prop_oneof![Just(MetaValue::Null), "[a-b]".prop_map(MetaValue::Text)];
    let metadata = proptest::option::of(("[k-l]", value).prop_map(|(key, value)| patch(&[(&key, value)])));
    let update = (name, email, code, metadata).prop_map(|(name, email, external_reference, metadata)| {
        Command::Update(UpdateCustomer { name, email, external_reference, metadata })
    });
    prop_oneof![6 => update, 3 => Just(Command::Deactivate), 3 => Just(Command::Reactivate), 1 => Just(Command::Anonymise)]
}

fn run(customer: &mut Customer, command: Command, at: Timestamp) -> Result<Option<CustomerEvent>, CustomerError> {
    match command {
        Command::Update(update) => customer.update(update, at),
        Command::Deactivate => customer.deactivate(at),
        Command::Reactivate => customer.reactivate(at),
        Command::Anonymise => customer.anonymise(at),
    }
}

/// The parts after a command, computed from the parts before; `None` for a refusal.
fn expected(mut parts: CustomerParts, command: &Command, at: Timestamp) -> Option<CustomerParts> {
    if parts.anonymised_at.is_some() {
        return matches!(command, Command::Anonymise).then_some(parts);
    }
    let before = parts.clone();
    match command.clone() {
        Command::Update(update) => {
            parts.name = update.name.unwrap_or(parts.name);
            update.email.apply_to(&mut parts.email);
            update.external_reference.apply_to(&mut parts.external_reference);
            if let Some(patch) = update.metadata {
                parts.metadata = parts.metadata.merge(&patch).unwrap();
            }
        }
        Command::Deactivate => parts.status = CustomerStatus::Inactive,
        Command::Reactivate => parts.status = CustomerStatus::Active,
        Command::Anonymise => {
            parts.name = Name::parse("Anonymised customer").unwrap();
            (parts.email, parts.external_reference, parts.metadata) = (None, None, Metadata::empty());
            parts.status = CustomerStatus::Inactive;
            parts.anonymised_at = Some(at.max(parts.updated_at));
        }
    }
    if parts != before {
        parts.updated_at = at.max(parts.updated_at);
        parts.version = parts.version.next();
    }
    Some(parts)
}

proptest! {
    /// PT7, PT8, PT11 for customers
    #[test]
    fn any_history_keeps_the_rules(history in proptest::collection::vec((command(), -500_i64..2_000), 1..20)) {
        let mut customer = customer();
        let (created, first) = Customer::create(CreateCustomer {
            id: customer.id(),
            tenant_id: customer.tenant_id(),
            name: customer.name().clone(),
            email: customer.email().cloned(),
            external_reference: customer.external_reference().cloned(),
            metadata: customer.metadata().clone(),
        }).unwrap();
        prop_assert_eq!(&created, &customer);
        prop_assert_eq!(customer.id().timestamp(), Some(customer.created_at()));
        let (mut events, mut clock) = (vec![first], 0);
        for (command, passed) in history {
            clock += passed;
            let before = customer.clone();
            let after = expected(before.to_parts(), &command, at(clock));
            let outcome = run(&mut customer, command.clone(), at(clock));
            match (&outcome, after) {
                (Err(error), None) => prop_assert_eq!(error, &CustomerError::Anonymised),
                (Ok(event), Some(parts)) => {
                    prop_assert_eq!(event.is_some(), parts != before.to_parts());
                    prop_assert_eq!(customer.to_parts(), parts);
                }
                (outcome, after) => panic!("{command:?}: {outcome:?} instead of {after:?}"),
            }
            if let Ok(Some(event)) = outcome {
                prop_assert_eq!((event.sequence, event.occurred_at), (customer.version(), customer.updated_at()));
                prop_assert!(!event.changed().is_empty());
                events.push(event);
                let again = customer.clone();
                prop_assert_eq!(run(&mut customer, command, at(clock)), Ok(None));
                prop_assert_eq!(&customer, &again);
            } else {
                prop_assert_eq!(&customer, &before);
            }
            prop_assert_eq!(Customer::from_events(&events), Ok(customer.clone()));
            prop_assert_eq!(Customer::rehydrate(customer.to_parts()), Ok(customer.clone()));
        }
    }
}

#[test]
fn erasure_leaves_no_person() {
    let mut customer = customer();
    let event = customer.anonymise(at(5)).unwrap().unwrap();
    assert_eq!(customer.name().as_str(), "Anonymised customer");
    assert_eq!((customer.email(), customer.external_reference(), customer.metadata().is_empty()), (None, None, true));
    assert_eq!((customer.status(), customer.anonymised_at()), (CustomerStatus::Inactive, Some(at(5))));
    assert_eq!(event.event_type(), "customer.anonymised");
    assert_eq!(event.changed(), ["name", "email", "external_reference", "metadata", "status", "anonymised_at"]);
    assert!(!format!("{event:?}").contains("Ada"), "the event holds nothing of the person");
    assert_eq!(customer.anonymise(at(6)), Ok(None));
    assert_eq!(customer.deactivate(at(6)), Err(CustomerError::Anonymised));
    assert_eq!(customer.reactivate(at(6)), Err(CustomerError::Anonymised));
    assert_eq!(customer.update(UpdateCustomer::default(), at(6)), Err(CustomerError::Anonymised));
    assert_eq!(customer.version().get(), 2);
}

#[test]
fn an_id_without_time_creates_nothing() {
    let command = CreateCustomer {
        id: CustomerId::from_uuid(Uuid::nil()),
        tenant_id: customer().tenant_id(),
        name: customer().name().clone(),
        email: None,
        external_reference: None,
        metadata: Metadata::empty(),
    };
    assert_eq!(Customer::create(command).unwrap_err(), CustomerError::NotV7);
}

#[test]
fn changes_are_named_and_never_shown() {
    let mut customer = customer();
    let update = UpdateCustomer {
        name: Some(Name::parse("Grace").unwrap()),
        email: Patch::Clear,
        external_reference: Patch::Set(reference("crm-1")),
        metadata: Some(patch(&[("tier", MetaValue::Null), ("vip", text("yes"))])),
    };
    let event = customer.update(update, at(1)).unwrap().unwrap();
    assert_eq!(event.changed(), ["name", "email", "metadata.tier", "metadata.vip"]);
}

type Spoil = fn(&mut CustomerParts);

#[test]
fn broken_rows_are_corrupt() {
    let cases: [(Spoil, &str); 8] = [
        (|p| p.created_at = at(1), "created_at is the time in the id"),
        (|p| p.updated_at = at(-1), "updated_at is not before created_at"),
        (
            |p| p.email = Some(Email::parse("a@b").unwrap()),
            "an anonymised customer has no email, reference or metadata and is inactive",
        ),
        (
            |p| p.external_reference = Some(reference("r")),
            "an anonymised customer has no email, reference or metadata and is inactive",
        ),
        (
            |p| p.metadata = Metadata::try_new(object(&[("a", text("b"))])).unwrap(),
            "an anonymised customer has no email, reference or metadata and is inactive",
        ),
        (
            |p| p.status = CustomerStatus::Active,
            "an anonymised customer has no email, reference or metadata and is inactive",
        ),
        (|p| p.anonymised_at = Some(at(4)), "anonymise is the last event"),
        (|p| p.version = Version::FIRST, "anonymise is not the first event"),
    ];
    for (spoil, rule) in cases {
        let mut customer = customer();
        customer.anonymise(at(5)).unwrap();
        let mut parts = customer.to_parts();
        spoil(&mut parts);
        assert_eq!(Customer::rehydrate(parts).unwrap_err().rule, rule);
    }
}
