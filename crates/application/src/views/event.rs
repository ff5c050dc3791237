//! An event as the timeline shows it.

use orderbase_kernel::Envelope;

/// An event; its data is JSON text, for it is only passed on.
pub type EventView = Envelope;
