//! What `config show` and `config explain` say. A secret shows its length and nothing else.

use serde::Serialize;

use super::generate::facts;
use super::setting::{Preset, Setting};
use super::values::Values;
use super::{Config, PREFIX, nearest};

/// A setting as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownSetting {
    pub name: String,
    pub value: String,
    pub origin: String,
}

/// All settings with what holds now and where it was set.
#[must_use]
pub fn show(values: &Values) -> Vec<ShownSetting> {
    Config::settings().map(|setting| shown(setting, values)).collect()
}

fn shown(setting: &Setting, values: &Values) -> ShownSetting {
    let (value, origin) = match values.found(setting) {
        Some(found) if setting.secret => (redacted(&found.text), found.origin.to_string()),
        Some(found) => (found.text.clone(), found.origin.to_string()),
        None => (unset(setting.preset), "default".to_owned()),
    };
    ShownSetting { name: setting.variable(), value, origin }
}

fn redacted(text: &str) -> String {
    format!("[redacted, {} chars]", text.chars().count())
}

fn unset(preset: Preset) -> String {
    match preset {
        Preset::Is(text) => text.to_owned(),
        Preset::From(text) => format!("({text})"),
        Preset::Nothing => "(none)".to_owned(),
    }
}

/// The setting of a name, which may be the variable, the variable without prefix, or the path of the file.
///
/// # Errors
/// The variable that was probably meant, if one is near.
pub fn find(name: &str) -> Result<&'static Setting, Option<String>> {
    let upper = name.to_ascii_uppercase().replace('.', "_");
    let wanted = if upper.starts_with(PREFIX) { upper } else { format!("{PREFIX}{upper}") };
    if let Some(setting) = Config::settings().find(|setting| setting.variable() == wanted) {
        return Ok(setting);
    }
    let names: Vec<String> = Config::settings().map(Setting::variable).collect();
    Err(nearest(&wanted, names.iter().map(String::as_str)).map(str::to_owned))
}

/// One setting in words.
#[must_use]
pub fn explain(setting: &Setting) -> String {
    let file = if setting.section.is_empty() {
        setting.key.to_owned()
    } else {
        format!("[{}] {}", setting.section, setting.key)
    };
    let also =
        if setting.secret { format!("\n  or the file that {}_FILE names", setting.variable()) } else { String::new() };
    format!(
        "{}\n  {}\n  {}\n  in the file: {file}; as a flag: --set {}=…{also}",
        setting.variable(),
        setting.meaning.trim(),
        facts(setting),
        setting.path()
    )
}
