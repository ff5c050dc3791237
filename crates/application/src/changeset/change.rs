//! One aggregate that is new or changed, with the events that made it so.

use orderbase_kernel::{AggregateRef, AggregateType, Envelope, Version};
use orderbase_orders::{Customer, Order};
use orderbase_tenancy::{ApiKey, KeySecret, Tenant, User};

/// An aggregate as it shall be stored.
#[derive(Clone, Debug, PartialEq)]
pub enum Aggregate {
    Order(Box<Order>),
    Customer(Box<Customer>),
    Tenant(Box<Tenant>),
    ApiKey(Box<ApiKey>),
    User(Box<User>),
}

impl Aggregate {
    pub fn reference(&self) -> AggregateRef {
        match self {
            Self::Order(order) => AggregateRef { kind: AggregateType::Order, id: order.id().uuid() },
            Self::Customer(customer) => AggregateRef { kind: AggregateType::Customer, id: customer.id().uuid() },
            Self::Tenant(tenant) => AggregateRef { kind: AggregateType::Tenant, id: tenant.id().uuid() },
            Self::ApiKey(key) => AggregateRef { kind: AggregateType::ApiKey, id: key.id().uuid() },
            Self::User(user) => AggregateRef { kind: AggregateType::User, id: user.id().uuid() },
        }
    }

    pub fn version(&self) -> Version {
        match self {
            Self::Order(order) => order.version(),
            Self::Customer(customer) => customer.version(),
            Self::Tenant(tenant) => tenant.version(),
            Self::ApiKey(key) => key.version(),
            Self::User(user) => user.version(),
        }
    }
}

impl From<Order> for Aggregate {
    fn from(order: Order) -> Self {
        Self::Order(Box::new(order))
    }
}

impl From<Customer> for Aggregate {
    fn from(customer: Customer) -> Self {
        Self::Customer(Box::new(customer))
    }
}

impl From<Tenant> for Aggregate {
    fn from(tenant: Tenant) -> Self {
        Self::Tenant(Box::new(tenant))
    }
}

impl From<ApiKey> for Aggregate {
    fn from(key: ApiKey) -> Self {
        Self::ApiKey(Box::new(key))
    }
}

impl From<User> for Aggregate {
    fn from(user: User) -> Self {
        Self::User(Box::new(user))
    }
}

/// An aggregate, the version it was read at, and one event per version since.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    aggregate: Aggregate,
    read: Option<Version>,
    events: Vec<Envelope>,
    items_replaced: bool,
}

/// The events of a change do not lead from the version read to the version after. A fault of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the events do not number the versions of {kind:?} without gap")]
pub struct BrokenChange {
    pub kind: AggregateType,
}

impl Change {
    /// A new aggregate; its events have the sequences 1 to its version.
    ///
    /// # Errors
    /// [`BrokenChange`] if they have not, or speak of another aggregate.
    pub fn insert(aggregate: impl Into<Aggregate>, events: Vec<Envelope>) -> Result<Self, BrokenChange> {
        Self { aggregate: aggregate.into(), read: None, events, items_replaced: false }.whole()
    }

    /// A changed aggregate and its one event.
    ///
    /// # Errors
    /// [`BrokenChange`] if the event is not the one that follows `read`.
    pub fn update(aggregate: impl Into<Aggregate>, read: Version, event: Envelope) -> Result<Self, BrokenChange> {
        let items_replaced = event.event_type == "order.items_replaced";
        Self { aggregate: aggregate.into(), read: Some(read), events: vec![event], items_replaced }.whole()
    }

    fn whole(self) -> Result<Self, BrokenChange> {
        let reference = self.aggregate.reference();
        let first = self.read.map_or(1, |read| read.get() + 1);
        let numbered = self
            .events
            .iter()
            .zip(first..)
            .all(|(event, sequence)| event.sequence.get() == sequence && event.aggregate == reference);
        let last = self.events.last().map(|event| event.sequence);
        if numbered && last == Some(self.aggregate.version()) {
            Ok(self)
        } else {
            Err(BrokenChange { kind: reference.kind })
        }
    }

    pub fn aggregate(&self) -> &Aggregate {
        &self.aggregate
    }

    /// The version the change was decided on; `None` for a new aggregate.
    pub fn read(&self) -> Option<Version> {
        self.read
    }

    pub fn events(&self) -> &[Envelope] {
        &self.events
    }

    /// Whether the item rows of an order have to be written again.
    pub fn items_replaced(&self) -> bool {
        self.items_replaced
    }

    /// The secrets of a key that it had when it was read. One that was hashed anew since then is not stored as it stands here, and the
    /// change is stale.
    pub fn kept_secrets(&self) -> &[KeySecret] {
        let Aggregate::ApiKey(key) = &self.aggregate else { return &[] };
        let is_new = |event: &Envelope| matches!(&*event.event_type, "api_key.created" | "api_key.rotated");
        match (key.secrets().split_last(), self.events.iter().any(is_new)) {
            (Some((_, kept)), true) => kept,
            _ => key.secrets(),
        }
    }

    /// Whether `personal` of all events of the aggregate, earlier ones too, has to become null.
    pub fn erases_personal(&self) -> bool {
        self.events.iter().any(|event| event.event_type == "customer.anonymised")
    }
}
