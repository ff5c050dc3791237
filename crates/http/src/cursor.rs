//! Opaque list cursors (api.md §5): where the next page goes on, sealed for one tenant, operation, filter and sort.
//!
//! A cursor never shows an id or sort key in clear and never says why it is refused: each cause is the same `None`.
//!
//! ```text
//! cursor = base64url( 1 | tag[16] | position ⊕ stream )
//! tag    = seal( "tag" | bound | position )[..16]
//! stream = seal( "stream" | tag )
//! ```
//! The tag is made of the position and hides it at the same time (the construction of RFC 5297), so equal pages have equal
//! cursors and no random number is needed. `limit` and `expand` are no part of it.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use orderbase_application::ports::{Digests, Seal};
use orderbase_application::views::{CustomerPosition, OrderPosition};
use orderbase_kernel::{CustomerId, OrderId, TenantId, Uuid, Version};

/// Characters of the longest cursor.
pub const CHARS_MAX: usize = 66;

const FORM: u8 = 1;
const TAG_BYTES: usize = 16;
const POSITION_BYTES_MAX: usize = 32;

/// What a cursor is valid for.
#[derive(Debug)]
pub struct Bound(Vec<u8>);

impl Bound {
    /// `sort` as the query names it.
    pub fn new(tenant_id: TenantId, operation: &str, sort: &str) -> Self {
        let mut bound = Self(tenant_id.uuid().into_bytes().to_vec());
        bound.push(operation);
        bound.push(sort);
        bound
    }

    /// Adds a filter in its parsed form, so that two spellings of one filter share their cursors.
    #[must_use]
    pub fn filter(mut self, name: &str, value: Option<impl fmt::Display>) -> Self {
        if let Some(value) = value {
            self.push(name);
            self.push(&value.to_string());
        }
        self
    }

    /// Each text with its length before it, so that no two lists of texts give the same bytes.
    fn push(&mut self, text: &str) {
        self.0.extend_from_slice(&(text.len() as u64).to_be_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }
}

/// A place in a list, as bytes.
pub trait Position: Sized {
    /// At most 32 bytes.
    fn to_bytes(&self) -> Vec<u8>;
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

impl Position for OrderPosition {
    fn to_bytes(&self) -> Vec<u8> {
        let Self { id, total_minor } = self;
        [id.uuid().as_bytes().as_slice(), &total_minor.to_be_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (id, total) = bytes.split_at_checked(16)?;
        let id = OrderId::from_uuid(Uuid::from_slice(id).ok()?);
        Some(Self { id, total_minor: i64::from_be_bytes(total.try_into().ok()?) })
    }
}

impl Position for CustomerPosition {
    fn to_bytes(&self) -> Vec<u8> {
        let Self { id } = self;
        id.uuid().as_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self { id: CustomerId::from_uuid(Uuid::from_slice(bytes).ok()?) })
    }
}

/// Of lists in the order of their ids.
impl Position for Uuid {
    fn to_bytes(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::from_slice(bytes).ok()
    }
}

impl Position for Version {
    fn to_bytes(&self) -> Vec<u8> {
        self.get().to_be_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::try_new(u64::from_be_bytes(bytes.try_into().ok()?)).ok()
    }
}

/// Writes the cursor of the page behind `position`.
pub fn write(digests: &dyn Digests, bound: &Bound, position: &impl Position) -> String {
    let mut position = position.to_bytes();
    position.truncate(POSITION_BYTES_MAX);
    let tag = cut(digests.seal(Seal::Cursor, &tagged(bound, &position)));
    mask(&mut position, digests.seal(Seal::Cursor, &streamed(&tag)));
    URL_SAFE_NO_PAD.encode([[FORM].as_slice(), &tag, &position].concat())
}

/// Reads a cursor. `None` for whatever is not exactly one that [`write()`] gave for the same bound, under the key of now or, while one
/// replaces another, the other one.
pub fn read<P: Position>(digests: &dyn Digests, bound: &Bound, cursor: &str) -> Option<P> {
    if cursor.len() > CHARS_MAX {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (_, rest) = bytes.split_first().filter(|(form, _)| **form == FORM)?;
    let (sent, masked) = rest.split_at_checked(TAG_BYTES)?;
    opened(|bytes| Some(digests.seal(Seal::Cursor, bytes)), bound, sent, masked)
        .or_else(|| opened(|bytes| digests.other_seal(Seal::Cursor, bytes), bound, sent, masked))
}

fn opened<P: Position>(
    seal: impl Fn(&[u8]) -> Option<[u8; 32]>,
    bound: &Bound,
    sent: &[u8],
    masked: &[u8],
) -> Option<P> {
    let mut position = masked.to_vec();
    mask(&mut position, seal(&streamed(sent))?);
    equal(sent, &cut(seal(&tagged(bound, &position))?)).then(|| P::from_bytes(&position)).flatten()
}

fn tagged(bound: &Bound, position: &[u8]) -> Vec<u8> {
    let bound_bytes = (bound.0.len() as u64).to_be_bytes();
    [b"tag".as_slice(), &bound_bytes, &bound.0, position].concat()
}

fn streamed(tag: &[u8]) -> Vec<u8> {
    [b"stream".as_slice(), tag].concat()
}

fn cut(seal: [u8; 32]) -> [u8; TAG_BYTES] {
    std::array::from_fn(|at| seal.get(at).copied().unwrap_or_default())
}

fn mask(position: &mut [u8], stream: [u8; 32]) {
    for (byte, mask) in position.iter_mut().zip(stream) {
        *byte ^= mask;
    }
}

/// Takes the same time wherever the difference lies.
fn equal(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

/// Several values of one filter, whatever order they came in.
pub fn joined(values: impl IntoIterator<Item = impl fmt::Display>) -> Option<String> {
    let mut words: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    words.sort_unstable();
    words.dedup();
    (!words.is_empty()).then(|| words.join(","))
}
