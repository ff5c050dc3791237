//! The id under which one request is found in answers, logs, events and the audit trail.

use std::fmt;

use crate::Invalid;

/// `^[A-Za-z0-9._-]{1,128}$`, so that it is safe in a header and in a log line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(Box<str>);

impl RequestId {
    pub const MAX: usize = 128;

    /// # Errors
    /// `pattern`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        if text.is_empty() || text.len() > Self::MAX || !text.bytes().all(allowed) {
            return Err(Invalid::pattern("^[A-Za-z0-9._-]{1,128}$"));
        }
        Ok(Self(text.into()))
    }

    #[must_use]
    pub fn from_uuid(uuid: uuid::Uuid) -> Self {
        Self(uuid.as_hyphenated().to_string().into_boxed_str())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_safe_characters_alone() {
        for good in ["a", "A-1._z", &"x".repeat(128)] {
            assert_eq!(RequestId::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", " ", "a b", "a\n", "é", "a/b", &"x".repeat(129)] {
            assert!(RequestId::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(RequestId::from_uuid(uuid::Uuid::nil()).as_str(), "00000000-0000-0000-0000-000000000000");
    }
}
