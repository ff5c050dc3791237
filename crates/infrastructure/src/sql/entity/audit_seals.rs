//! Seals over events and the audit log. Rows are only added.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_seals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// The `recorded_at` that it covers last.
    pub upto: i64,
    pub count: i64,
    pub sha256: Vec<u8>,
    /// The signature of the seal before.
    pub previous: Vec<u8>,
    pub kid: String,
    pub signature: Vec<u8>,
    pub sealed_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
