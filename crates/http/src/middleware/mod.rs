//! What every request meets around its handler. Nothing here knows an operation; what it needs of one stands on its `Route`.

mod access_line;
mod admission;
mod compress;
mod cors;
mod envelope;
mod fallback;
mod gate;
mod head;
mod headers;
mod rate_headers;
mod share;
mod work;

pub(crate) use self::admission::{Admission, Permit};
pub(crate) use self::envelope::Envelope;
pub(crate) use self::fallback::{allow, not_found, other_method};
pub(crate) use self::gate::pass;
pub(crate) use self::work::{Late, within};
