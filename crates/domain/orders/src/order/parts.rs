//! An order as it is stored, and the checks that a stored order meets before it is one again.

use orderbase_kernel::{
    AggregateType, BusinessDate, Corrupt, Currency, CustomerId, ExternalReference, ITEMS_MAX, OrderId, OrderTotal,
    TenantId, Timestamp, Version,
};

use super::Order;
use crate::{Cancel, ItemParts, Items, Metadata, OrderError, OrderNumber, OrderStatus};

/// Every field of an order. Line totals are computed; the stored total must be their sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderParts {
    pub id: OrderId,
    pub tenant_id: TenantId,
    pub number: OrderNumber,
    pub customer_id: CustomerId,
    pub status: OrderStatus,
    pub currency: Currency,
    /// In ascending order of their ids.
    pub items: Vec<ItemParts>,
    pub total: OrderTotal,
    pub external_reference: Option<ExternalReference>,
    pub metadata: Metadata,
    pub cancel: Option<Cancel>,
    pub confirmed_at: Option<Timestamp>,
    pub processing_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    pub cancelled_at: Option<Timestamp>,
    pub business_date: BusinessDate,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: Version,
}

impl Order {
    /// Makes an order of stored parts.
    ///
    /// # Errors
    /// [`Corrupt`] with the first rule they break.
    pub fn rehydrate(parts: OrderParts) -> Result<Self, Corrupt> {
        let id = parts.id.uuid();
        let check = |holds, rule| Corrupt::unless(holds, AggregateType::Order, id, rule);
        check(parts.id.timestamp() == Some(parts.created_at), "created_at is the time in the id")?;
        check(parts.created_at <= parts.updated_at, "updated_at is not before created_at")?;
        check(steps_fit(&parts), "the times of the steps fit the status")?;
        check(cancel_fits(&parts), "cancel and cancelled_at are present exactly when cancelled")?;
        check(parts.version.get() > steps_taken(&parts), "the version counts at least the steps taken")?;
        let items = Items::try_new(parts.items, parts.currency, ITEMS_MAX).map_err(|error| Corrupt {
            aggregate: AggregateType::Order,
            id,
            rule: broken_items(&error),
        })?;
        check(items.total() == parts.total, "the total is the sum of the lines")?;
        Ok(Self {
            id: parts.id,
            tenant_id: parts.tenant_id,
            number: parts.number,
            customer_id: parts.customer_id,
            status: parts.status,
            currency: parts.currency,
            items,
            external_reference: parts.external_reference,
            metadata: parts.metadata,
            cancel: parts.cancel,
            confirmed_at: parts.confirmed_at,
            processing_at: parts.processing_at,
            completed_at: parts.completed_at,
            cancelled_at: parts.cancelled_at,
            business_date: parts.business_date,
            created_at: parts.created_at,
            updated_at: parts.updated_at,
            version: parts.version,
        })
    }

    /// The parts that [`Self::rehydrate`] takes; it copies every line.
    #[must_use]
    pub fn to_parts(&self) -> OrderParts {
        OrderParts {
            id: self.id,
            tenant_id: self.tenant_id,
            number: self.number,
            customer_id: self.customer_id,
            status: self.status,
            currency: self.currency,
            items: self.items().iter().map(|item| item.parts().clone()).collect(),
            total: self.total(),
            external_reference: self.external_reference.clone(),
            metadata: self.metadata.clone(),
            cancel: self.cancel.clone(),
            confirmed_at: self.confirmed_at,
            processing_at: self.processing_at,
            completed_at: self.completed_at,
            cancelled_at: self.cancelled_at,
            business_date: self.business_date,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        }
    }
}

/// Steps are taken in order, each at its time, between creation and the last event.
fn steps_fit(parts: &OrderParts) -> bool {
    let taken = (parts.confirmed_at.is_some(), parts.processing_at.is_some(), parts.completed_at.is_some());
    let present = match parts.status {
        OrderStatus::Pending => taken == (false, false, false),
        OrderStatus::Confirmed => taken == (true, false, false),
        OrderStatus::Processing => taken == (true, true, false),
        OrderStatus::Completed => taken == (true, true, true),
        OrderStatus::Cancelled => matches!(taken, (false, false, false) | (true, false, false) | (true, true, false)),
    };
    let steps = [parts.confirmed_at, parts.processing_at, parts.completed_at, parts.cancelled_at];
    let times = std::iter::once(parts.created_at).chain(steps.into_iter().flatten());
    present && times.chain(std::iter::once(parts.updated_at)).is_sorted()
}

fn cancel_fits(parts: &OrderParts) -> bool {
    let cancelled = parts.status == OrderStatus::Cancelled;
    let noted = parts.cancel.as_ref().is_some_and(|cancel| cancel.note.is_some());
    parts.cancelled_at.is_some() == cancelled
        && parts.cancel.is_some() == cancelled
        && (noted || !cancelled || parts.processing_at.is_none())
}

fn steps_taken(parts: &OrderParts) -> u64 {
    [parts.confirmed_at, parts.processing_at, parts.completed_at, parts.cancelled_at].iter().flatten().map(|_| 1).sum()
}

fn broken_items(error: &OrderError) -> &'static str {
    match error {
        OrderError::NoItems | OrderError::TooManyItems { .. } => "an order has 1 to 2000 lines",
        OrderError::CurrencyMismatch { .. } => "every price has the currency of the order",
        OrderError::LineTotalOutOfRange { .. } => "every line total lies within the cap",
        OrderError::TotalOutOfRange => "the total lies within the cap",
        _ => "the ids of the lines ascend",
    }
}
