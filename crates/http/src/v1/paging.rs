//! What all lists share: where a page begins, where the next one does, and the `Link` that says so (RFC 8288).

use orderbase_application::{App, Code};
use orderbase_kernel::{Invalid, InvalidCode};

use crate::cursor::{self, Bound, Position};
use crate::extract::Query;
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

#[cfg(test)]
mod tests {
    use super::*;

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
