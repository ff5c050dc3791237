//! `config init`, `config check`, `config show`, `config explain`. None of them opens a database or a socket.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use super::context::{done, load};
use crate::cli::{ConfigCommand, FormatArg, GlobalArgs, ModeArg};
use crate::config::{Mode, ShownSetting, explain, find, generate, show};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal::{self, Output};

pub fn run(global: &GlobalArgs, command: &ConfigCommand) -> Outcome {
    match command {
        ConfigCommand::Init { mode, format, write } => init(*mode, *format, write.as_deref()),
        ConfigCommand::Check => check(global),
        ConfigCommand::Show { origin, output } => shown(global, *origin, *output),
        ConfigCommand::Explain { name } => explained(name),
    }
}

fn init(mode: ModeArg, format: FormatArg, write: Option<&Path>) -> Outcome {
    let mode = match mode {
        ModeArg::Embedded => Mode::Embedded,
        ModeArg::Server => Mode::Server,
    };
    let text = match format {
        FormatArg::Toml => generate::toml_example(mode),
        FormatArg::Env => generate::env_for(mode),
    };
    let Some(path) = write else { return done(terminal::print(&text)) };
    match File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => {
            terminal::say(&format!("wrote {}", path.display()));
            Ok(Exit::Done)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(Failure::new(Exit::Refused, format!("{} exists and is not overwritten", path.display())))
        }
        Err(error) => Err(Failure::new(Exit::BadInput, format!("{} cannot be written: {error}", path.display()))),
    }
}

fn check(global: &GlobalArgs) -> Outcome {
    let loaded = load(global)?;
    terminal::say(&format!("the configuration is right: {} mode", loaded.config.mode().as_str()));
    Ok(Exit::Done)
}

fn shown(global: &GlobalArgs, origin: bool, output: Option<Output>) -> Outcome {
    let rows = show(&load(global)?.values);
    match Output::or_fitting(output) {
        Output::Json if origin => terminal::print_json(&rows)?,
        Output::Json => {
            let values: serde_json::Map<String, serde_json::Value> =
                rows.into_iter().map(|row| (row.name, row.value.into())).collect();
            terminal::print_json(&values)?;
        }
        Output::Table => {
            let columns: &[&str] = if origin { &["NAME", "VALUE", "ORIGIN"] } else { &["NAME", "VALUE"] };
            let cells = |row: &ShownSetting| vec![row.name.clone(), row.value.clone(), row.origin.clone()];
            terminal::print(&terminal::table(columns, &rows.iter().map(cells).collect::<Vec<_>>()))?;
        }
    }
    Ok(Exit::Done)
}

fn explained(name: &str) -> Outcome {
    match find(name) {
        Ok(setting) => done(terminal::print(&explain(setting))),
        Err(Some(meant)) => Err(Failure::usage(format!("there is no setting {name}; did you mean {meant}?"))),
        Err(None) => Err(Failure::usage(format!("there is no setting {name}; orderbase config show names them"))),
    }
}
