//! What can be asked of an order, and the plain facts about tenant and caller that an answer depends on.

use orderbase_kernel::{BusinessDate, Currency, CustomerId, ExternalReference, OrderId, Patch, TenantId};

use crate::{Metadata, MetadataPatch, NewItem, OrderNumber, OrderStatus};

/// A new order. Its creation time is the one in `id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceOrder {
    pub id: OrderId,
    pub tenant_id: TenantId,
    pub number: OrderNumber,
    pub customer_id: CustomerId,
    pub currency: Currency,
    /// With ids that ascend in the order of the list.
    pub items: Vec<NewItem>,
    pub external_reference: Option<ExternalReference>,
    pub metadata: Metadata,
    pub business_date: BusinessDate,
}

/// An order from elsewhere that already stands in `status`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOrder {
    pub place: PlaceOrder,
    pub status: OrderStatus,
}

/// A change of the fields that may be edited; it takes effect as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpdateOrder {
    pub external_reference: Patch<ExternalReference>,
    pub metadata: Option<MetadataPatch>,
}

/// What the tenant allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderPolicy {
    pub allowed_currencies: Vec<Currency>,
    /// Lines per order; above 2 000 it has no effect.
    pub items_max: usize,
}

/// What the caller may do beyond the permission that let the command in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OrderPowers {
    pub cancel_processing: bool,
}
