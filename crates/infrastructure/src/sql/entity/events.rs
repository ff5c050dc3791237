//! Events. Rows are only added; erasure alone empties `personal`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub aggregate_type: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub aggregate_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    pub id: Uuid,
    pub event_type: String,
    pub schema_version: i32,
    pub occurred_at: i64,
    pub actor_kind: String,
    pub actor_id: String,
    pub request_id: String,
    /// Canonical JSON.
    pub data: String,
    /// Canonical JSON.
    pub personal: Option<String>,
    pub imported: bool,
    /// When the transaction that wrote the row began, by the database's clock. Its default writes it.
    pub recorded_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
