//! Whether a change fits what is stored, and writing it.

use orderbase_kernel::{TenantId, Version};
use orderbase_orders::{Customer, Order};
use orderbase_tenancy::{Tenant, User};
use uuid::Uuid;

use super::tables::{Counter, Tables};
use crate::changeset::{Aggregate, Change, Outcome, Unique};

/// `Err` is the outcome if the change does not fit. `earlier` are the changes of the same changeset before it.
pub(super) fn check(tables: &Tables, tenant: TenantId, change: &Change, earlier: &[Change]) -> Result<(), Outcome> {
    if present_version(tables, tenant, change.aggregate()) != change.read() {
        return Err(Outcome::Stale);
    }
    let aggregates = || earlier.iter().map(Change::aggregate);
    let clash = match change.aggregate() {
        Aggregate::Order(order) => {
            let others = aggregates().filter_map(|other| match other {
                Aggregate::Order(other) => Some(&**other),
                _ => None,
            });
            order_clash(order, tables.orders_of(tenant).chain(others))
        }
        Aggregate::Customer(customer) => {
            let others = aggregates().filter_map(|other| match other {
                Aggregate::Customer(other) => Some(&**other),
                _ => None,
            });
            customer_clash(customer, tables.customers_of(tenant).chain(others))
        }
        Aggregate::Tenant(tenant) => tenant_clash(tenant, tables.tenants.values()),
        Aggregate::ApiKey(_) => None,
        Aggregate::User(user) => user_clash(user, tables.users_of(tenant)),
    };
    match clash {
        Some((unique, existing)) => Err(Outcome::Duplicate { unique, existing_id: Some(existing) }),
        None => Ok(()),
    }
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

fn order_clash<'a>(order: &Order, others: impl Iterator<Item = &'a Order>) -> Option<(Unique, Uuid)> {
    let mut others = others.filter(|other| other.id() != order.id());
    others.find_map(|other| {
        let reference =
            order.external_reference().is_some() && order.external_reference() == other.external_reference();
        let unique = match (other.number() == order.number(), reference) {
            (true, _) => Unique::OrderNumber,
            (_, true) => Unique::OrderExternalReference,
            _ => return None,
        };
        Some((unique, other.id().uuid()))
    })
}

fn customer_clash<'a>(customer: &Customer, others: impl Iterator<Item = &'a Customer>) -> Option<(Unique, Uuid)> {
    let mut others = others.filter(|other| other.id() != customer.id());
    others.find_map(|other| {
        let email = customer.email().is_some() && customer.email() == other.email();
        let reference =
            customer.external_reference().is_some() && customer.external_reference() == other.external_reference();
        let unique = match (email, reference) {
            (true, _) => Unique::CustomerEmail,
            (_, true) => Unique::CustomerExternalReference,
            _ => return None,
        };
        Some((unique, other.id().uuid()))
    })
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
