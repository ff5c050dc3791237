//! People as signing in sees them, and whom an access token stands for: one statement per question, never from a cache.

use std::sync::Arc;

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::ports::{Account, Accounts, KeyHolder, Principals, SessionHolder, SignIn, StorageError};
use orderbase_kernel::{ApiKeyId, Email, SessionId, UserId};
use orderbase_tenancy::{Session, Slug, Tenant, Ticket, TokenHash};
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Order, Query, SelectStatement};

use super::connect::SqlDb;
use super::entity::{sessions, tenants, tickets, user_credentials, users};
use super::keys::SqlKeys;
use super::rows::tenant::TenantRow;
use super::rows::{Cells, session, tenant, user};
use super::scope::{self, Finder, Tenant as Of};

/// As many sessions as are listed.
const SESSIONS_MAX: u64 = 100;

/// Accounts, sessions and tickets in SQLite or PostgreSQL. As [`Principals`] it answers the truth of the moment; what is asked on the
/// path of every request keeps it for a while.
#[derive(Clone)]
pub struct SqlAccounts {
    db: SqlDb,
}

impl SqlAccounts {
    #[must_use]
    pub fn new(db: SqlDb) -> Self {
        Self { db }
    }

    async fn holder(&self, scope: Scope, id: SessionId) -> Result<Option<SessionHolder>, StorageError> {
        let Some(row) = scope::row(&self.db, scope, |of| holder(of, id)).await? else { return Ok(None) };
        let mut cells = Cells::of(&row);
        let tenant = Arc::new(Tenant::try_from(TenantRow::read(&mut cells)?)?);
        let account = user::account(&mut cells)?;
        Ok(Some(SessionHolder { tenant, account, session: session::session(&mut cells)? }))
    }
}

#[async_trait]
impl Accounts for SqlAccounts {
    async fn sign_in_unscoped(&self, slug: &Slug, email: &Email) -> Result<Option<SignIn>, StorageError> {
        let Some(row) = scope::row_found(&self.db, &tenant_of(slug), |of| signing_in(of, email)).await? else {
            return Ok(None);
        };
        let mut cells = Cells::of(&row);
        let tenant = Arc::new(Tenant::try_from(TenantRow::read(&mut cells)?)?);
        Ok(Some(SignIn { tenant, account: user::account_if(&mut cells)? }))
    }

    async fn account(&self, scope: Scope, id: UserId) -> Result<Option<Account>, StorageError> {
        let row = scope::row(&self.db, scope, |of| account(of, id)).await?;
        row.map(|row| user::account(&mut Cells::of(&row))).transpose()
    }

    async fn session(&self, scope: Scope, id: SessionId) -> Result<Option<SessionHolder>, StorageError> {
        self.holder(scope, id).await
    }

    async fn sessions(&self, scope: Scope, user_id: UserId) -> Result<Vec<Session>, StorageError> {
        let rows = scope::rows(&self.db, scope, |of| sessions_of(of, user_id)).await?;
        rows.iter().map(|row| session::session(&mut Cells::of(row))).collect()
    }

    async fn ticket(&self, scope: Scope, hash: &TokenHash) -> Result<Option<(Ticket, Account)>, StorageError> {
        let Some(row) = scope::row(&self.db, scope, |of| ticket(of, hash)).await? else { return Ok(None) };
        let mut cells = Cells::of(&row);
        Ok(Some((session::ticket(&mut cells)?, user::account(&mut cells)?)))
    }
}

#[async_trait]
impl Principals for SqlAccounts {
    async fn session(&self, scope: Scope, id: SessionId) -> Result<Option<Arc<SessionHolder>>, StorageError> {
        Ok(self.holder(scope, id).await?.map(Arc::new))
    }

    async fn key(&self, scope: Scope, id: ApiKeyId) -> Result<Option<KeyHolder>, StorageError> {
        SqlKeys::holder(&self.db, scope, id).await
    }

    /// Nothing is kept here.
    async fn forget(&self, _scope: Scope) {}
}

fn tenant_of(slug: &Slug) -> Finder {
    let found =
        Query::select().from(tenants::Entity).and_where(Expr::col(tenants::Column::Slug).eq(slug.as_str())).take();
    Finder::new(found, tenants::Column::Id)
}

