//! Claims an idempotency key and keeps the answer with it, in one statement: there is no state "started" that a dead claimant
//! could leave behind.

use std::sync::Arc;

use orderbase_application::changeset::{Claim, KeptAnswer, Outcome};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, Value};

use super::packed;
use super::unit::Unit;
use crate::sql::entity::idempotency_keys::{Column, Entity, Model};
use crate::sql::errors::{Failure, failure};
use crate::sql::transaction::Transaction;

/// Whether the key is ours to use.
pub(super) enum Claimed {
    Ours,
    Theirs(Outcome),
}

/// Tries to claim the key. One that has expired is taken over.
pub(super) async fn claim(held: &Transaction, unit: &Unit, claim: &Claim) -> Result<Claimed, DbErr> {
    // Twice: what was in the way may have expired and been swept between the two statements.
    for _ in 0..2 {
        match insert(held, unit, claim).await {
            Ok(true) => return Ok(Claimed::Ours),
            Ok(false) => {}
            Err(error) if failure(&error) == Failure::Locked => return Ok(Claimed::Theirs(Outcome::InProgress)),
            Err(error) => return Err(error),
        }
        if let Some(outcome) = kept(held, unit, claim).await? {
            return Ok(Claimed::Theirs(outcome));
        }
    }
    Ok(Claimed::Theirs(Outcome::InProgress))
}

async fn insert(held: &Transaction, unit: &Unit, claim: &Claim) -> Result<bool, DbErr> {
    let now = || now_millis(held.get_database_backend());
    let taken_over = [
        Column::Attempt,
        Column::Fingerprint,
        Column::Status,
        Column::Location,
        Column::Etag,
        Column::Body,
        Column::Enveloped,
        Column::ExpiresAt,
    ];
    let [principal_id, key, attempt, fingerprint, status, location, etag, body, enveloped, keep] =
        values(claim, unit).map(Expr::value);
    let mut statement = Query::insert();
    statement
        .into_table(Entity)
        .columns([Column::TenantId, Column::PrincipalId, Column::Key].into_iter().chain(taken_over))
        .values([
            unit.tenant_id.into(),
            principal_id,
            key,
            attempt,
            fingerprint,
            status,
            location,
            etag,
            body,
            enveloped,
            now().add(keep),
        ])
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .on_conflict(
            OnConflict::columns([Column::TenantId, Column::PrincipalId, Column::Key])
                .update_columns(taken_over)
                .action_and_where(Expr::col((Entity, Column::ExpiresAt)).lte(now()))
                .to_owned(),
        )
        .returning_col(Column::Attempt);
    Ok(held.query_one(&statement).await?.is_some())
}

/// The claim as a row has it, from the principal to the body, and last how long it is kept, in milliseconds.
pub(super) fn values(claim: &Claim, unit: &Unit) -> [Value; 10] {
    let KeptAnswer { status, location, etag, body, holds_credential } = claim.answer.as_ref();
    let body = unit.sealed_body.clone().unwrap_or_else(|| packed::pack(body));
    [
        claim.principal_id.into(),
        claim.key.as_str().into(),
        claim.attempt.into(),
        claim.fingerprint.to_vec().into(),
        i32::from(*status).into(),
        location.clone().into(),
        etag.clone().into(),
        body.into(),
        (*holds_credential).into(),
        i64::try_from(unit.keep_secs).unwrap_or(i64::MAX / 1_000).saturating_mul(1_000).into(),
    ]
}

/// What is kept under a key that is not ours; `None` if it has vanished meanwhile.
pub(super) async fn kept(held: &Transaction, unit: &Unit, claim: &Claim) -> Result<Option<Outcome>, DbErr> {
    find(held, unit, claim).await?.map(|kept| outcome(kept, unit, claim)).transpose()
}

async fn find(held: &Transaction, unit: &Unit, claim: &Claim) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::TenantId.eq(unit.tenant_id))
        .filter(Column::PrincipalId.eq(claim.principal_id))
        .filter(Column::Key.eq(claim.key.as_str()))
        .one(held)
        .await
}

fn outcome(kept: Model, unit: &Unit, claim: &Claim) -> Result<Outcome, DbErr> {
    if kept.fingerprint != claim.fingerprint {
        return Ok(Outcome::KeyReused);
    }
    let body = if kept.enveloped { unit.opened(claim, &kept.body)? } else { kept.body };
    let body = packed::unpack(body).map_err(|error| DbErr::Custom(format!("a kept answer cannot be read: {error}")))?;
    Ok(Outcome::Replayed(Arc::new(KeptAnswer {
        status: u16::try_from(kept.status).unwrap_or_default(),
        location: kept.location,
        etag: kept.etag,
        body,
        holds_credential: kept.enveloped,
    })))
}

/// Milliseconds by the database's clock, so that instances with different clocks agree on what has expired.
pub(in crate::sql) fn now_millis(backend: DbBackend) -> Expr {
    match backend {
        DbBackend::Postgres => Expr::cust("(extract(epoch FROM now()) * 1000)::bigint"),
        _ => Expr::cust("CAST(unixepoch('subsec') * 1000 AS INTEGER)"),
    }
}
