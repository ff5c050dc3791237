//! What a connection may wait for, and how long (api.md §1, reliability.md 35). actix-http watches the first head of a connection alone;
//! here every head has its time, and so has a reader that does not read and a client that goes on sending after its last answer.
//!
//! Nothing here reads a request: bytes are counted, and the end of a head is looked for.

mod empty_line;
mod guarded;
mod head_end;
mod watch;

pub(crate) use self::guarded::Guarded;
pub(crate) use self::watch::{LINGER, Limits, SentBody, Then, Watch};