/// Of the tables named, on the tenant and the user of the row before.
fn same_user<C: sea_orm::sea_query::IntoColumnRef>(of: &Of, tenant_id: C, user_id: C) -> Cond {
    Cond::all().add(of.is(tenant_id)).add(Expr::col(user_id).equals((users::Entity, users::Column::Id)))
}

fn credential_of(of: &Of) -> Cond {
    use user_credentials::{Column, Entity};
    same_user(of, (Entity, Column::TenantId), (Entity, Column::UserId))
}

fn user_columns(select: &mut SelectStatement) -> &mut SelectStatement {
    select
        .columns(user::COLUMNS.map(|column| (users::Entity, column)))
        .columns(user::CREDENTIAL_COLUMNS.map(|column| (user_credentials::Entity, column)))
}

fn tenant_columns(select: &mut SelectStatement) -> &mut SelectStatement {
    select.columns(tenant::COLUMNS.map(|column| (tenants::Entity, column)))
}

/// The tenant stands there though no user does.
pub(super) fn signing_in(of: &Of, email: &Email) -> SelectStatement {
    use users::Column;
    let user = Cond::all()
        .add(of.is((users::Entity, Column::TenantId)))
        .add(Expr::col((users::Entity, Column::Email)).eq(email.as_str()));
    let mut select = Query::select();
    user_columns(tenant_columns(&mut select))
        .from(tenants::Entity)
        .left_join(users::Entity, user)
        .left_join(user_credentials::Entity, credential_of(of))
        .and_where(of.is((tenants::Entity, tenants::Column::Id)))
        .take()
}

fn account(of: &Of, id: UserId) -> SelectStatement {
    let mut select = Query::select();
    user_columns(&mut select)
        .from(users::Entity)
        .left_join(user_credentials::Entity, credential_of(of))
        .and_where(of.is((users::Entity, users::Column::TenantId)))
        .and_where(Expr::col((users::Entity, users::Column::Id)).eq(id.uuid()))
        .take()
}

pub(super) fn holder(of: &Of, id: SessionId) -> SelectStatement {
    use sessions::Column;
    let user = Cond::all()
        .add(of.is((users::Entity, users::Column::TenantId)))
        .add(Expr::col((users::Entity, users::Column::Id)).equals((sessions::Entity, Column::UserId)));
    let mut select = Query::select();
    user_columns(tenant_columns(&mut select))
        .columns(session::COLUMNS.map(|column| (sessions::Entity, column)))
        .from(sessions::Entity)
        .inner_join(tenants::Entity, of.is((tenants::Entity, tenants::Column::Id)))
        .inner_join(users::Entity, user)
        .left_join(user_credentials::Entity, credential_of(of))
        .and_where(of.is((sessions::Entity, Column::TenantId)))
        .and_where(Expr::col((sessions::Entity, Column::Id)).eq(id.uuid()))
        .take()
}

fn sessions_of(of: &Of, user_id: UserId) -> SelectStatement {
    use sessions::Column;
    Query::select()
        .columns(session::COLUMNS)
        .from(sessions::Entity)
        .and_where(of.is(Column::TenantId))
        .and_where(Expr::col(Column::UserId).eq(user_id.uuid()))
        .and_where(Expr::col(Column::RevokedAt).is_null())
        .order_by(Column::Id, Order::Desc)
        .limit(SESSIONS_MAX)
        .take()
}

fn ticket(of: &Of, hash: &TokenHash) -> SelectStatement {
    use tickets::Column;
    let user = Cond::all()
        .add(of.is((users::Entity, users::Column::TenantId)))
        .add(Expr::col((users::Entity, users::Column::Id)).equals((tickets::Entity, Column::UserId)));
    let mut select = Query::select();
    select.columns(session::TICKET_COLUMNS.map(|column| (tickets::Entity, column)));
    user_columns(&mut select)
        .from(tickets::Entity)
        .inner_join(users::Entity, user)
        .left_join(user_credentials::Entity, credential_of(of))
        .and_where(of.is((tickets::Entity, Column::TenantId)))
        .and_where(Expr::col((tickets::Entity, Column::TokenHash)).eq(hash.as_bytes().to_vec()))
        .take()
}
