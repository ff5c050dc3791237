//! Turns texts into typed values and notes every one that cannot be turned.

use std::net::SocketAddr;
use std::path::PathBuf;

use orderbase_infrastructure::security::Secret;
use orderbase_kernel::{Email, Network};

use super::setting::{Preset, Setting};
use super::values::{Origin, Values};
use super::{Fault, check};

/// The type of a field of the configuration.
pub trait Value: Sized {
    /// Reads a text that `check::check` has let through.
    fn parse(text: &str) -> Option<Self>;

    /// What the field holds when nothing is set and the preset is no text.
    fn absent() -> Option<Self> {
        None
    }
}

impl<T: Value> Value for Option<T> {
    fn parse(text: &str) -> Option<Self> {
        T::parse(text).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl Value for u64 {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Value for bool {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Value for String {
    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Value for SocketAddr {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// A value that may be switched off by the word `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch<T>(pub Option<T>);

impl<T: Value> Value for Switch<T> {
    fn parse(text: &str) -> Option<Self> {
        if text == "off" { Some(Self(None)) } else { T::parse(text).map(|value| Self(Some(value))) }
    }
}

impl Value for Network {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Value for Email {
    fn parse(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }
}

/// A list by comma; blanks around entries do not count.
impl<T: Value> Value for Vec<T> {
    fn parse(text: &str) -> Option<Self> {
        text.split(',').map(|part| T::parse(part.trim())).collect()
    }
}

impl Value for PathBuf {
    fn parse(text: &str) -> Option<Self> {
        Some(Self::from(text))
    }
}

impl Value for Secret<String> {
    fn parse(text: &str) -> Option<Self> {
        Some(Self::new(text.to_owned()))
    }
}

/// Reads settings out of what was set.
pub struct Reader<'a> {
    values: &'a Values,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(values: &'a Values, faults: &'a mut Vec<Fault>) -> Self {
        Self { values, faults }
    }

    /// The value of a setting; `None` after a fault was noted.
    pub(super) fn take<T: Value>(&mut self, setting: &'static Setting) -> Option<T> {
        let (text, origin) = match (self.values.found(setting), setting.preset) {
            (Some(found), _) => (found.text.as_str(), &found.origin),
            (None, Preset::Is(text)) => (text, &Origin::Default),
            (None, Preset::From(_) | Preset::Nothing) => return T::absent(),
        };
        match check::check(setting, text, origin).map(|()| T::parse(text)) {
            Ok(Some(value)) => Some(value),
            Ok(None) => {
                self.faults.push(Fault::new(setting.variable(), format!("cannot be read ({origin})")));
                None
            }
            Err(fault) => {
                self.faults.push(fault);
                None
            }
        }
    }
}
