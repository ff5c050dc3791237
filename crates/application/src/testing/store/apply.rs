//! Whether a change fits what is stored, and writing it.

use orderbase_kernel::{TenantId, Version};
use orderbase_orders::{Customer, Order};
use orderbase_tenancy::{Tenant, User};
use uuid::Uuid;

use super::tables::{Counter, Tables};
use crate::changeset::{Aggregate, Change, Outcome, Refusal, Unique};

/// The changes as a database meets them: first what exists, then what is new, that which others refer to before them.
pub(super) fn ordered(changes: &[Change]) -> Vec<&Change> {
    let mut ordered: Vec<_> = changes.iter().collect();
    ordered.sort_by_key(|change| match (change.read(), change.aggregate()) {
        (Some(_), _) => 0,
        (None, Aggregate::Tenant(_)) => 1,
        (None, Aggregate::ApiKey(_) | Aggregate::User(_)) => 2,
        (None, Aggregate::Customer(_)) => 3,
        (None, Aggregate::Order(_)) => 4,
    });
    ordered
}

/// `Err` is the outcome if the change does not fit. `earlier` are the changes of the same changeset before it.
pub(super) fn check(tables: &Tables, tenant: TenantId, change: &Change, earlier: &[&Change]) -> Result<(), Outcome> {
    if present_version(tables, tenant, change.aggregate()) != change.read() {
        return Err(Outcome::Stale);
    }
    let is_past = |id: Uuid| earlier.iter().any(|change| change.aggregate().reference().id == id);
    let aggregates = || earlier.iter().map(|change| change.aggregate());
    // Who holds the value once the earlier changes are made, and who holds it now.
    let (clash, holder) = match change.aggregate() {
        Aggregate::Order(order) => {
            let stored = || tables.orders_of(tenant);
            let others = aggregates().filter_map(|other| match other {
                Aggregate::Order(other) => Some(&**other),
                _ => None,
            });
            let untouched = stored().filter(|other| !is_past(other.id().uuid()));
            (order_clash(order, untouched.chain(others)), order_clash(order, stored()))
        }
        Aggregate::Customer(customer) => {
            let stored = || tables.customers_of(tenant);
            let others = aggregates().filter_map(|other| match other {
                Aggregate::Customer(other) => Some(&**other),
                _ => None,
            });
            let untouched = stored().filter(|other| !is_past(other.id().uuid()));
            (customer_clash(customer, untouched.chain(others)), customer_clash(customer, stored()))
        }
        Aggregate::Tenant(tenant) => {
            let clash = tenant_clash(tenant, tables.tenants.values());
            (clash, clash)
        }
        Aggregate::ApiKey(key) => {
            let stored = tables.api_keys.get(&(tenant, key.id()));
            let is_stored = |hash| stored.is_some_and(|key| key.secrets().iter().any(|secret| secret.hash == hash));
            if !change.kept_secrets().iter().all(|kept| is_stored(kept.hash)) {
                return Err(Outcome::Stale);
            }
            (None, None)
        }
        Aggregate::User(user) => {
            let clash = user_clash(user, tables.users_of(tenant));
            (clash, clash)
        }
    };
    match clash {
        Some((unique, _)) => {
            let holder = holder.filter(|(held, _)| *held == unique);
            Err(Outcome::Duplicate { unique, existing_id: holder.map(|(_, id)| id) })
        }
        None => Ok(()),
    }
}

/// A new order names a customer that is stored or new.
pub(super) fn customers_are_there(tables: &Tables, tenant: TenantId, changes: &[&Change]) -> Result<(), Outcome> {
    let is_new = |id| {
        changes.iter().any(|change| matches!(change.aggregate(), Aggregate::Customer(customer) if customer.id() == id))
    };
    let missing = changes.iter().filter(|change| change.read().is_none()).find_map(|change| match change.aggregate() {
        Aggregate::Order(order) => {
            let id = order.customer_id();
            (!tables.customers.contains_key(&(tenant, id)) && !is_new(id)).then_some(id)
        }
        _ => None,
    });
    missing.map_or(Ok(()), |id| Err(Outcome::Refused(Refusal::NoCustomer(id))))
}

