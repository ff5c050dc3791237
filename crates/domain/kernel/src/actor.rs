//! Who did it. Stands on every event and audit row; it says nothing about what the actor may do.

use crate::{ApiKeyId, Invalid, UserId, text_newtype};

text_newtype! {
    /// The name of a job of the system itself, such as `demo-seed`.
    pub struct JobName(1..=64, One);
    /// The name under which a platform operator signs in.
    pub struct OperatorName(1..=200, One);
}

/// A user, a key, a job of the system or an operator of the platform.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    User(UserId),
    ApiKey(ApiKeyId),
    System(JobName),
    Operator(OperatorName),
}

impl Actor {
    pub const KINDS: &'static [&'static str] = &["user", "api_key", "system", "operator"];

    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::ApiKey(_) => "api_key",
            Self::System(_) => "system",
            Self::Operator(_) => "operator",
        }
    }

    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::User(id) => id.to_string(),
            Self::ApiKey(id) => id.to_string(),
            Self::System(name) => name.to_string(),
            Self::Operator(name) => name.to_string(),
        }
    }

    /// Reads what [`Self::kind`] and [`Self::id`] gave.
    ///
    /// # Errors
    /// `not_one_of` for an unknown kind; those of the id's type.
    pub fn parse(kind: &str, id: &str) -> Result<Self, Invalid> {
        match kind {
            "user" => UserId::parse(id).map(Self::User),
            "api_key" => ApiKeyId::parse(id).map(Self::ApiKey),
            "system" => JobName::parse(id).map(Self::System),
            "operator" => OperatorName::parse(id).map(Self::Operator),
            _ => Err(Invalid::not_one_of(Self::KINDS)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_actor_is_read_back() {
        let actors = [
            Actor::User(UserId::parse("01980000-0000-7000-8000-0000000000a1").unwrap()),
            Actor::ApiKey(ApiKeyId::parse("01980000-0000-7000-8000-0000000000b1").unwrap()),
            Actor::System(JobName::parse("demo-seed").unwrap()),
            Actor::Operator(OperatorName::parse("ada@example.com").unwrap()),
        ];
        for (actor, kind) in actors.iter().zip(Actor::KINDS) {
            assert_eq!(&actor.kind(), kind);
            assert_eq!(Actor::parse(actor.kind(), &actor.id()).as_ref(), Ok(actor));
        }
        assert!(Actor::parse("robot", "x").is_err());
        assert!(Actor::parse("user", "demo-seed").is_err());
    }
}
