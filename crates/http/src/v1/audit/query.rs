//! The parameters of the audit log, as a tenant and as an operator asks for it.

use orderbase_application::views::{AuditFilter, AuditQuery, Span};
use orderbase_kernel::{Bound as Limit, Invalid, InvalidCode, Lines, PageLimit, TenantId, Timestamp, Uuid, text};
use utoipa::IntoParams;

use crate::cursor::Bound;
use crate::extract::{FromQuery, Query};
use crate::v1::paging::{self, Sent};

const ACTION_MAX: usize = 64;
const ID_MAX: usize = 200;

/// What both lists filter by.
#[derive(Debug)]
pub struct AuditFilterQuery {
    pub limit: PageLimit,
    pub cursor: Option<String>,
    pub filter: AuditFilter,
}

impl AuditFilterQuery {
    pub fn read(query: &mut Query<'_>) -> Option<Self> {
        let limit = query.number("limit", PageLimit::try_new);
        let cursor = query.value("cursor", paging::cursor_text);
        let actor = query.value("actor", id);
        let action = query.value("action", action);
        let target = query.value("target", id);
        let from = query.value("from", Timestamp::parse);
        let to = query.value("to", Timestamp::parse);
        let occurred = Span { from: from?, to: to? };
        if occurred.is_inverted() {
            query.refuse("to", Invalid::plain(InvalidCode::RangeInverted));
        }
        Some(Self {
            limit: limit?.unwrap_or_default(),
            cursor: cursor?,
            filter: AuditFilter { actor: actor?, action: action?, target: target?, occurred, by_operators: false },
        })
    }

    pub fn page(&self, after: Option<Uuid>) -> AuditQuery {
        AuditQuery { filter: self.filter.clone(), limit: self.limit, after }
    }
}

/// What a cursor of a list is valid for.
pub fn bound(tenant_id: TenantId, operation: &str, filter: &AuditFilter) -> Bound {
    let AuditFilter { actor, action, target, occurred, by_operators: _ } = filter;
    Bound::new(tenant_id, operation, "-created_at")
        .filter("actor", actor.as_ref())
        .filter("action", action.as_ref())
        .filter("target", target.as_ref())
        .filter("from", occurred.from)
        .filter("to", occurred.to)
}

/// An id as text: that of a user or key, the name of a job or operator. Ids are kept in lower case.
fn id(text: &str) -> Result<String, Invalid> {
    let text = text::clean(text, 1, ID_MAX, Lines::One)?;
    Ok(Uuid::try_parse(&text).map_or(text, |id| id.as_hyphenated().to_string()))
}

fn action(text: &str) -> Result<String, Invalid> {
    let word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if text.len() > ACTION_MAX {
        return Err(Invalid::new(InvalidCode::TooLong, Limit::Chars { min: 3, max: ACTION_MAX }));
    }
    match text.split_once('.') {
        Some((area, verb)) if word(area) && word(verb) => Ok(text.to_owned()),
        _ => Err(Invalid::pattern("area.verb, such as order.created")),
    }
}

/// What `GET /audit` takes.
#[derive(Debug)]
pub struct AuditListQuery {
    pub filters: AuditFilterQuery,
    pub(in crate::v1) sent: Sent,
}

impl FromQuery for AuditListQuery {
    const NAMES: &'static [&'static str] = &["limit", "cursor", "actor", "action", "target", "from", "to"];

    fn from_query(query: &mut Query<'_>) -> Option<Self> {
        let filters = AuditFilterQuery::read(query);
        Some(Self { filters: filters?, sent: Sent::of(query, Self::NAMES) })
    }
}

/// The parameters of the list, for the API description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what AuditListQuery reads")]
pub struct AuditListParams {
    /// Entries of a page.
    #[param(minimum = 1, maximum = 100, default = 20, nullable = false)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[param(max_length = 66, pattern = "^[A-Za-z0-9_-]+$", nullable = false)]
    cursor: Option<String>,
    /// The id of who did it, or the name of a job or operator.
    #[param(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$",
        nullable = false
    )]
    actor: Option<String>,
    /// What was done, such as `order.created`.
    #[param(min_length = 3, max_length = 64, pattern = r"^[a-z_]+\.[a-z_]+$", nullable = false)]
    action: Option<String>,
    /// The id of what was acted on.
    #[param(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$",
        nullable = false
    )]
    target: Option<String>,
    /// At or after this time.
    #[param(format = DateTime, max_length = 64, nullable = false)]
    from: Option<String>,
    /// Before this time.
    #[param(format = DateTime, max_length = 64, nullable = false)]
    to: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_described() {
        let described = AuditListParams::into_params(|| None);
        let names: Vec<_> = described.into_iter().map(|parameter| parameter.name).collect();
        assert_eq!(names, AuditListQuery::NAMES);
    }

    #[test]
    fn ids_have_one_form_and_actions_a_dot() {
        assert_eq!(id("01980000-0000-7000-8000-0000000000A1").unwrap(), "01980000-0000-7000-8000-0000000000a1");
        assert_eq!(id("ada@example.com").unwrap(), "ada@example.com");
        assert!(id("").is_err() && id(&"x".repeat(201)).is_err());
        for bad in [
            "",
            "order",
            "order.",
            ".created",
            "order.created.twice",
            "Order.created",
            &format!("a.{}", "b".repeat(63)),
        ] {
            assert!(action(bad).is_err(), "{bad}");
        }
        assert!(action("order.note_added").is_ok());
    }
}
