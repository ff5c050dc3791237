//! `demo`.

use crate::cli::{DemoArgs, GlobalArgs};
use crate::failure::Outcome;

pub fn run(global: &GlobalArgs, args: &DemoArgs) -> Outcome {
    crate::demo::run(global, args)
}
