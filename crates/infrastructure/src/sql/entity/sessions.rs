//! Sessions of users; a row holds digests of tokens, never a token.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    /// 32 bytes.
    pub current_hash: Vec<u8>,
    /// 32 bytes.
    pub previous_hash: Option<Vec<u8>>,
    pub used_at: i64,
    pub lost_reply_used: bool,
    /// Names of permissions joined by blanks, or `*` for no narrowing.
    pub scope: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub revoked_at: Option<i64>,
    pub network: Option<String>,
    pub user_agent: Option<String>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
