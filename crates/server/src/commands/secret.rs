//! `secret generate`: one line, ready for its variable.

use orderbase_infrastructure::security::MasterKeys;

use super::context::done;
use crate::cli::{SecretCommand, SecretKind};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal;

pub fn run(command: &SecretCommand) -> Outcome {
    let SecretCommand::Generate { kind, id } = command;
    let ring = MasterKeys::generate().map_err(|fault| Failure::new(Exit::Internal, fault.to_string()))?;
    // 32 random bytes in base64, whatever they are for.
    let (_, key) = ring.split_once(':').unwrap_or_default();
    match (kind, id) {
        (SecretKind::Master, None) => done(terminal::print(&ring)),
        (SecretKind::Master, Some(id)) => {
            let named = format!("{id}:{key}");
            MasterKeys::parse(&named).map_err(|_| Failure::usage("--id needs 1 to 32 of a-z, 0-9 and -"))?;
            done(terminal::print(&named))
        }
        (SecretKind::Jwt, None) => done(terminal::print(key)),
        (SecretKind::Jwt, Some(_)) => Err(Failure::usage("--id is for master keys; the secret of hs256 has none")),
    }
}
