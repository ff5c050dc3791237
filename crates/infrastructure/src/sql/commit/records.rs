//! Writes what changes without an event: sessions, passwords, tickets, hashes of keys. In one order everywhere, for each waits
//! for the rows of the one before.

use orderbase_application::changeset::{Credential, Record};
use orderbase_kernel::{SessionId, Timestamp, UserId, Version};
use orderbase_tenancy::{Session, Ticket, TicketPurpose, TokenHash};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::insert;
use super::key_hash;
use super::update;
use crate::sql::entity::{sessions, tickets, user_credentials};
use crate::sql::rows::{session, user, written};
use crate::sql::transaction::Transaction;

/// Writes the records in the order of [`Record::rank`]. `false` if one of them has another version than the one read, or is gone.
pub(super) async fn write(held: &Transaction, tenant_id: Uuid, records: &[Record]) -> Result<bool, DbErr> {
    let mut ordered: Vec<&Record> = records.iter().collect();
    ordered.sort_by_key(|record| record.rank());
    for record in ordered {
        let fits = match record {
            Record::Session { session, read } => put_session(held, tenant_id, session, *read).await?,
            Record::EndSessions { user_id, but, at } => end(held, tenant_id, *user_id, *but, *at).await?,
            Record::Credential { credential, read } => put_credential(held, tenant_id, credential, *read).await?,
            Record::Ticket(ticket) => put_ticket(held, tenant_id, ticket).await?,
            Record::UseTicket { hash, at } => take_ticket(held, tenant_id, hash, *at).await?,
            Record::VoidTickets { user_id } => void(held, tenant_id, *user_id, None).await?,
            Record::KeyHash { api_key_id, from, to } => key_hash::put(held, tenant_id, *api_key_id, from, to).await?,
        };
        if !fits {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn put_session(held: &Transaction, tenant_id: Uuid, new: &Session, read: Option<Version>) -> Result<bool, DbErr> {
    use sessions::Column;
    let row = session::session_row(new);
    let Some(read) = read else {
        insert::many::<sessions::Entity, _>(held, vec![row]).await?;
        return Ok(true);
    };
    let at = Condition::all()
        .add(Column::TenantId.eq(tenant_id))
        .add(Column::Id.eq(new.id().uuid()))
        .add(Column::Version.eq(written::version(read)));
    update::one::<sessions::Entity, _>(held, row, at).await
}

/// As [`Session::end`] does it to each: no earlier than the last use, one version on.
async fn end(
    held: &Transaction,
    tenant_id: Uuid,
    user_id: UserId,
    but: Option<SessionId>,
    at: Timestamp,
) -> Result<bool, DbErr> {
    use sessions::Column;
    let at = at.millis();
    let later = Expr::case(Expr::col(Column::UsedAt).gt(at), Expr::col(Column::UsedAt)).finally(at);
    let mut ending = sessions::Entity::update_many()
        .col_expr(Column::RevokedAt, later.into())
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::TenantId.eq(tenant_id))
        .filter(Column::UserId.eq(user_id.uuid()))
        .filter(Column::RevokedAt.is_null());
    if let Some(but) = but {
        ending = ending.filter(Column::Id.ne(but.uuid()));
    }
    ending.exec(held).await?;
    Ok(true)
}

async fn put_credential(
    held: &Transaction,
    tenant_id: Uuid,
    new: &Credential,
    read: Option<Version>,
) -> Result<bool, DbErr> {
    use user_credentials::Column;
    let row = user::credential_row(tenant_id, new);
    let Some(read) = read else {
        insert::many::<user_credentials::Entity, _>(held, vec![row]).await?;
        return Ok(true);
    };
    let at = Condition::all()
        .add(Column::TenantId.eq(tenant_id))
        .add(Column::UserId.eq(new.user_id.uuid()))
        .add(Column::Version.eq(written::version(read)));
    update::one::<user_credentials::Entity, _>(held, row, at).await
}

async fn put_ticket(held: &Transaction, tenant_id: Uuid, ticket: &Ticket) -> Result<bool, DbErr> {
    void(held, tenant_id, ticket.user_id, Some(ticket.purpose)).await?;
    insert::many::<tickets::Entity, _>(held, vec![session::ticket_row(ticket)]).await?;
    Ok(true)
}

async fn take_ticket(held: &Transaction, tenant_id: Uuid, hash: &TokenHash, at: Timestamp) -> Result<bool, DbErr> {
    use tickets::Column;
    let used = tickets::Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(at.millis()))
        .filter(Column::TenantId.eq(tenant_id))
        .filter(Column::TokenHash.eq(hash.as_bytes().to_vec()))
        .filter(Column::UsedAt.is_null());
    Ok(used.exec(held).await?.rows_affected == 1)
}

async fn void(
    held: &Transaction,
    tenant_id: Uuid,
    user_id: UserId,
    purpose: Option<TicketPurpose>,
) -> Result<bool, DbErr> {
    use tickets::Column;
    let mut voided = tickets::Entity::delete_many()
        .filter(Column::TenantId.eq(tenant_id))
        .filter(Column::UserId.eq(user_id.uuid()))
        .filter(Column::UsedAt.is_null());
    if let Some(purpose) = purpose {
        voided = voided.filter(Column::Purpose.eq(purpose.as_str()));
    }
    voided.exec(held).await?;
    Ok(true)
}
