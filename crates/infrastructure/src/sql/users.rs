//! Reads of users.

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::ports::{StorageError, UserQueries};
use orderbase_application::views::{Page, UserQuery};
use orderbase_kernel::UserId;
use orderbase_tenancy::{Role, User, UserStatus};
use sea_orm::QueryResult;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Order, Query, SelectStatement};
use uuid::Uuid;

use super::connect::SqlDb;
use super::entity::users::{Column, Entity};
use super::padded::padded;
use super::rows::Cells;
use super::rows::user::{COLUMNS, UserRow};
use super::scope::{self, Tenant};

/// Users in SQLite or PostgreSQL.
#[derive(Clone)]
pub struct SqlUsers {
    db: SqlDb,
}

impl SqlUsers {
    #[must_use]
    pub fn new(db: SqlDb) -> Self {
        Self { db }
    }

    pub(super) async fn user(db: &SqlDb, scope: Scope, id: UserId) -> Result<Option<User>, StorageError> {
        let row = scope::row(db, scope, |tenant| one(tenant, id)).await?;
        row.as_ref().map(read).transpose()
    }
}

#[async_trait]
impl UserQueries for SqlUsers {
    async fn page(&self, scope: Scope, query: &UserQuery) -> Result<Page<User>, StorageError> {
        let limit = usize::from(query.limit.get());
        let found = scope::rows(&self.db, scope, |tenant| page(tenant, query)).await?;
        let has_more = found.len() > limit;
        let rows = found.iter().take(limit).map(read).collect::<Result<_, _>>()?;
        Ok(Page { rows, has_more })
    }
}

fn read(row: &QueryResult) -> Result<User, StorageError> {
    Ok(User::try_from(UserRow::read(&mut Cells::of(row))?)?)
}

fn of(tenant: &Tenant) -> SelectStatement {
    Query::select().columns(COLUMNS).from(Entity).and_where(tenant.is(Column::TenantId)).take()
}

fn one(tenant: &Tenant, id: UserId) -> SelectStatement {
    of(tenant).and_where(Expr::col(Column::Id).eq(id.uuid())).take()
}

/// A tenant has as many users as its plan allows, so one index serves every filter.
pub(super) fn page(tenant: &Tenant, query: &UserQuery) -> SelectStatement {
    let before = query.after.map_or(Uuid::max(), UserId::uuid);
    let (roles, statuses) = (&query.filter.roles, &query.filter.statuses);
    let filter = Cond::all()
        .add(Expr::col(Column::Id).lt(before))
        .add_option(
            (!roles.is_empty()).then(|| Expr::col(Column::Role).is_in(padded(roles).into_iter().map(Role::as_str))),
        )
        .add_option(
            (!statuses.is_empty())
                .then(|| Expr::col(Column::Status).is_in(padded(statuses).into_iter().map(UserStatus::as_str))),
        );
    of(tenant).cond_where(filter).order_by(Column::Id, Order::Desc).limit(u64::from(query.limit.get()) + 1).take()
}
