//! `docs/reference/cli.md`, made from the model of the command line.

use std::fmt::Write as _;

use clap::{Arg, Command};

use crate::exit::Exit;

/// The reference page.
#[must_use]
pub fn reference() -> String {
    let mut model = super::model();
    model.build();
    let mut out = String::from(
        "# Command line\n\n\
         Generated from the commands in `crates/server/src/cli`; do not edit.\n\n\
         Results go to standard output, words for people to standard error. Reading commands answer with a table on a terminal and with\n\
         JSON elsewhere. A wrong command, flag or value names the nearest match.\n\n\
         Flags of every command:\n\n",
    );
    flags(&mut out, model.get_arguments().filter(|arg| arg.is_global_set()));
    for command in model.get_subcommands() {
        write_command(&mut out, "orderbase", command);
    }
    out.push_str("\n## Exit codes\n\n| Code | Means |\n|---|---|\n");
    for (exit, means) in Exit::ALL {
        let _ = writeln!(out, "| {} | {means} |", exit.code());
    }
    out
}

fn write_command(out: &mut String, parent: &str, command: &Command) {
    if command.get_name() == "help" {
        return;
    }
    let name = format!("{parent} {}", command.get_name());
    if command.has_subcommands() {
        for inner in command.get_subcommands() {
            write_command(out, &name, inner);
        }
        return;
    }
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let _ = write!(out, "\n## `{name}`\n\n{about}.\n\n```text\n{usage}\n```\n\n");
    let aliases: Vec<&str> = command.get_visible_aliases().collect();
    if !aliases.is_empty() {
        let _ = write!(out, "Also: {}.\n\n", aliases.join(", "));
    }
    let own = command
        .get_arguments()
        .filter(|arg| !arg.is_global_set() && !matches!(arg.get_id().as_str(), "help" | "version"));
    flags(out, own);
    while out.ends_with("\n\n") {
        out.pop();
    }
}

fn flags<'a>(out: &mut String, args: impl Iterator<Item = &'a Arg>) {
    for arg in args {
        let value = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string).unwrap_or_default();
        let takes_value = arg.get_action().takes_values();
        let shown = match arg.get_long() {
            Some(long) if takes_value => format!("--{long} {value}"),
            Some(long) => format!("--{long}"),
            None => value,
        };
        let words: Vec<String> =
            arg.get_possible_values().iter().map(|word| format!("`{}`", word.get_name())).collect();
        let words =
            if words.is_empty() || !takes_value { String::new() } else { format!(" One of {}.", words.join(", ")) };
        let preset: Vec<String> =
            arg.get_default_values().iter().map(|text| text.to_string_lossy().into_owned()).collect();
        let preset = preset.join(",");
        let preset = if preset.is_empty() || !takes_value { String::new() } else { format!(" Default: `{preset}`.") };
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(out, "- `{shown}` {help}.{words}{preset}");
    }
    out.push('\n');
}
