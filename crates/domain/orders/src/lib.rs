#![doc = include_str!("../README.md")]

mod cancel;
mod customer;
mod item;
mod metadata;
mod number;
mod order;
mod status;
mod texts;

pub use cancel::{Cancel, CancelReason};
pub use customer::{
    CreateCustomer, Customer, CustomerCreated, CustomerError, CustomerEvent, CustomerEventKind, CustomerParts,
    CustomerStatus, UpdateCustomer,
};
pub use item::{Item, ItemParts, Items, NewItem};
pub use metadata::{MetaValue, Metadata, MetadataFault, MetadataPatch, NumberText};
pub use number::OrderNumber;
pub use order::{
    EVENTS_MAX, ImportOrder, Order, OrderError, OrderEvent, OrderEventKind, OrderParts, OrderPlaced, OrderPolicy,
    OrderPowers, PlaceOrder, UpdateOrder,
};
pub use status::{OrderStatus, Transition};
pub use texts::{ItemName, Note, ProductId, Sku};
