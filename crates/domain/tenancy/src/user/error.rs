//! Why a command on a user was refused. A refused command changes nothing.

use crate::Role;

/// The refusals of a user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// The user's role, as it is or as it would be, is above that of who asks.
    #[error("the role {role} is above your own")]
    RoleAbove { role: Role },
    #[error("nobody changes the own role")]
    OwnRole,
    /// There is no invitation to accept: it was revoked.
    #[error("the user is not invited")]
    NotInvited,
    #[error("the user has joined already")]
    AlreadyJoined,
    /// Who never joined is invited again, not enabled.
    #[error("the user never joined")]
    NeverJoined,
    /// The id carries no time: a fault of the generator, not of the caller.
    #[error("the id must be a UUID of version 7")]
    NotV7,
}
