//! Operators of the platform. Of no tenant.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "operators")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub email: String,
    /// A PHC string.
    pub phc: String,
    pub epoch: i64,
    pub disabled_at: Option<i64>,
    pub created_at: i64,
    pub version: i64,
    /// Of one alone: it was made when there was none.
    pub is_first: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
