//! The ports that use cases are given, and the few rules that are configured. No state of its own.

use std::sync::Arc;

use crate::ports::{
    Accounts, Aggregates, AuditNotes, AuditQueries, Clock, Commits, CustomerQueries, Digests, EventQueries, Health,
    Ids, KeyDirectory, KeyQueries, KeyRenewals, Operators, OrderNumbers, OrderQueries, Passwords, Principals,
    QuotaQueries, RateLimiter, Tenants, Throttles, Tokens, UserQueries,
};
use crate::rules::AuthRules;

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
    pub key_renewals: Arc<dyn KeyRenewals>,
    pub users: Arc<dyn UserQueries>,
    pub accounts: Arc<dyn Accounts>,
    pub principals: Arc<dyn Principals>,
    pub operators: Arc<dyn Operators>,
    pub passwords: Arc<dyn Passwords>,
    pub tokens: Arc<dyn Tokens>,
    pub throttles: Arc<dyn Throttles>,
    pub rates: Arc<dyn RateLimiter>,
    pub quotas: Arc<dyn QuotaQueries>,
    pub audit: Arc<dyn AuditQueries>,
    pub audit_notes: Arc<dyn AuditNotes>,
    pub health: Arc<dyn Health>,
    pub auth_rules: AuthRules,
}
