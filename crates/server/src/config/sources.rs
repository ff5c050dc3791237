//! Puts the sources in the order of precedence:
//! defaults < file < `.env` < aliases < environment < `…_FILE` < flags.

use std::path::PathBuf;

use super::dotenv::{self, Assignment, is_ours};
use super::inputs::{Inputs, read_text};
use super::values::{Origin, Values};
use super::{Config, Fault, PREFIX, Setting, nearest, toml};

/// Variables that others named, and the setting each stands for.
const ALIASES: &[(&str, &str)] = &[("DATABASE_URL", "database.url"), ("REDIS_URL", "redis.url")];

/// What the sources say.
#[derive(Default)]
pub(super) struct Gathered {
    pub values: Values,
    /// Errors under any profile.
    pub faults: Vec<Fault>,
    /// Names nobody knows: errors in production.
    pub unknown: Vec<Fault>,
}

pub(super) fn gather(inputs: &Inputs) -> Gathered {
    let mut gathered = Gathered::default();
    gathered.file(inputs);
    let lines = inputs.dotenv.as_ref().map(|file| dotenv::read(file, &mut gathered.faults)).unwrap_or_default();
    let variables = variables(inputs, &lines);

    gathered.variables(variables.iter().filter(|variable| matches!(variable.origin, Origin::Dotenv { .. })));
    gathered.aliases(&variables);
    gathered.variables(variables.iter().filter(|variable| variable.origin == Origin::Environment));
    gathered.secret_files(&variables);
    gathered.flags(inputs);
    gathered
}

/// A variable that is set and not empty, from `.env` or the environment.
struct Variable<'a> {
    name: &'a str,
    value: &'a str,
    origin: Origin,
}

fn variables<'a>(inputs: &'a Inputs, lines: &'a [Assignment]) -> Vec<Variable<'a>> {
    let path = inputs.dotenv.as_ref().map(|file| file.path.clone()).unwrap_or_default();
    let of_dotenv = lines.iter().map(|line| Variable {
        name: &line.name,
        value: &line.value,
        origin: Origin::Dotenv { path: path.clone(), line: line.line },
    });
    let of_environment =
        inputs.environment.iter().map(|(name, value)| Variable { name, value, origin: Origin::Environment });
    of_dotenv.chain(of_environment).filter(|variable| !variable.value.is_empty()).collect()
}

fn by_variable(name: &str) -> Option<&'static Setting> {
    Config::settings().find(|setting| setting.variable() == name)
}

fn by_path(path: &str) -> Option<&'static Setting> {
    Config::settings().find(|setting| setting.path() == path)
}

/// The secret that `…_FILE` names.
fn by_secret_file(name: &str) -> Option<&'static Setting> {
    name.strip_suffix("_FILE").and_then(by_variable).filter(|setting| setting.secret)
}

impl Gathered {
    fn file(&mut self, inputs: &Inputs) {
        let Some(file) = &inputs.file else { return };
        for (path, text) in toml::read(file, &mut self.faults) {
            let origin = Origin::File(file.path.clone());
            match by_path(&path) {
                Some(setting) => self.values.set(setting, text, origin),
                None => self.unknown.push(unknown_path(&path, &origin)),
            }
        }
    }

    fn variables<'a>(&mut self, variables: impl Iterator<Item = &'a Variable<'a>>) {
        for Variable { name, value, origin } in variables {
            match by_variable(name) {
                Some(setting) => self.values.set(setting, (*value).to_owned(), origin.clone()),
                None if is_ours(name) && by_secret_file(name).is_none() => {
                    self.unknown.push(unknown_variable(name, origin));
                }
                None => {}
            }
        }
    }

    fn aliases(&mut self, variables: &[Variable<'_>]) {
        for variable in variables {
            let alias = ALIASES.iter().find(|(name, _)| *name == variable.name);
            if let Some((name, setting)) = alias.and_then(|(name, path)| Some((*name, by_path(path)?))) {
                self.values.set(setting, variable.value.to_owned(), Origin::Alias(name));
            }
        }
    }

    fn secret_files(&mut self, variables: &[Variable<'_>]) {
        for Variable { name, value, origin } in variables {
            let Some(setting) = by_secret_file(name) else { continue };
            let plain = setting.variable();
            if variables.iter().any(|other| other.name == plain) {
                self.faults.push(
                    Fault::new(plain.clone(), format!("is set together with {name} ({origin})"))
                        .why("nobody could tell which one counts")
                        .fix(format!("unset {plain} or {name}")),
                );
                continue;
            }
            let path = PathBuf::from(value);
            match read_text(&path) {
                Ok(text) => {
                    self.values.set(setting, text.trim_end_matches(['\r', '\n']).to_owned(), Origin::SecretFile(path))
                }
                Err(error) => {
                    let problem = format!("names a file that cannot be read ({origin}): {}: {error}", path.display());
                    self.faults.push(Fault::new(*name, problem));
                }
            }
        }
    }

    fn flags(&mut self, inputs: &Inputs) {
        for flag in &inputs.flags {
            let origin = Origin::Flag(flag.flag);
            let Some((path, text)) = flag.assignment.split_once('=') else {
                let problem = format!("has no \"=\" ({origin}), needs section.key=value");
                self.faults.push(Fault::new(flag.assignment.clone(), problem));
                continue;
            };
            match by_path(path) {
                Some(setting) => self.values.set(setting, text.to_owned(), origin),
                None => self.faults.push(unknown_path(path, &origin)),
            }
        }
    }
}

fn unknown_variable(name: &str, origin: &Origin) -> Fault {
    if let Some(setting) = name.strip_suffix("_FILE").and_then(by_variable) {
        return Fault::new(name, format!("unknown ({origin}); only secrets are read from files"))
            .fix(format!("set {}", setting.variable()));
    }
    let names: Vec<String> = Config::settings().map(Setting::variable).collect();
    Fault::new(name, unknown(origin, nearest(name, names.iter().map(String::as_str))))
}

fn unknown_path(path: &str, origin: &Origin) -> Fault {
    // Somebody may have given the variable's name instead of the path.
    if let Some(setting) = by_variable(path).or_else(|| by_variable(&format!("{PREFIX}{path}"))) {
        return Fault::new(path, unknown(origin, Some(&setting.path())));
    }
    let paths: Vec<String> = Config::settings().map(Setting::path).collect();
    Fault::new(path, unknown(origin, nearest(path, paths.iter().map(String::as_str))))
}

fn unknown(origin: &Origin, meant: Option<&str>) -> String {
    match meant {
        Some(meant) => format!("unknown ({origin}); did you mean {meant}?"),
        None => format!("unknown ({origin}); orderbase config show lists what can be set"),
    }
}
