//! What all lists share: where a page begins, where the next one does, and the `Link` that says so (RFC 8288).

use orderbase_application::views::{CreatedSort, Page};
use orderbase_application::{App, Code};
use orderbase_kernel::{Invalid, InvalidCode, PageLimit, Uuid};

use crate::cursor::{self, Bound, Position};
use crate::extract::{Query, sends};
use crate::problem::Problem;

/// Where the page asked for begins.
///
/// # Errors
/// `invalid_cursor`, alike for every cause.
pub(super) fn after<P: Position>(app: &App, bound: &Bound, cursor: Option<&str>) -> Result<Option<P>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    match cursor::read(app.digests.as_ref(), bound, cursor) {
        Some(position) => Ok(Some(position)),
        None => Err(Problem::new(Code::InvalidCursor)),
    }
}

/// The cursor behind the last row; `None` on the last page.
pub(super) fn next<P: Position>(app: &App, bound: &Bound, has_more: bool, last: Option<P>) -> Option<String> {
    let last = last.filter(|_| has_more)?;
    Some(cursor::write(app.digests.as_ref(), bound, &last))
}

/// A count walks up to 10 000 rows: two more units (api.md §5).
pub(super) fn cost_of_counting(query: &str) -> u32 {
    if sends(query, "include_total", "false") { 2 } else { 0 }
}

/// The parameters of a request for a page, but for the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sent(Vec<(&'static str, String)>);

impl Sent {
    pub fn of(query: &Query<'_>, names: &[&'static str]) -> Self {
        let kept = names.iter().filter(|name| **name != "cursor");
        Self(kept.filter_map(|name| query.text(name).map(|value| (*name, value.to_owned()))).collect())
    }

    /// `Link` with the next page, if there is one, and the first.
    pub fn links(&self, public_url: &str, path: &str, next: Option<&str>) -> String {
        let first = format!("<{public_url}{path}{}>; rel=\"first\"", self.query(None));
        match next {
            Some(cursor) => format!("<{public_url}{path}{}>; rel=\"next\", {first}", self.query(Some(cursor))),
            None => first,
        }
    }

    fn query(&self, cursor: Option<&str>) -> String {
        let mut text = String::new();
        let sent = self.0.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in sent.chain(cursor.map(|cursor| ("cursor", cursor))) {
            text.push(if text.is_empty() { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            encode(&mut text, value);
        }
        text
    }
}

/// Percent-encodes all that is not unreserved (RFC 3986 §2.3) but comma and colon, which a query may hold.
fn encode(text: &mut String, value: &str) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' | b':' => {
                text.push(char::from(byte))
            }
            other => text.push_str(&format!("%{other:02X}")),
        }
    }
}

/// A cursor is text of some length; whether it is a good one is seen when the caller is known.
pub(super) fn cursor_text(text: &str) -> Result<String, Invalid> {
    if text.is_empty() { Err(Invalid::plain(InvalidCode::Pattern)) } else { Ok(text.to_owned()) }
}

/// `sort` of the lists by creation.
pub(super) fn created_sort(text: &str) -> Result<CreatedSort, Invalid> {
    match text {
        "-created_at" => Ok(CreatedSort::NewestFirst),
        "created_at" => Ok(CreatedSort::OldestFirst),
        _ => Err(Invalid::not_one_of(&["-created_at", "created_at"])),
    }
}

/// By creation.
#[derive(utoipa::ToSchema)]
#[schema(as = CreatedSort)]
#[expect(dead_code, reason = "describes what `sort` reads")]
pub(super) enum CreatedSortParam {
    #[schema(rename = "-created_at")]
    Newest,
    #[schema(rename = "created_at")]
    Oldest,
}

/// How `sort` is spelled.
pub(super) fn sort_text(sort: CreatedSort) -> &'static str {
    match sort {
        CreatedSort::NewestFirst => "-created_at",
        CreatedSort::OldestFirst => "created_at",
    }
}

/// One page of rows that are all here, by creation, which is the order of their ids.
pub(super) fn cut<T>(
    mut rows: Vec<T>,
    id: impl Fn(&T) -> Uuid,
    sort: CreatedSort,
    after: Option<Uuid>,
    limit: PageLimit,
) -> Page<T> {
    let limit = usize::from(limit.get());
    match sort {
        CreatedSort::NewestFirst => {
            rows.retain(|row| after.is_none_or(|after| id(row) < after));
            rows.sort_unstable_by_key(|row| std::cmp::Reverse(id(row)));
        }
        CreatedSort::OldestFirst => {
            rows.retain(|row| after.is_none_or(|after| id(row) > after));
            rows.sort_unstable_by_key(|row| id(row));
        }
    }
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    Page { rows, has_more }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_sees_each_row_once() {
        let rows: Vec<Uuid> = [5_u128, 1, 4, 2, 3].into_iter().map(Uuid::from_u128).collect();
        for (sort, expected) in
            [(CreatedSort::NewestFirst, [5, 4, 3, 2, 1]), (CreatedSort::OldestFirst, [1, 2, 3, 4, 5])]
        {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let page = cut(rows.clone(), |id| *id, sort, after, PageLimit::try_new(2).unwrap());
                after = page.rows.last().copied();
                seen.extend(page.rows.iter().map(Uuid::as_u128));
                if !page.has_more {
                    break;
                }
            }
            assert_eq!(seen, expected);
        }
    }

    #[test]
    fn links_keep_the_filters_and_encode_them() {
        let sent = Sent(vec![
            ("status", "pending,confirmed".to_owned()),
            ("created_from", "2026-01-15T12:00:00+02:00".to_owned()),
        ]);
        let query = "?status=pending,confirmed&created_from=2026-01-15T12:00:00%2B02:00";
        assert_eq!(sent.links("https://x", "/o", None), format!("<https://x/o{query}>; rel=\"first\""));
        assert_eq!(
            sent.links("https://x", "/o", Some("AdK3")),
            format!("<https://x/o{query}&cursor=AdK3>; rel=\"next\", <https://x/o{query}>; rel=\"first\"")
        );
        assert_eq!(
            Sent::default().links("https://x", "/o", Some("A")),
            "<https://x/o?cursor=A>; rel=\"next\", <https://x/o>; rel=\"first\""
        );
    }
}
