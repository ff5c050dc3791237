//! The contract of the storage ports, on PostgreSQL: with whole changesets as one statement where they have its shape, and step by
//! step, as behind a pooler, where nothing is prepared.

mod support;

mod at_once {
    orderbase_application::contract_tests!(crate::support::Postgres::fresh().await);
}

mod stepwise {
    orderbase_application::contract_tests!(crate::support::Postgres::stepwise().await);
}
