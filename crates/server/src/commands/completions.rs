//! `completions SHELL`, from the model of the command line.

use clap_complete::Shell;

use super::context::done;
use crate::cli;
use crate::failure::Outcome;
use crate::terminal;

pub fn run(shell: Shell) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut cli::model(), "orderbase", &mut text);
    done(terminal::print(&String::from_utf8_lossy(&text)))
}
