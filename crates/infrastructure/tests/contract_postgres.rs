//! The contract of the storage ports, on PostgreSQL.

mod support;

orderbase_application::contract_tests!(crate::support::Postgres::fresh().await);
