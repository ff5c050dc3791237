//! The OAS 3.1 document (api.md §13), out of the route table alone: no database, no environment.

mod components;
mod document;
mod links;
mod operation;
mod problems;
mod schemas;
mod security;

pub use self::document::{OpenApiBody, document, served};
#[cfg(test)]
pub(crate) use self::operation::described;
