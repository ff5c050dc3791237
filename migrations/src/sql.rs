//! Runs the statements of a step: one list per database, kept side by side in the step's file.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::SchemaManager;

/// The same change, said to each database.
pub(crate) struct Both {
    pub postgres: &'static [&'static str],
    pub sqlite: &'static [&'static str],
}

impl Both {
    pub async fn run(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let statements = match manager.get_database_backend() {
            DbBackend::Postgres => self.postgres,
            DbBackend::Sqlite => self.sqlite,
            other => return Err(DbErr::Migration(format!("{} is not supported", other.as_str()))),
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// A step that is nothing but statements: `step!(up, down)`. Both directions run in a transaction on either database.
macro_rules! step {
    ($up:expr, $down:expr) => {
        #[derive(sea_orm_migration::prelude::DeriveMigrationName)]
        pub(crate) struct Migration;

        #[allow(elided_lifetimes_in_paths, reason = "the trait elides it, and the attribute wants the same words")]
        #[async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for Migration {
            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }

            async fn up(&self, manager: &sea_orm_migration::SchemaManager) -> Result<(), sea_orm::DbErr> {
                $up.run(manager).await
            }

            async fn down(&self, manager: &sea_orm_migration::SchemaManager) -> Result<(), sea_orm::DbErr> {
                $down.run(manager).await
            }
        }
    };
}
pub(crate) use step;
