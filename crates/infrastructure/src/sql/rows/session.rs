//! Sessions and tickets as rows, there and back. A row holds digests, never a token's text. What is corrupt is named after the user.

use orderbase_application::ports::StorageError;
use orderbase_kernel::{AggregateType, Corrupt, SessionId, TenantId, UserId};
use orderbase_tenancy::{PermissionSet, Session, SessionClient, SessionParts, Ticket, TicketPurpose, TokenHash};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{Cells, Stored, written};
use crate::sql::entity::{sessions, tickets};

/// No narrowing, so that it holds what comes later too.
const ALL: &str = "*";

/// In the order of [`session`].
pub(in crate::sql) const COLUMNS: [sessions::Column; 14] = [
    sessions::Column::TenantId,
    sessions::Column::Id,
    sessions::Column::UserId,
    sessions::Column::CurrentHash,
    sessions::Column::PreviousHash,
    sessions::Column::UsedAt,
    sessions::Column::LostReplyUsed,
    sessions::Column::Scope,
    sessions::Column::CreatedAt,
    sessions::Column::ExpiresAt,
    sessions::Column::RevokedAt,
    sessions::Column::Network,
    sessions::Column::UserAgent,
    sessions::Column::Version,
];

/// In the order of [`ticket`].
pub(in crate::sql) const TICKET_COLUMNS: [tickets::Column; 6] = [
    tickets::Column::TenantId,
    tickets::Column::TokenHash,
    tickets::Column::UserId,
    tickets::Column::Purpose,
    tickets::Column::ExpiresAt,
    tickets::Column::UsedAt,
];

pub(in crate::sql) fn session(cells: &mut Cells<'_>) -> Result<Session, StorageError> {
    let (tenant_id, id, user_id): (Uuid, Uuid, Uuid) = (cells.take()?, cells.take()?, cells.take()?);
    let stored = of_user(user_id);
    let current: Vec<u8> = cells.take()?;
    let previous: Option<Vec<u8>> = cells.take()?;
    let (used_at, lost_reply_used): (i64, bool) = (cells.take()?, cells.take()?);
    let scope: String = cells.take()?;
    let (created_at, expires_at): (i64, i64) = (cells.take()?, cells.take()?);
    let revoked_at: Option<i64> = cells.take()?;
    let (network, user_agent): (Option<String>, Option<String>) = (cells.take()?, cells.take()?);
    let version: i64 = cells.take()?;
    Ok(Session::rehydrate(SessionParts {
        id: SessionId::from_uuid(id),
        tenant_id: TenantId::from_uuid(tenant_id),
        user_id: UserId::from_uuid(user_id),
        current: hash(stored, &current)?,
        previous: previous.map(|previous| hash(stored, &previous)).transpose()?,
        used_at: stored.instant(used_at)?,
        lost_reply_used,
        scope: read_scope(stored, &scope)?,
        created_at: stored.instant(created_at)?,
        expires_at: stored.instant(expires_at)?,
        revoked_at: stored.instant_if(revoked_at)?,
        client: SessionClient::seen(network.as_deref(), user_agent.as_deref()),
        version: stored.version(version)?,
    })?)
}

pub(in crate::sql) fn ticket(cells: &mut Cells<'_>) -> Result<Ticket, StorageError> {
    let tenant_id: Uuid = cells.take()?;
    let bytes: Vec<u8> = cells.take()?;
    let user_id: Uuid = cells.take()?;
    let stored = of_user(user_id);
    let purpose = TicketPurpose::parse(&cells.take::<String>()?);
    Ok(Ticket {
        hash: hash(stored, &bytes)?,
        tenant_id: TenantId::from_uuid(tenant_id),
        user_id: UserId::from_uuid(user_id),
        purpose: stored.value(purpose, "the purpose of a ticket is one of the two")?,
        expires_at: stored.instant(cells.take()?)?,
        used_at: stored.instant_if(cells.take()?)?,
    })
}

pub(in crate::sql) fn session_row(session: &Session) -> sessions::ActiveModel {
    sessions::ActiveModel {
        tenant_id: Set(session.tenant_id().uuid()),
        id: Set(session.id().uuid()),
        user_id: Set(session.user_id().uuid()),
        current_hash: Set(session.current().as_bytes().to_vec()),
        previous_hash: Set(session.previous().map(|hash| hash.as_bytes().to_vec())),
        used_at: Set(session.used_at().millis()),
        lost_reply_used: Set(session.lost_reply_used()),
        scope: Set(scope_text(session.scope())),
        created_at: Set(session.created_at().millis()),
        expires_at: Set(session.expires_at().millis()),
        revoked_at: Set(written::millis(session.revoked_at())),
        network: Set(session.client().network().map(str::to_owned)),
        user_agent: Set(session.client().user_agent().map(str::to_owned)),
        version: Set(written::version(session.version())),
    }
}

pub(in crate::sql) fn ticket_row(ticket: &Ticket) -> tickets::ActiveModel {
    tickets::ActiveModel {
        tenant_id: Set(ticket.tenant_id.uuid()),
        token_hash: Set(ticket.hash.as_bytes().to_vec()),
        user_id: Set(ticket.user_id.uuid()),
        purpose: Set(ticket.purpose.as_str().to_owned()),
        expires_at: Set(ticket.expires_at.millis()),
        used_at: Set(written::millis(ticket.used_at)),
    }
}

fn of_user(user_id: Uuid) -> Stored {
    Stored { kind: AggregateType::User, id: user_id }
}

fn hash(stored: Stored, bytes: &[u8]) -> Result<TokenHash, Corrupt> {
    let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| stored.corrupt("the digest of a token has 32 bytes"))?;
    Ok(TokenHash::from_bytes(bytes))
}

fn scope_text(scope: PermissionSet) -> String {
    if scope == PermissionSet::all() { ALL.to_owned() } else { scope.texts().join(" ") }
}

fn read_scope(stored: Stored, text: &str) -> Result<PermissionSet, Corrupt> {
    match text {
        ALL => Ok(PermissionSet::all()),
        "" => Ok(PermissionSet::empty()),
        texts => stored.value(PermissionSet::from_texts(texts.split(' ')), "the scope of a session is permissions"),
    }
}
