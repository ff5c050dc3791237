//! `secret generate`: one line, ready for its variable.

use orderbase_infrastructure::security::MasterKeys;

use super::context::done;
use crate::cli::{SecretCommand, SecretKind};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal;

pub fn run(command: &SecretCommand) -> Outcome {
    let SecretCommand::Generate { kind } = command;
    match kind {
        SecretKind::Master => {
            let ring = MasterKeys::generate().map_err(|fault| Failure::new(Exit::Internal, fault.to_string()))?;
            done(terminal::print(&ring))
        }
    }
}
