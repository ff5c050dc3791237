//! What is wrong with the configuration, said once and for all of it. Holds no value of a secret.

use std::fmt;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The variable, or the key of the file where there is no such variable.
    pub name: String,
    pub problem: String,
    /// Why the rule exists, where that helps.
    pub why: Option<String>,
    /// What mends it.
    pub fix: Option<String>,
}

impl Fault {
    #[must_use]
    pub fn new(name: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { name: name.into(), problem: problem.into(), why: None, fix: None }
    }

    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

/// All mistakes of one run, sorted by name. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    #[must_use]
    pub fn new(mut faults: Vec<Fault>) -> Self {
        faults.sort();
        faults.dedup();
        Self(faults)
    }

    #[must_use]
    pub fn list(&self) -> &[Fault] {
        &self.0
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = if self.0.len() == 1 { "error" } else { "errors" };
        write!(f, "{} configuration {errors}, nothing was started", self.0.len())?;
        write_faults(f, &self.0)
    }
}

impl std::error::Error for Faults {}

/// The lines of faults, names in one column.
pub(super) fn write_faults(f: &mut dyn fmt::Write, faults: &[Fault]) -> fmt::Result {
    let width = faults.iter().map(|fault| fault.name.chars().count()).max().unwrap_or(0);
    for fault in faults {
        write!(f, "\n  {:width$}   {}", fault.name, fault.problem)?;
        match (&fault.why, &fault.fix) {
            (Some(why), Some(fix)) => write!(f, "\n      why: {why}      fix: {fix}")?,
            (Some(why), None) => write!(f, "\n      why: {why}")?,
            (None, Some(fix)) => write!(f, "\n      fix: {fix}")?,
            (None, None) => {}
        }
    }
    Ok(())
}

/// What was noticed in development and would be refused in production.
#[must_use]
pub fn warnings_text(warnings: &[Fault]) -> String {
    let mut text = String::from("configuration warnings (errors in production)");
    // Writing to a String cannot fail.
    let _written = write_faults(&mut text, warnings);
    text
}
