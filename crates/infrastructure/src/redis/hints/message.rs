//! Hints as text: `<sender> <what> <of which>`. An id or a keyed digest, never a name, an address or a secret.

use std::fmt;

use orderbase_kernel::TenantId;
use orderbase_tenancy::KeyHash;
use uuid::Uuid;

pub(super) const CHANNEL: &str = "ob:hints";

/// What the others are to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// Nothing: the sender is there.
    Here,
    /// Forget the key under that hash.
    Key(KeyHash),
    /// Forget all keys of the tenant, and the tenant itself with its limits.
    KeysOf(TenantId),
    /// Forget the people and the tokens of the tenant.
    PeopleOf(TenantId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub sender: Uuid,
    pub hint: Hint,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.sender.simple())?;
        match &self.hint {
            Hint::Here => f.write_str("here"),
            Hint::Key(hash) => {
                f.write_str("key ")?;
                hash.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
            Hint::KeysOf(id) => write!(f, "keys {}", id.uuid().simple()),
            Hint::PeopleOf(id) => write!(f, "people {}", id.uuid().simple()),
        }
    }
}

impl Message {
    /// `None` for a text that is no hint of this version.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (sender, what, which) = (id(words.next()?)?, words.next()?, words.next());
        let hint = match (what, which) {
            ("here", None) => Hint::Here,
            ("key", Some(digits)) => Hint::Key(KeyHash::from_bytes(bytes(digits)?)),
            ("keys", Some(which)) => Hint::KeysOf(TenantId::from_uuid(id(which)?)),
            ("people", Some(which)) => Hint::PeopleOf(TenantId::from_uuid(id(which)?)),
            _ => return None,
        };
        words.next().is_none().then_some(Self { sender, hint })
    }
}

fn id(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok()
}

fn bytes(digits: &str) -> Option<[u8; 32]> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    pairs.collect::<Option<Vec<u8>>>()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_are_read_as_they_are_written() {
        let (sender, tenant) = (Uuid::from_u128(7), TenantId::from_uuid(Uuid::from_u128(8)));
        let hash: [u8; 32] = std::array::from_fn(|at| u8::try_from(at * 8).unwrap());
        for hint in [Hint::Here, Hint::Key(KeyHash::from_bytes(hash)), Hint::KeysOf(tenant), Hint::PeopleOf(tenant)] {
            let message = Message { sender, hint };
            assert_eq!(Message::parse(&message.to_string()), Some(message));
        }
    }

    #[test]
    fn what_is_no_hint_is_none() {
        let sender = Uuid::from_u128(7).simple().to_string();
        let texts = [
            "",
            "x",
            "here",
            "x here",
            "{} ",
            "{} here now",
            "{} key",
            "{} key 00",
            "{} key zz",
            "{} keys",
            "{} keys x",
            "{} all",
            "{} people 00000000000000000000000000000008 and",
        ];
        for text in texts {
            assert_eq!(Message::parse(&text.replace("{}", &sender)), None, "{text}");
        }
    }
}
