//! `import`: a file of orders, line by line, into the use case. What is refused goes to the rejects file with all its faults;
//! nothing is decided here but how a line is written.

mod lines;
mod order;
mod reject;
mod run;
mod totals;

pub use self::run::{Ended, Wish, run};
