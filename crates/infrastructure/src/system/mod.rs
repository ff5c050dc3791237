//! The machine's clock and the maker of ids. Nothing else in the workspace may ask for the time or make an id.

mod clock;
mod ids;

pub use self::clock::SystemClock;
pub use self::ids::SystemIds;
