//! The data of the memory store. Keys begin with the tenant, as the tables of a database do.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use orderbase_kernel::{
    AggregateRef, ApiKeyId, CustomerId, Envelope, OrderId, Period, SessionId, TenantId, Timestamp, UserId,
};
use orderbase_orders::{Customer, Order};
use orderbase_tenancy::{ApiKey, Session, Tenant, Ticket, User};
use uuid::Uuid;

use crate::changeset::{AuditEntry, Credential, KeptAnswer};
use crate::conditions::IdempotencyKey;
use crate::ports::OperatorAccount;

/// Everything that is stored.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub tenants: BTreeMap<TenantId, Tenant>,
    pub counters: HashMap<TenantId, Counter>,
    pub orders: BTreeMap<(TenantId, OrderId), Order>,
    pub customers: BTreeMap<(TenantId, CustomerId), Customer>,
    pub api_keys: BTreeMap<(TenantId, ApiKeyId), ApiKey>,
    pub users: BTreeMap<(TenantId, UserId), User>,
    pub credentials: HashMap<(TenantId, UserId), Credential>,
    pub sessions: BTreeMap<(TenantId, SessionId), Session>,
    /// By tenant and hash.
    pub tickets: HashMap<(TenantId, [u8; 32]), Ticket>,
    pub audit: BTreeMap<(TenantId, Uuid), AuditEntry>,
    pub operators: Vec<OperatorAccount>,
    pub events: BTreeMap<(TenantId, AggregateRef), Vec<Envelope>>,
    pub claims: HashMap<(TenantId, Uuid, IdempotencyKey), KeptClaim>,
}

/// Order numbers and the monthly quota of a tenant.
#[derive(Debug)]
pub(super) struct Counter {
    pub next_number: u64,
    pub period: Option<Period>,
    pub used: u64,
}

/// A claim with its answer.
#[derive(Debug)]
pub(super) struct KeptClaim {
    pub fingerprint: [u8; 32],
    pub answer: Arc<KeptAnswer>,
    pub expires_at: Timestamp,
}

impl Tables {
    pub fn orders_of(&self, tenant: TenantId) -> impl DoubleEndedIterator<Item = &Order> {
        self.orders
            .range((tenant, lowest(OrderId::from_uuid))..=(tenant, highest(OrderId::from_uuid)))
            .map(|(_, order)| order)
    }

    pub fn customers_of(&self, tenant: TenantId) -> impl DoubleEndedIterator<Item = &Customer> {
        let ends = (tenant, lowest(CustomerId::from_uuid))..=(tenant, highest(CustomerId::from_uuid));
        self.customers.range(ends).map(|(_, customer)| customer)
    }

    pub fn users_of(&self, tenant: TenantId) -> impl DoubleEndedIterator<Item = &User> {
        let ends = (tenant, lowest(UserId::from_uuid))..=(tenant, highest(UserId::from_uuid));
        self.users.range(ends).map(|(_, user)| user)
    }

    pub fn sessions_of(&self, tenant: TenantId, user_id: UserId) -> impl DoubleEndedIterator<Item = &Session> {
        let ends = (tenant, lowest(SessionId::from_uuid))..=(tenant, highest(SessionId::from_uuid));
        self.sessions.range(ends).map(|(_, session)| session).filter(move |session| session.user_id() == user_id)
    }

    pub fn api_keys_of(&self, tenant: TenantId) -> impl DoubleEndedIterator<Item = &ApiKey> {
        let ends = (tenant, lowest(ApiKeyId::from_uuid))..=(tenant, highest(ApiKeyId::from_uuid));
        self.api_keys.range(ends).map(|(_, key)| key)
    }
}

fn lowest<T>(of: fn(Uuid) -> T) -> T {
    of(Uuid::nil())
}

fn highest<T>(of: fn(Uuid) -> T) -> T {
    of(Uuid::max())
}
