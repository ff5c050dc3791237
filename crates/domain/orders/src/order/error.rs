//! Why a command on an order was refused. A refused command changes nothing.

use orderbase_kernel::Currency;

use crate::{MetadataFault, OrderStatus, Transition};

/// The refusals of an order. `index` counts lines from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    #[error("an order that is {from} does not allow {attempted}")]
    InvalidTransition { from: OrderStatus, attempted: Transition, allowed: &'static [Transition] },
    #[error("this cannot be edited while the order is {from}")]
    NotEditable { from: OrderStatus },
    #[error("an order has at most 1000 events before it admits transitions only")]
    EventLimit,
    #[error("the total must be between 0.01 and 99999999.99")]
    TotalOutOfRange,
    #[error("quantity times unit price must be between 0.01 and 99999999.99")]
    LineTotalOutOfRange { index: usize },
    #[error("the price must be in the currency of the order")]
    CurrencyMismatch { index: usize },
    #[error("orders in {currency} are not allowed here")]
    CurrencyNotAllowed { currency: Currency },
    #[error("an order needs at least one line")]
    NoItems,
    #[error("an order has at most {max} lines, not {current}")]
    TooManyItems { max: usize, current: usize },
    #[error(transparent)]
    Metadata(#[from] MetadataFault),
    #[error("cancelling an order that is being processed needs a note")]
    CancelNoteRequired,
    #[error("cancelling an order that is being processed needs the permission orders:cancel_processing")]
    CancelProcessingDenied,
    /// The order's id carries no time, or the ids of its lines do not ascend: a fault of the generator, not of the caller.
    #[error("ids must be ascending UUIDs of version 7")]
    NotV7,
}
