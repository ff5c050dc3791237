//! What a request demands beside its command: a version it was decided on, and that it takes effect once.

use std::sync::Arc;

use orderbase_kernel::Version;
use uuid::Uuid;

use crate::changeset::{Claim, KeptAnswer};
use crate::ctx::Ctx;
use crate::error::Error;

/// The versions under which a change may happen (RFC 9110 §13.1.1), read from strong entity tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IfMatch {
    /// No header: the command decides on whatever version it finds.
    #[default]
    Absent,
    /// `*`: any version of an existing resource.
    Any,
    /// The strong tags that were sent; weak ones never match and are left out. May be empty, and then nothing matches.
    Versions(Vec<u64>),
}

impl IfMatch {
    /// # Errors
    /// [`Error::VersionConflict`] with the present version if none of the sent tags names it.
    pub fn check(&self, current: Version) -> Result<(), Error> {
        match self {
            Self::Versions(sent) if !sent.contains(&current.get()) => Err(Error::VersionConflict { current }),
            _ => Ok(()),
        }
    }

    pub fn is_absent(&self) -> bool {
        *self == Self::Absent
    }
}

/// 1–255 printable ASCII characters (U+0020–U+007E), unquoted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads the header's value. `"abc"` (RFC 9651 §3.3.3) and `abc` are one key. `None` if it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let bare = match text.strip_prefix('"') {
            None => text.to_owned(),
            Some(rest) => unquote(rest.strip_suffix('"')?)?,
        };
        let printable = bare.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
        (printable && (1..=255).contains(&bare.len())).then_some(Self(bare))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn unquote(inner: &str) -> Option<String> {
    let mut bare = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next()? {
                escaped @ ('"' | '\\') => bare.push(escaped),
                _ => return None,
            },
            '"' => return None,
            plain => bare.push(plain),
        }
    }
    Some(bare)
}

/// Renders a view into the answer that is kept and sent. Pure: the same view gives the same bytes.
pub type Render<V> = Box<dyn Fn(&V) -> KeptAnswer + Send + Sync>;

/// The wish to take effect once: the client's key, what it was sent with, and how the answer is written.
pub struct Once<V> {
    pub key: IdempotencyKey,
    /// SHA-256 as api.md §7.2 composes it.
    pub fingerprint: [u8; 32],
    pub render: Render<V>,
}

impl<V> Once<V> {
    /// The claim on the key with the answer to keep.
    pub fn claim(&self, ctx: &Ctx, attempt: Uuid, answer: Arc<KeptAnswer>) -> Claim {
        Claim { principal_id: ctx.principal_id, key: self.key.clone(), attempt, fingerprint: self.fingerprint, answer }
    }
}

impl<V: 'static> Once<V> {
    /// The same wish for an answer that shows a credential: it is kept encrypted, whatever the renderer says.
    #[must_use]
    pub fn of_a_credential(self) -> Self {
        let Self { key, fingerprint, render } = self;
        let render = Box::new(move |view: &V| KeptAnswer { holds_credential: true, ..render(view) });
        Self { key, fingerprint, render }
    }
}

/// What a command is asked to respect. Commands without conditions get `Conditions::default()`.
pub struct Conditions<V> {
    pub if_match: IfMatch,
    pub once: Option<Once<V>>,
}

impl<V> Default for Conditions<V> {
    fn default() -> Self {
        Self { if_match: IfMatch::Absent, once: None }
    }
}

/// How a command ended well.
#[derive(Debug)]
pub enum Done<V> {
    /// Took effect, or found nothing to do; nothing was rendered yet.
    Fresh(V),
    /// Took effect under a claim; this answer is kept.
    Kept(Arc<KeptAnswer>),
    /// Took effect earlier; this is the first answer.
    Replayed(Arc<KeptAnswer>),
}

impl<V> Done<V> {
    /// The view of a command that was asked without a claim.
    ///
    /// # Errors
    /// [`Error::Internal`] of an answer that was kept, for it has no view.
    pub fn into_fresh(self) -> Result<V, Error> {
        match self {
            Self::Fresh(view) => Ok(view),
            Self::Kept(_) | Self::Replayed(_) => Err(Error::internal("an answer was kept that nobody asked to keep")),
        }
    }
}
