//! The command line: what may be asked, and who answers. No command decides anything here.

mod args;
mod people;
mod reference;
mod tenants;

use std::ffi::OsString;

use clap::{CommandFactory as _, Parser as _};

pub use self::args::{
    Cli, Command, ConfigCommand, DemoArgs, FormatArg, GlobalArgs, HealthcheckArgs, ImportArgs, MigrateCommand, ModeArg,
    OnExistingArg, OpenapiArgs, RoutesArgs, SecretCommand, SecretKind, ServeArgs,
};
pub use self::people::{AuditCommand, KeysCommand, UserCommand, Whose};
pub use self::reference::reference;
pub use self::tenants::{ApiKeyCommand, TenantActArgs, TenantCommand, TenantCreateArgs};
use crate::commands;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::terminal;

/// The model of the command line, for completions and the reference page.
#[must_use]
pub fn model() -> clap::Command {
    Cli::command()
}

/// Runs the program with its arguments, the first of which is its name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output, mistakes with the nearest match to standard error.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Done };
        }
    };
    match dispatch(cli) {
        Ok(exit) => exit,
        Err(failure) => {
            if !failure.words.is_empty() {
                terminal::say(&format!("orderbase: {failure}"));
            }
            failure.exit
        }
    }
}

fn dispatch(cli: Cli) -> Outcome {
    let Cli { global, command } = cli;
    match command {
        Command::Serve(args) => commands::serve::run(&global, &args),
        Command::Demo(args) => commands::demo::run(&global, &args),
        Command::Migrate { command } => commands::migrate::run(&global, &command),
        Command::Import(args) => commands::import::run(&global, &args),
        Command::Openapi(args) => commands::openapi::run(&args),
        Command::Routes(args) => commands::routes::run(&args),
        Command::Healthcheck(args) => commands::healthcheck::run(&global, &args),
        Command::Config { command } => commands::config::run(&global, &command),
        Command::Secret { command } => commands::secret::run(&command),
        Command::Keys { command } => commands::keys::run(&global, &command),
        Command::Audit { command } => commands::audit::run(&global, &command),
        Command::User { command } => commands::user::run(&global, command),
        Command::Tenant { command } => commands::tenant::run(&global, command),
        Command::ApiKey { command } => commands::api_key::run(&global, command),
        Command::Completions { shell } => commands::completions::run(shell),
    }
}
