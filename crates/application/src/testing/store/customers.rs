//! Customers out of memory.

use async_trait::async_trait;
use orderbase_kernel::{CustomerId, ExternalReference, OrderId};
use orderbase_orders::Customer;

use super::MemoryStore;
use crate::ctx::Scope;
use crate::ports::{CustomerQueries, StorageError};
use crate::views::{CreatedSort, CustomerFilter, CustomerQuery, CustomerView, Page};

#[async_trait]
impl CustomerQueries for MemoryStore {
    async fn get(&self, scope: Scope, id: CustomerId) -> Result<Option<CustomerView>, StorageError> {
        Ok(self.tables().customers.get(&(scope.tenant_id, id)).map(CustomerView::from))
    }

    async fn of_order(&self, scope: Scope, id: OrderId) -> Result<Option<CustomerView>, StorageError> {
        let tables = self.tables();
        let order = tables.orders.get(&(scope.tenant_id, id));
        let customer = order.and_then(|order| tables.customers.get(&(scope.tenant_id, order.customer_id())));
        Ok(customer.map(CustomerView::from))
    }

    async fn some(&self, scope: Scope, ids: &[CustomerId]) -> Result<Vec<CustomerView>, StorageError> {
        let tables = self.tables();
        let found = ids.iter().filter_map(|id| tables.customers.get(&(scope.tenant_id, *id)));
        Ok(found.map(CustomerView::from).collect())
    }

    async fn page(&self, scope: Scope, query: &CustomerQuery) -> Result<Page<CustomerView>, StorageError> {
        let tables = self.tables();
        let mut matching: Vec<_> =
            tables.customers_of(scope.tenant_id).filter(|customer| matches(&query.filter, customer)).collect();
        if query.sort == CreatedSort::NewestFirst {
            matching.reverse();
        }
        let behind = |customer: &&Customer| match (query.after, query.sort) {
            (None, _) => true,
            (Some(after), CreatedSort::NewestFirst) => customer.id() < after.id,
            (Some(after), CreatedSort::OldestFirst) => customer.id() > after.id,
        };
        let mut rest = matching.into_iter().filter(behind);
        let rows = rest.by_ref().take(usize::from(query.limit.get())).map(CustomerView::from).collect();
        Ok(Page { rows, has_more: rest.next().is_some() })
    }

    async fn count(&self, scope: Scope, filter: &CustomerFilter, up_to: u64) -> Result<u64, StorageError> {
        let tables = self.tables();
        let count = tables.customers_of(scope.tenant_id).filter(|customer| matches(filter, customer)).count();
        Ok(up_to.min(count as u64))
    }

    async fn with_references(
        &self,
        scope: Scope,
        references: &[ExternalReference],
    ) -> Result<Vec<(ExternalReference, CustomerId)>, StorageError> {
        let tables = self.tables();
        let named = tables.customers_of(scope.tenant_id).filter_map(|customer| {
            let reference = customer.external_reference().filter(|reference| references.contains(reference))?;
            Some((reference.clone(), customer.id()))
        });
        Ok(named.collect())
    }
}

fn matches(filter: &CustomerFilter, customer: &Customer) -> bool {
    let CustomerFilter { status, email, external_reference, created } = filter;
    status.is_none_or(|status| status == customer.status())
        && email.as_ref().is_none_or(|email| Some(email) == customer.email())
        && external_reference.as_ref().is_none_or(|reference| Some(reference) == customer.external_reference())
        && created.contains(&customer.created_at())
}
