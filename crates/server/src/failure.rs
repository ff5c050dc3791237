//! Why a command did not do what it was asked: an exit code and words for the person at the terminal.

use std::fmt;

use orderbase_application::{Class, Code, Error, Fault as InputFault, Place};

use crate::config::Faults;
use crate::exit::Exit;

/// The end of a command that failed.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    pub exit: Exit,
    /// One sentence or more, without the program's name.
    pub words: String,
}

/// What a command comes to.
pub type Outcome = Result<Exit, Failure>;

impl Failure {
    pub fn new(exit: Exit, words: impl Into<String>) -> Self {
        Self { exit, words: words.into() }
    }

    pub fn usage(words: impl Into<String>) -> Self {
        Self::new(Exit::Usage, words)
    }

    pub fn internal(error: &dyn std::error::Error) -> Self {
        Self::new(Exit::Internal, chain(error))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Self {
        Self::new(Exit::Config, faults.to_string())
    }
}

/// Writing to standard output failed; a reader that has gone away is no fault.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::new(Exit::Done, "");
        }
        Self::internal(&error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match error.code() {
            Code::DependencyUnavailable => Exit::Unreachable,
            Code::Overloaded | Code::OutcomeUnknown | Code::WriteConflict => Exit::TryAgain,
            code if code.class() == Class::Internal => Exit::Internal,
            _ => Exit::Difference,
        };
        Self::new(exit, words(&error))
    }
}

/// The error in words: its cause where it is ours, the faults where it is the caller's.
fn words(error: &Error) -> String {
    let mut words = format!("{} ({})", chain(error), error.code().slug());
    let faults: &[InputFault] = match error {
        Error::Validation { faults }
        | Error::MetadataLimit { faults }
        | Error::OrderTotalOutOfRange { faults }
        | Error::CurrencyMismatch { faults } => faults,
        _ => &[],
    };
    for fault in faults {
        let place = match &fault.place {
            Place::Pointer(text) | Place::Parameter(text) => text.trim_start_matches("#/"),
            Place::Header(name) => name,
        };
        words.push_str(&format!("\n  {place}: {}", fault.detail));
    }
    words
}

/// An error and its causes, each once.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !words.contains(&text) {
            words.push_str(": ");
            words.push_str(&text);
        }
        cause = error.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_named_once() {
        let inner = std::io::Error::other("connection refused");
        let error = Error::Unavailable(Box::new(inner));
        let failure = Failure::from(error);
        assert_eq!(failure.exit, Exit::Unreachable);
        assert_eq!(failure.words, "a dependency does not answer: connection refused (dependency_unavailable)");
    }

    #[test]
    fn a_reader_that_went_away_is_no_fault() {
        assert_eq!(Failure::from(std::io::Error::from(std::io::ErrorKind::BrokenPipe)).exit, Exit::Done);
        assert_eq!(Failure::from(std::io::Error::other("disk full")).exit, Exit::Internal);
    }

    #[test]
    fn classes_of_errors_have_exit_codes() {
        let cases = [
            (Error::Overloaded, Exit::TryAgain),
            (Error::OutcomeUnknown("x".into()), Exit::TryAgain),
            (Error::internal("x"), Exit::Internal),
            (Error::CustomerInactive, Exit::Difference),
        ];
        for (error, exit) in cases {
            assert_eq!(Failure::from(error).exit, exit);
        }
    }
}
