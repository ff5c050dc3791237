//! Finds the key of a secret. One of the tables without leading `tenant_id`: the tenant is what it is asked for.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key_directory")]
pub struct Model {
    /// HMAC-SHA-256, 32 bytes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub secret_hash: Vec<u8>,
    pub tenant_id: Uuid,
    pub api_key_id: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