fn present_version(tables: &Tables, tenant: TenantId, aggregate: &Aggregate) -> Option<Version> {
    match aggregate {
        Aggregate::Order(order) => tables.orders.get(&(tenant, order.id())).map(Order::version),
        Aggregate::Customer(customer) => tables.customers.get(&(tenant, customer.id())).map(Customer::version),
        Aggregate::Tenant(tenant) => tables.tenants.get(&tenant.id()).map(Tenant::version),
        Aggregate::ApiKey(key) => tables.api_keys.get(&(tenant, key.id())).map(|key| key.version()),
        Aggregate::User(user) => tables.users.get(&(tenant, user.id())).map(User::version),
    }
}

/// The number is compared with all others before the reference is, as a database tries one index after the other.
fn order_clash<'a>(order: &Order, others: impl Iterator<Item = &'a Order>) -> Option<(Unique, Uuid)> {
    let others: Vec<_> = others.filter(|other| other.id() != order.id()).collect();
    let number = others.iter().find(|other| other.number() == order.number());
    let same = |other: &Order| {
        order.external_reference().is_some() && order.external_reference() == other.external_reference()
    };
    let reference = || others.iter().find(|other| same(other));
    let number = number.map(|other| (Unique::OrderNumber, other.id().uuid()));
    number.or_else(|| reference().map(|other| (Unique::OrderExternalReference, other.id().uuid())))
}

/// The email is compared with all others before the reference is.
fn customer_clash<'a>(customer: &Customer, others: impl Iterator<Item = &'a Customer>) -> Option<(Unique, Uuid)> {
    let others: Vec<_> = others.filter(|other| other.id() != customer.id()).collect();
    let email = others.iter().find(|other| customer.email().is_some() && customer.email() == other.email());
    let same = |other: &Customer| {
        customer.external_reference().is_some() && customer.external_reference() == other.external_reference()
    };
    let reference = || others.iter().find(|other| same(other));
    let email = email.map(|other| (Unique::CustomerEmail, other.id().uuid()));
    email.or_else(|| reference().map(|other| (Unique::CustomerExternalReference, other.id().uuid())))
}

fn tenant_clash<'a>(tenant: &Tenant, mut others: impl Iterator<Item = &'a Tenant>) -> Option<(Unique, Uuid)> {
    let taken = others.find(|other| other.id() != tenant.id() && other.slug() == tenant.slug());
    taken.map(|other| (Unique::TenantSlug, other.id().uuid()))
}

fn user_clash<'a>(user: &User, mut others: impl Iterator<Item = &'a User>) -> Option<(Unique, Uuid)> {
    let taken = others.find(|other| other.id() != user.id() && other.email() == user.email());
    taken.map(|other| (Unique::UserEmail, other.id().uuid()))
}

/// Writes a change that fits.
pub(super) fn apply(tables: &mut Tables, tenant: TenantId, change: Change) {
    let history = tables.events.entry((tenant, change.aggregate().reference())).or_default();
    history.extend(change.events().iter().cloned());
    if change.erases_personal() {
        history.iter_mut().for_each(|event| event.personal = None);
    }
    match change.aggregate().clone() {
        Aggregate::Order(order) => {
            tables.orders.insert((tenant, order.id()), *order);
        }
        Aggregate::Customer(customer) => {
            tables.customers.insert((tenant, customer.id()), *customer);
        }
        Aggregate::Tenant(tenant) => {
            let first = tenant.settings().first_order_number();
            let fresh = || Counter { next_number: first, period: None, used: 0 };
            tables.counters.entry(tenant.id()).or_insert_with(fresh);
            tables.tenants.insert(tenant.id(), *tenant);
        }
        Aggregate::ApiKey(key) => {
            tables.api_keys.insert((tenant, key.id()), *key);
        }
        Aggregate::User(user) => {
            tables.users.insert((tenant, user.id()), *user);
        }
    }
}
