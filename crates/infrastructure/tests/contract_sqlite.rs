//! The contract of the storage ports, on SQLite.

mod support;

orderbase_application::contract_tests!(crate::support::Sqlite::fresh().await);
