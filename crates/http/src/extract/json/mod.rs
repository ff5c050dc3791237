//! Bodies out of JSON text, strictly: an object at the top, nothing unknown, nothing twice, faults with pointers and without values.

mod fault;
mod read;
mod wire;

pub use self::read::read;
pub use self::wire::{AmountText, Object, nullable, present};
