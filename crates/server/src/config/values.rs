//! What was set, and where. Texts of secrets are inside, so there is no `Debug` of a text.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use super::Setting;

/// Where a value came from. The order is the precedence: a later one wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Default,
    /// The configuration file.
    File(PathBuf),
    /// A line of `.env`, counted from 1.
    Dotenv {
        path: PathBuf,
        line: usize,
    },
    /// A well-known variable of another name, from `.env` or the environment.
    Alias(&'static str),
    Environment,
    /// The content of the file that `…_FILE` names.
    SecretFile(PathBuf),
    /// `--set` or a flag of its own.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) | Self::SecretFile(path) => write!(f, "{}", path.display()),
            Self::Dotenv { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Alias(name) => write!(f, "{name}"),
            Self::Environment => f.write_str("environment"),
            Self::Flag(flag) => write!(f, "{flag}"),
        }
    }
}

/// A value that somebody set.
#[derive(Clone)]
pub struct Found {
    pub text: String,
    pub origin: Origin,
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// The value of each setting that somebody set, by path.
#[derive(Clone, Debug, Default)]
pub struct Values(BTreeMap<String, Found>);

impl Values {
    /// The last one set wins: sources are read in the order of precedence.
    pub fn set(&mut self, setting: &Setting, text: String, origin: Origin) {
        self.0.insert(setting.path(), Found { text, origin });
    }

    #[must_use]
    pub fn found(&self, setting: &Setting) -> Option<&Found> {
        self.0.get(&setting.path())
    }

    /// The text set for a path such as `http.listen`.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(|found| found.text.as_str())
    }
}
