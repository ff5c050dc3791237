//! Loads aggregates for commands: the statement of the view, then every invariant. A breach is an alarm, never repaired.

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::ports::{Aggregates, StorageError};
use orderbase_kernel::{ApiKeyId, CustomerId, OrderId, UserId};
use orderbase_orders::{Customer, Order};
use orderbase_tenancy::{ApiKey, User};

use super::connect::SqlDb;
use super::customers::SqlCustomers;
use super::keys::SqlKeys;
use super::orders::SqlOrders;
use super::rows;
use super::users::SqlUsers;

/// Aggregates in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlAggregates {
    db: SqlDb,
}

impl SqlAggregates {
    #[must_use]
    pub fn new(db: SqlDb) -> Self {
        Self { db }
    }
}

#[async_trait]
impl Aggregates for SqlAggregates {
    async fn order(&self, scope: Scope, id: OrderId) -> Result<Option<Order>, StorageError> {
        let view = SqlOrders::view(&self.db, scope, id).await?;
        Ok(view.map(|view| rows::order::order(scope.tenant_id, view)).transpose()?)
    }

    async fn customer(&self, scope: Scope, id: CustomerId) -> Result<Option<Customer>, StorageError> {
        let view = SqlCustomers::view(&self.db, scope, id).await?;
        Ok(view.map(|view| rows::customer::customer(scope.tenant_id, view)).transpose()?)
    }

    async fn api_key(&self, scope: Scope, id: ApiKeyId) -> Result<Option<ApiKey>, StorageError> {
        SqlKeys::key(&self.db, scope, id).await
    }

    async fn user(&self, scope: Scope, id: UserId) -> Result<Option<User>, StorageError> {
        SqlUsers::user(&self.db, scope, id).await
    }
}
