//! The rows that seals cover: the audit log, then the events, each in the order in which it was recorded.
//!
//! Left out are `events.personal` and `audit_log.network`, which are erased later: a seal outlives what was personal.

use orderbase_application::Scope;
use orderbase_application::ports::StorageError;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Order, Query, SelectStatement};
use uuid::Uuid;

use crate::security::{Counted, Span, TrailDigest};
use crate::sql::connect::SqlDb;
use crate::sql::rows::{self, Cells};
use crate::sql::scope::{self, Tenant};

/// How many rows are read at once.
const PAGE: u64 = 200;

/// Of each table, how many rows a seal covers, but for those recorded at the same time as the last: these are never parted.
const SEAL_ROWS: u64 = 500;

const TENANT_ID: &str = "tenant_id";
const ID: &str = "id";
const RECORDED_AT: &str = "recorded_at";

/// A table of the trail, with what is sealed of it beside id and time of recording.
struct Table {
    name: &'static str,
    fields: &'static [(&'static str, Kind)],
}

/// How a cell becomes bytes.
#[derive(Clone, Copy)]
enum Kind {
    Id,
    Number,
    /// A number of 32 bits; its bytes are those of the other.
    Small,
    Flag,
    Text,
}

const AUDIT_LOG: Table = Table {
    name: "audit_log",
    fields: &[
        ("occurred_at", Kind::Number),
        ("actor_kind", Kind::Text),
        ("actor_id", Kind::Text),
        ("action", Kind::Text),
        ("target_kind", Kind::Text),
        ("target_id", Kind::Text),
        ("outcome", Kind::Text),
        ("request_id", Kind::Text),
        ("detail", Kind::Text),
    ],
};

const EVENTS: Table = Table {
    name: "events",
    fields: &[
        ("aggregate_type", Kind::Text),
        ("aggregate_id", Kind::Id),
        ("sequence", Kind::Number),
        ("event_type", Kind::Text),
        ("schema_version", Kind::Small),
        ("occurred_at", Kind::Number),
        ("actor_kind", Kind::Text),
        ("actor_id", Kind::Text),
        ("request_id", Kind::Text),
        ("data", Kind::Text),
        ("imported", Kind::Flag),
    ],
};

const TABLES: [&Table; 2] = [&AUDIT_LOG, &EVENTS];

/// Where a page ended.
type Place = (i64, Uuid);

/// The rows of a span, counted and digested page by page.
pub(super) async fn counted(db: &SqlDb, scope: Scope, span: Span) -> Result<Counted, StorageError> {
    let mut digest = TrailDigest::new();
    for table in TABLES {
        let mut behind = None;
        loop {
            let rows = scope::rows(db, scope, |tenant| page(tenant, table, span, behind)).await?;
            for row in &rows {
                behind = Some(add(&mut digest, table, &mut Cells::of(row))?);
            }
            if (rows.len() as u64) < PAGE {
                break;
            }
        }
    }
    Ok(digest.finish())
}

/// The first part of a span that is not too much for one seal.
pub(super) async fn first_of(db: &SqlDb, scope: Scope, span: Span) -> Result<Span, StorageError> {
    let mut upto = span.upto;
    for table in TABLES {
        if let Some(row) = scope::row(db, scope, |tenant| last_of_a_seal(tenant, table, span)).await? {
            upto = Ord::min(upto, Cells::of(&row).take()?);
        }
    }
    Ok(Span { upto, ..span })
}

/// How many rows were recorded after an instant, or at all.
pub(super) async fn rows_after(db: &SqlDb, scope: Scope, after: Option<i64>) -> Result<u64, StorageError> {
    let mut all = 0;
    for table in TABLES {
        let count = |tenant: &Tenant| {
            let mut select = Query::select();
            select.expr(Func::count(Expr::col(ID))).from(table.name).and_where(tenant.is(TENANT_ID));
            behind_seal(&mut select, after);
            select
        };
        all += rows::counted(scope::row(db, scope, count).await?.as_ref())?;
    }
    Ok(all)
}

fn page(tenant: &Tenant, table: &Table, span: Span, behind: Option<Place>) -> SelectStatement {
    let mut select = of_span(tenant, table, span);
    if let Some((at, id)) = behind {
        let place = Expr::tuple([Expr::col(RECORDED_AT), Expr::col(ID)]);
        select.and_where(place.gt(Expr::tuple([Expr::value(at), Expr::value(id)])));
    }
    select.columns([RECORDED_AT, ID]).columns(table.fields.iter().map(|(name, _)| *name)).limit(PAGE).take()
}

/// Nested, for `scope` puts an `OFFSET` of its own on a statement.
fn last_of_a_seal(tenant: &Tenant, table: &Table, span: Span) -> SelectStatement {
    let last = of_span(tenant, table, span).column(RECORDED_AT).offset(SEAL_ROWS - 1).limit(1).take();
    Query::select().column(RECORDED_AT).from_subquery(last, "last").take()
}

fn of_span(tenant: &Tenant, table: &Table, span: Span) -> SelectStatement {
    let mut select = Query::select();
    select.from(table.name).and_where(tenant.is(TENANT_ID)).and_where(Expr::col(RECORDED_AT).lte(span.upto));
    behind_seal(&mut select, span.after);
    select.order_by(RECORDED_AT, Order::Asc).order_by(ID, Order::Asc).take()
}

fn behind_seal(select: &mut SelectStatement, after: Option<i64>) {
    if let Some(after) = after {
        select.and_where(Expr::col(RECORDED_AT).gt(after));
    }
}

/// Adds a row of a page to the digest and answers its place.
fn add(digest: &mut TrailDigest, table: &Table, cells: &mut Cells<'_>) -> Result<Place, StorageError> {
    let (at, id): Place = (cells.take()?, cells.take()?);
    let mut fields = vec![number(at), Some(id.as_bytes().to_vec())];
    for (_, kind) in table.fields {
        fields.push(kind.bytes(cells)?);
    }
    digest.row(table.name, &fields);
    Ok((at, id))
}

impl Kind {
    fn bytes(self, cells: &mut Cells<'_>) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(match self {
            Self::Id => cells.take::<Option<Uuid>>()?.map(|id| id.as_bytes().to_vec()),
            Self::Number => cells.take::<Option<i64>>()?.and_then(number),
            Self::Small => cells.take::<Option<i32>>()?.and_then(|small| number(i64::from(small))),
            Self::Flag => cells.take::<Option<bool>>()?.map(|flag| vec![u8::from(flag)]),
            Self::Text => cells.take::<Option<String>>()?.map(String::into_bytes),
        })
    }
}

fn number(number: i64) -> Option<Vec<u8>> {
    Some(number.to_be_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sea_orm::{IdenStatic, Iterable};

    use super::*;
    use crate::sql::entity::{audit_log, events};

    fn sealed(table: &Table) -> BTreeSet<&'static str> {
        table.fields.iter().map(|(name, _)| *name).chain([ID, RECORDED_AT]).collect()
    }

    fn columns<C: Iterable + IdenStatic>(left_out: [&str; 2]) -> BTreeSet<&'static str> {
        C::iter().map(|column| column.as_str()).filter(|name| !left_out.contains(name)).collect()
    }

    /// A column that is added is sealed, which takes a new number of the encoding, or is left out for a reason.
    #[test]
    fn every_column_is_sealed_but_those_that_are_erased() {
        assert_eq!(sealed(&AUDIT_LOG), columns::<audit_log::Column>([TENANT_ID, "network"]));
        assert_eq!(sealed(&EVENTS), columns::<events::Column>([TENANT_ID, "personal"]));
    }
}
