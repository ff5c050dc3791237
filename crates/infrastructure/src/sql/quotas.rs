//! How much of its plan a tenant uses: one statement over its counters. Orders and customers are counted there; of keys and users only
//! those that are alive count, so those are counted themselves.

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::changeset::Quota;
use orderbase_application::ports::{QuotaQueries, QuotasUsed, StorageError};
use orderbase_kernel::Period;
use orderbase_tenancy::UserStatus;
use sea_orm::DbBackend;
use sea_orm::sea_query::{CaseStatement, Cond, Expr, ExprTrait, Func, Query, SelectStatement};

use super::commit::now_millis;
use super::connect::SqlDb;
use super::entity::{api_keys, tenant_counters, users};
use super::rows::Cells;
use super::scope::{self, Tenant};

/// The kind of the counter of orders.
const ORDERS: &str = "orders";

/// Quotas in SQLite or PostgreSQL.
pub struct SqlQuotas {
    db: SqlDb,
}

impl SqlQuotas {
    #[must_use]
    pub fn new(db: SqlDb) -> Self {
        Self { db }
    }
}

#[async_trait]
impl QuotaQueries for SqlQuotas {
    async fn used(&self, scope: Scope, month: Period) -> Result<QuotasUsed, StorageError> {
        let backend = self.db.backend();
        let mut all = QuotasUsed::default();
        for row in scope::rows(&self.db, scope, |tenant| counters(tenant, month, backend)).await? {
            let mut cells = Cells::of(&row);
            let kind: String = cells.take()?;
            let used = u64::try_from(cells.take::<i64>()?).unwrap_or_default();
            match kind.as_str() {
                ORDERS => all.orders = used,
                kind if kind == Quota::Customers.as_str() => all.customers = used,
                kind if kind == Quota::ApiKeys.as_str() => all.api_keys = used,
                kind if kind == Quota::Users.as_str() => all.users = used,
                _ => {}
            }
        }
        Ok(all)
    }
}

fn counters(tenant: &Tenant, month: Period, backend: DbBackend) -> SelectStatement {
    use tenant_counters::{Column, Entity};
    let kind = || Expr::col((Entity, Column::Kind));
    let used = || Expr::col((Entity, Column::Used));
    let month = i32::try_from(month.get()).unwrap_or(i32::MAX);
    let this_month = kind().eq(ORDERS).and(Expr::col((Entity, Column::Period)).gte(month));
    let shown = CaseStatement::new()
        .case(kind().eq(Quota::ApiKeys.as_str()), Expr::SubQuery(None, Box::new(keys(backend).into())))
        .case(kind().eq(Quota::Users.as_str()), Expr::SubQuery(None, Box::new(people().into())))
        .case(this_month, used())
        .case(kind().eq(ORDERS), Expr::val(0_i64))
        .finally(used());
    Query::select().expr(kind()).expr(shown).from(Entity).and_where(tenant.is((Entity, Column::TenantId))).take()
}

/// Of the counter's tenant.
fn keys(backend: DbBackend) -> SelectStatement {
    use api_keys::{Column, Entity};
    let expires_at = || Expr::col((Entity, Column::ExpiresAt));
    Query::select()
        .expr(Func::count(Expr::cust("*")))
        .from(Entity)
        .and_where(Expr::col((Entity, Column::TenantId)).eq(counters_tenant()))
        .and_where(Expr::col((Entity, Column::RevokedAt)).is_null())
        .cond_where(Cond::any().add(expires_at().is_null()).add(expires_at().gt(now_millis(backend))))
        .take()
}

fn people() -> SelectStatement {
    use users::{Column, Entity};
    Query::select()
        .expr(Func::count(Expr::cust("*")))
        .from(Entity)
        .and_where(Expr::col((Entity, Column::TenantId)).eq(counters_tenant()))
        .and_where(Expr::col((Entity, Column::Status)).ne(UserStatus::Disabled.as_str()))
        .take()
}

fn counters_tenant() -> Expr {
    Expr::col((tenant_counters::Entity, tenant_counters::Column::TenantId))
}
