//! What every request and answer of this crate has to keep, on a small table of operations made for it and on the real one.

mod access_line;
mod answers;
mod bodies;
mod compression;
mod conditional;
mod credentials;
mod deprecation;
mod headers;
mod idempotency;
mod key_look_up;
mod limits;
mod meta;
mod oauth;
mod openapi;
mod order_of_checks;
mod paths;
mod queries;
mod sample;
mod socket;
mod versions;
mod watched;
