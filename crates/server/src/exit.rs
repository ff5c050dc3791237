//! How the program ends. Scripts and supervisors read these numbers, so a number never changes its meaning.

use std::process::ExitCode;

/// The exit codes (after sysexits(3)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Done, or nothing was left to do.
    Done = 0,
    /// A check found a difference, lines were rejected, or a rule refused the command.
    Difference = 1,
    /// The command line is wrong.
    Usage = 2,
    /// An input file cannot be read or holds the wrong thing.
    BadInput = 65,
    /// A dependency cannot be reached.
    Unreachable = 69,
    /// A fault of this program or of its machine.
    Internal = 70,
    /// Try again: a lock is held, or a stop was cut short.
    TryAgain = 75,
    /// The schema is too old, too new or half applied.
    Schema = 76,
    /// Refused, because it would overwrite or destroy something.
    Refused = 77,
    /// The configuration is wrong; nothing was started.
    Config = 78,
}

impl Exit {
    /// All codes with what they mean, in the words of the reference.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::Done, "done"),
        (Self::Difference, "a check found a difference, lines were rejected, or a rule refused the command"),
        (Self::Usage, "wrong command line"),
        (Self::BadInput, "input file unreadable"),
        (Self::Unreachable, "dependency unreachable"),
        (Self::Internal, "internal fault"),
        (Self::TryAgain, "try again: a lock is held, or a stop was cut short"),
        (Self::Schema, "schema too old, too new or half applied"),
        (Self::Refused, "refused: it would overwrite or destroy something"),
        (Self::Config, "configuration wrong, nothing was started"),
    ];

    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn the_numbers_are_those_of_the_contract() {
        let numbers: Vec<u8> = Exit::ALL.iter().map(|(exit, _)| exit.code()).collect();
        assert_eq!(numbers, [0, 1, 2, 65, 69, 70, 75, 76, 77, 78]);
    }
}
