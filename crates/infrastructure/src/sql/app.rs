//! The application over a database: every port that rows answer, put together in one place for the server and for tests.

use std::sync::Arc;

use orderbase_application::ports::{
    AuditNotes, Clock, Commits, Digests, Ids, KeyDirectory, KeyRenewals, Passwords, Principals, RateLimiter, Throttles,
    Tokens,
};
use orderbase_application::{App, AuthRules};

use super::{
    SqlAccounts, SqlAggregates, SqlAudit, SqlCustomers, SqlDb, SqlEvents, SqlHealth, SqlKeys, SqlNumbers, SqlOperators,
    SqlOrders, SqlQuotas, SqlTenants, SqlUsers,
};

/// What an application stands on beside its rows, or has in front of them.
pub struct Beside {
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub digests: Arc<dyn Digests>,
    /// With the rules of what is kept and how it is sealed.
    pub commits: Arc<dyn Commits>,
    /// [`SqlKeys`], or what remembers its answers.
    pub key_directory: Arc<dyn KeyDirectory>,
    pub key_renewals: Arc<dyn KeyRenewals>,
    /// [`SqlAccounts`], or what remembers its answers.
    pub principals: Arc<dyn Principals>,
    pub passwords: Arc<dyn Passwords>,
    pub tokens: Arc<dyn Tokens>,
    pub throttles: Arc<dyn Throttles>,
    pub rates: Arc<dyn RateLimiter>,
    pub audit_notes: Arc<dyn AuditNotes>,
    pub auth_rules: AuthRules,
}

/// The application. Each has blocks of order numbers of its own.
#[must_use]
pub fn app(db: &SqlDb, beside: Beside) -> App {
    let Beside {
        clock,
        ids,
        digests,
        commits,
        key_directory,
        key_renewals,
        principals,
        passwords,
        tokens,
        throttles,
        rates,
        audit_notes,
        auth_rules,
    } = beside;
    App {
        clock,
        ids,
        digests,
        commits,
        aggregates: Arc::new(SqlAggregates::new(db.clone())),
        orders: Arc::new(SqlOrders::new(db.clone())),
        customers: Arc::new(SqlCustomers::new(db.clone())),
        events: Arc::new(SqlEvents::new(db.clone())),
        numbers: Arc::new(SqlNumbers::new(db.clone())),
        tenants: Arc::new(SqlTenants::new(db.clone())),
        key_directory,
        keys: Arc::new(SqlKeys::new(db.clone())),
        key_renewals,
        users: Arc::new(SqlUsers::new(db.clone())),
        accounts: Arc::new(SqlAccounts::new(db.clone())),
        principals,
        operators: Arc::new(SqlOperators::new(db.clone())),
        passwords,
        tokens,
        throttles,
        rates,
        quotas: Arc::new(SqlQuotas::new(db.clone())),
        audit: Arc::new(SqlAudit::new(db.clone())),
        audit_notes,
        health: Arc::new(SqlHealth::new(db.clone())),
        auth_rules,
    }
}
