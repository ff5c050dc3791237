//! Tenants. One of the tables without `tenant_id`: the row is the tenant.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tenants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub slug: String,
    pub name: String,
    pub mode: String,
    pub status: String,
    pub trial_ends_at: Option<i64>,
    pub suspended_at: Option<i64>,
    pub suspension_reason: Option<String>,
    pub closed_at: Option<i64>,
    pub purge_after: Option<i64>,
    pub purged_at: Option<i64>,
    /// When the last row of a purged tenant went; no part of the aggregate.
    pub erased_at: Option<i64>,
    pub plan: String,
    /// Canonical JSON.
    pub overrides: Option<String>,
    pub time_zone: String,
    /// Codes joined by commas, in the order of the setting.
    pub allowed_currencies: String,
    pub default_currency: String,
    pub order_prefix: String,
    pub first_order_number: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
