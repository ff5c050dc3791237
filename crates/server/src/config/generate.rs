//! The texts that are made from the table of settings: `.env.example`, `docs/reference/config.md`, a first `orderbase.toml`.
//! A test holds the committed files equal to them.

use std::fmt::Write as _;

use super::setting::{Preset, Setting};
use super::{Config, Mode};

/// The longest line of a comment.
const WIDTH: usize = 118;

/// Every variable once, commented out, with its default. Without the comment marks it is a valid `.env` that changes nothing.
#[must_use]
pub fn env_example() -> String {
    let mut out = String::from(
        "# Every setting of Orderbase with its default. Generated: `cargo test -p orderbase` says how to renew it.\n\
         # Copy to .env and take the mark off the lines you change. A secret X may instead be read from the file X_FILE names.\n",
    );
    for section in sections() {
        write_env_section(&mut out, &section);
    }
    out
}

fn write_env_section(out: &mut String, section: &[&Setting]) {
    if let Some(first) = section.first() {
        let _ = write!(out, "\n# --- {} ---\n", title(first));
    }
    for setting in section {
        let _ = write!(out, "\n{}", comment(&format!("{} ({})", setting.meaning.trim(), facts(setting))));
        let _ = writeln!(out, "#{}={}", setting.variable(), preset_text(setting));
    }
}

/// A first file for a mode; what the mode demands stands uncommented where it is no secret.
#[must_use]
pub fn toml_example(mode: Mode) -> String {
    let mut out = String::from(
        "# Configuration of Orderbase. Everything here may also be a variable: [http] listen is ORDERBASE_HTTP_LISTEN.\n",
    );
    for section in sections() {
        if let Some(first) = section.first().filter(|first| !first.section.is_empty()) {
            let _ = write!(out, "\n[{}]\n", first.section);
        }
        for setting in section {
            let _ = write!(out, "\n{}", comment(&format!("{} ({})", setting.meaning.trim(), facts(setting))));
            let _ = writeln!(out, "{}", toml_line(setting, mode));
        }
    }
    out
}

fn toml_line(setting: &Setting, mode: Mode) -> String {
    if mode == Mode::Server {
        match setting.path().as_str() {
            "public_url" => return "public_url = \"https://api.example.com\"".to_owned(),
            "database.url" | "redis.url" | "master_keys" => {
                return format!("# secret: set {}_FILE in the environment", setting.variable());
            }
            _ => {}
        }
    }
    let text = preset_text(setting);
    let bare = matches!(setting.kind, super::Kind::Int { .. } | super::Kind::Bool) && !text.is_empty();
    if bare { format!("#{} = {text}", setting.key) } else { format!("#{} = \"{text}\"", setting.key) }
}

/// A first `.env` for a mode.
#[must_use]
pub fn env_for(mode: Mode) -> String {
    let mut text = env_example();
    if mode == Mode::Server {
        text = text
            .replace("#ORDERBASE_PUBLIC_URL=", "ORDERBASE_PUBLIC_URL=https://api.example.com")
            .replace(
                "#ORDERBASE_DATABASE_URL=",
                "# or ORDERBASE_DATABASE_URL_FILE; required in server mode\n#ORDERBASE_DATABASE_URL=",
            )
            .replace(
                "#ORDERBASE_REDIS_URL=",
                "# or ORDERBASE_REDIS_URL_FILE; required in server mode\n#ORDERBASE_REDIS_URL=",
            )
            .replace(
                "#ORDERBASE_MASTER_KEYS=",
                "# or ORDERBASE_MASTER_KEYS_FILE; required in server mode\n#ORDERBASE_MASTER_KEYS=",
            );
    }
    text
}

/// The reference page.
#[must_use]
pub fn reference() -> String {
    let mut out = String::from(
        "# Configuration\n\n\
         Generated from the table of settings in `crates/server/src/config`; do not edit.\n\n\
         Precedence, weakest first: default, `orderbase.toml` (or `--config PATH`), `.env`, aliases (`DATABASE_URL`, `REDIS_URL`), environment,\n\
         `…_FILE`, flags (`--set section.key=value`). Only secrets (S) have `…_FILE`; a secret and its `…_FILE` at once are an error.\n\
         An empty variable counts as not set. An unknown `ORDERBASE_…` variable or key of the file is an error in production and a\n\
         warning in development. All errors are reported at once; the exit code is 78, and nothing was started. Names that begin with\n\
         `ORDERBASE_TEST_` belong to the tests and are ignored.\n",
    );
    for section in sections() {
        if let Some(first) = section.first() {
            let _ = write!(
                out,
                "\n## {}\n\n| Variable | Type | Default | Unit | Meaning |\n|---|---|---|---|---|\n",
                title(first)
            );
        }
        for setting in section {
            let secret = if setting.secret { " S" } else { "" };
            let preset = match setting.preset {
                Preset::Is(text) => format!("`{text}`"),
                other => other.describe().to_owned(),
            };
            let _ = writeln!(
                out,
                "| `{}`{secret} | {} | {preset} | {} | {} |",
                setting.variable(),
                setting.kind.describe(),
                setting.unit,
                setting.meaning.trim()
            );
        }
    }
    out
}

fn sections() -> Vec<Vec<&'static Setting>> {
    let mut sections: Vec<Vec<&'static Setting>> = Vec::new();
    for setting in Config::settings() {
        match sections.last_mut() {
            Some(last) if last.first().is_some_and(|first| first.section == setting.section) => last.push(setting),
            _ => sections.push(vec![setting]),
        }
    }
    sections
}

fn title(setting: &Setting) -> &'static str {
    if setting.section.is_empty() { "top level" } else { setting.section }
}

fn preset_text(setting: &Setting) -> &'static str {
    match setting.preset {
        Preset::Is(text) => text,
        Preset::From(_) | Preset::Nothing => "",
    }
}

/// Type, unit, default and whether it is a secret.
pub(super) fn facts(setting: &Setting) -> String {
    let unit = if setting.unit.is_empty() { String::new() } else { format!(" {}", setting.unit) };
    let secret = if setting.secret { "; secret" } else { "" };
    format!("{}{unit}; default: {}{secret}", setting.kind.describe(), setting.preset.describe())
}

/// The text as comment lines.
fn comment(text: &str) -> String {
    let mut out = String::new();
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(out, "{line}");
            line = String::from("#");
        }
        let _ = write!(line, " {word}");
    }
    let _ = writeln!(out, "{line}");
    out
}
