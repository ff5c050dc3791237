//! Everything the configuration is made of, as it was found; reading it decides nothing.

use std::path::{Path, PathBuf};

use super::{Fault, Faults};

/// A text file that was found.
#[derive(Clone)]
pub struct TextFile {
    pub path: PathBuf,
    pub text: String,
}

/// A setting given on the command line.
#[derive(Clone)]
pub struct Flag {
    /// The flag's name, such as `--set`.
    pub flag: &'static str,
    /// `section.key=value`.
    pub assignment: String,
}

/// The sources, from the weakest to the strongest.
#[derive(Clone, Default)]
pub struct Inputs {
    pub file: Option<TextFile>,
    pub dotenv: Option<TextFile>,
    pub environment: Vec<(String, String)>,
    pub flags: Vec<Flag>,
}

/// The largest file that is read, in bytes; larger ones are no configuration.
const FILE_BYTES_MAX: u64 = 1_048_576;

impl Inputs {
    /// Only flags: no file and no environment is read.
    #[must_use]
    pub fn of_flags(flags: Vec<Flag>) -> Self {
        Self { flags, ..Self::default() }
    }

    /// What this process was started with: `orderbase.toml` and `.env` of the working directory, the environment, the flags.
    ///
    /// # Errors
    /// A file that is named and missing, or present and unreadable; a variable that is not UTF-8.
    pub fn of_process(file: Option<&Path>, flags: Vec<Flag>) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let file = match file {
            Some(path) => read_file(path, true, &mut faults),
            None => read_file(Path::new("orderbase.toml"), false, &mut faults),
        };
        let dotenv = read_file(Path::new(".env"), false, &mut faults);
        let environment = environment(&mut faults);
        if faults.is_empty() { Ok(Self { file, dotenv, environment, flags }) } else { Err(Faults::new(faults)) }
    }
}

fn read_file(path: &Path, required: bool, faults: &mut Vec<Fault>) -> Option<TextFile> {
    match read_text(path) {
        Ok(text) => Some(TextFile { path: path.to_owned(), text }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => None,
        Err(error) => {
            faults.push(Fault::new(path.display().to_string(), format!("cannot be read: {error}")));
            None
        }
    }
}

/// A file as text, if it is small enough to be meant.
pub(super) fn read_text(path: &Path) -> std::io::Result<String> {
    if std::fs::metadata(path)?.len() > FILE_BYTES_MAX {
        return Err(std::io::Error::other("it has more than 1 MiB"));
    }
    std::fs::read_to_string(path)
}

#[expect(clippy::disallowed_methods, reason = "the one home of the environment")]
fn environment(faults: &mut Vec<Fault>) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    for (name, value) in std::env::vars_os() {
        let Ok(name) = name.into_string() else { continue };
        match value.into_string() {
            Ok(value) => variables.push((name, value)),
            Err(_) if super::dotenv::is_ours(&name) => faults.push(Fault::new(name, "is not UTF-8 (environment)")),
            Err(_) => {}
        }
    }
    variables.sort();
    variables
}

/// The host's name as the system tells it, for a name of this instance.
#[must_use]
pub fn host_name() -> Option<String> {
    let text =
        std::fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| std::fs::read_to_string("/etc/hostname"));
    text.ok().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// The name of the person at the command line, for the events of what is done there.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one home of the environment")]
pub fn user_name() -> Option<String> {
    ["SUDO_USER", "USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok()).filter(|name| !name.is_empty())
}

/// Whether colours are unwanted (no-color.org).
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one home of the environment")]
pub fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}
