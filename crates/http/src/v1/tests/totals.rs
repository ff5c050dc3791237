//! Totals of lists longer than anybody counts.

use std::sync::Arc;

use orderbase_application::Scope;
use orderbase_application::ports::{CustomerQueries, OrderQueries, StorageError};
use orderbase_application::views::{
    CustomerFilter, CustomerQuery, CustomerView, OrderFilter, OrderPage, OrderQuery, OrderView, Page,
};
use orderbase_kernel::{CustomerId, ExternalReference, OrderId};
use serde_json::json;

use crate::options::HttpOptions;
use crate::testing::TestApp;

/// Says of every list that it holds this many rows.
struct Crowded<T: ?Sized> {
    behind: Arc<T>,
    rows: u64,
}

#[async_trait::async_trait]
impl OrderQueries for Crowded<dyn OrderQueries> {
    async fn get(&self, scope: Scope, id: OrderId) -> Result<Option<OrderView>, StorageError> {
        self.behind.get(scope, id).await
    }

    async fn page(&self, scope: Scope, query: &OrderQuery) -> Result<OrderPage, StorageError> {
        self.behind.page(scope, query).await
    }

    async fn count(&self, _: Scope, _: &OrderFilter, up_to: u64) -> Result<u64, StorageError> {
        Ok(self.rows.min(up_to))
    }

    async fn with_references(
        &self,
        scope: Scope,
        references: &[ExternalReference],
    ) -> Result<Vec<(ExternalReference, OrderId)>, StorageError> {
        self.behind.with_references(scope, references).await
    }
}

#[async_trait::async_trait]
impl CustomerQueries for Crowded<dyn CustomerQueries> {
    async fn get(&self, scope: Scope, id: CustomerId) -> Result<Option<CustomerView>, StorageError> {
        self.behind.get(scope, id).await
    }

    async fn of_order(&self, scope: Scope, id: OrderId) -> Result<Option<CustomerView>, StorageError> {
        self.behind.of_order(scope, id).await
    }

    async fn some(&self, scope: Scope, ids: &[CustomerId]) -> Result<Vec<CustomerView>, StorageError> {
        self.behind.some(scope, ids).await
    }

    async fn page(&self, scope: Scope, query: &CustomerQuery) -> Result<Page<CustomerView>, StorageError> {
        self.behind.page(scope, query).await
    }

    async fn count(&self, _: Scope, _: &CustomerFilter, up_to: u64) -> Result<u64, StorageError> {
        Ok(self.rows.min(up_to))
    }

    async fn with_references(
        &self,
        scope: Scope,
        references: &[ExternalReference],
    ) -> Result<Vec<(ExternalReference, CustomerId)>, StorageError> {
        self.behind.with_references(scope, references).await
    }
}

#[actix_web::test]
async fn beyond_ten_thousand_rows_a_total_says_at_least() {
    for (rows, value, relation) in [
        (9_999, 9_999, "exact"),
        (10_000, 10_000, "exact"),
        (10_001, 10_000, "at_least"),
        (1_000_000, 10_000, "at_least"),
    ] {
        let app = TestApp::starting(HttpOptions::default()).await;
        let mut world = app.world.app.clone();
        world.orders = Arc::new(Crowded { behind: world.orders, rows });
        world.customers = Arc::new(Crowded { behind: world.customers, rows });
        app.shared.start(world);
        for path in ["/api/v1/orders", "/api/v1/customers"] {
            let page = app.get(&format!("{path}?include_total=true")).send().await.json();
            assert_eq!(page["total"], json!({"value": value, "relation": relation}), "{path} of {rows}");
        }
    }
}
