//! Bodies out of JSON text, strictly: an object at the top, nothing unknown, nothing twice, faults with pointers and without values.

mod escape;
mod fault;
mod number;
mod read;
mod wire;

pub use self::number::{present_whole, whole, whole_or_null};
pub use self::read::read;
pub use self::wire::{AmountText, Object, nullable, present};
