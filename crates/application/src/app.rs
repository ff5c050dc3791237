//! The ports that use cases are given. It holds nothing else: no configuration, no state of its own.

use std::sync::Arc;

use crate::ports::{
    Aggregates, Clock, Commits, CustomerQueries, Digests, EventQueries, Health, Ids, KeyDirectory, KeyQueries,
    OrderNumbers, OrderQueries, Tenants,
};

/// Everything that a use case may reach. Cloning clones pointers.
#[derive(Clone)]
pub struct App {
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub digests: Arc<dyn Digests>,
    pub commits: Arc<dyn Commits>,
    pub aggregates: Arc<dyn Aggregates>,
    pub orders: Arc<dyn OrderQueries>,
    pub customers: Arc<dyn CustomerQueries>,
    pub events: Arc<dyn EventQueries>,
    pub numbers: Arc<dyn OrderNumbers>,
    pub tenants: Arc<dyn Tenants>,
    pub key_directory: Arc<dyn KeyDirectory>,
    pub keys: Arc<dyn KeyQueries>,
    pub health: Arc<dyn Health>,
}
