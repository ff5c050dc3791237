//! How a customer is loaded and recorded when a command changes it.

use async_trait::async_trait;
use orderbase_kernel::{AggregateRef, AggregateType, CustomerId, Envelope, Version};
use orderbase_orders::{Customer, CustomerError, CustomerEvent};

use crate::app::App;
use crate::change::{AggregateChange, Changeable};
use crate::ctx::{Ctx, Scope};
use crate::error::{Error, Missing};
use crate::events;
use crate::ports::StorageError;
use crate::views::CustomerView;

/// A command on a customer.
pub(super) type CustomerChange<D, A> = AggregateChange<Customer, D, A>;

#[async_trait]
impl Changeable for Customer {
    type Id = CustomerId;
    type Event = CustomerEvent;
    type Refusal = CustomerError;

    const MISSING: Missing = Missing::Customer;

    fn reference(id: CustomerId) -> AggregateRef {
        AggregateRef::new(AggregateType::Customer, id.uuid())
    }

    async fn load(app: &App, scope: Scope, id: CustomerId) -> Result<Option<Self>, StorageError> {
        app.aggregates.customer(scope, id).await
    }

    fn present_version(&self) -> Version {
        self.version()
    }

    fn envelope(&self, app: &App, ctx: &Ctx, event: &CustomerEvent) -> Result<Envelope, Error> {
        events::of_customer(app, ctx, self, event)
    }
}

/// Answers with the customer as it stands.
pub(super) fn whole_customer(customer: &Customer, _: Option<&Envelope>) -> Result<CustomerView, Error> {
    Ok(CustomerView::from(customer))
}
