//! Queries, read strictly (api.md §1): unknown, doubled and unreadable parameters are refused, and no value is ever repeated.

use std::borrow::Cow;

use orderbase_application::{Code, Fault, Place};
use orderbase_kernel::{Invalid, InvalidCode};

use super::nearest::nearest;
use crate::problem::Problem;
use crate::version::ApiVersion;

/// The parameters of an operation.
pub trait FromQuery: Sized {
    /// All names the operation knows.
    const NAMES: &'static [&'static str];

    /// Units that a query costs beyond what its operation does. It is asked before the query is checked, so what is wrong in it may cost too.
    fn extra_cost(_: &str, _: ApiVersion) -> u32 {
        0
    }

    /// Reads the parameters. What is refused is noted in `query`; then `None` may be returned.
    fn from_query(query: &mut Query<'_>) -> Option<Self>;
}

/// Whether a query sends a value other than `without` under a name.
pub fn sends(query: &str, name: &str, without: &str) -> bool {
    let mut pairs = query.split('&').map(|part| part.split_once('=').unwrap_or((part, "")));
    pairs.any(|(sent, value)| decode(sent).is_some_and(|sent| sent == name) && value != without)
}

/// An operation without parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoQuery;

impl FromQuery for NoQuery {
    const NAMES: &'static [&'static str] = &[];

    fn from_query(_: &mut Query<'_>) -> Option<Self> {
        Some(Self)
    }
}

impl FromQuery for () {
    const NAMES: &'static [&'static str] = &[];

    fn from_query(_: &mut Query<'_>) -> Option<Self> {
        Some(())
    }
}

/// The parameters sent, with the faults found in them.
#[derive(Debug, Default)]
pub struct Query<'q> {
    pairs: Vec<(Cow<'q, str>, Cow<'q, str>)>,
    unreadable: Vec<Fault>,
    refused: Vec<Fault>,
}

impl<'q> Query<'q> {
    /// Splits the query and checks the names.
    ///
    /// # Errors
    /// `unknown_parameter` with the nearest name; `invalid_parameter` for broken percent-encoding and for a name sent twice.
    pub fn read(text: &'q str, names: &[&str]) -> Result<Self, Problem> {
        let mut query = Self::default();
        for part in text.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name =
                decode(name).ok_or_else(|| unreadable("A parameter's name is not percent-encoded UTF-8.", None))?;
            let Some(known) = names.iter().find(|known| **known == name) else { return Err(unknown(&name, names)) };
            let value =
                decode(value).ok_or_else(|| unreadable("A value is not percent-encoded UTF-8.", Some(known)))?;
            if query.pairs.iter().any(|(earlier, _)| *earlier == name) {
                let fault = Fault::new(place(known), &Invalid::plain(InvalidCode::DuplicateField));
                return Err(Problem::new(Code::InvalidParameter)
                    .detail(format!("The parameter {known} was sent twice."))
                    .fault(fault));
            }
            query.pairs.push((name, value));
        }
        Ok(query)
    }

    /// The value as it was sent, decoded.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.as_ref())
    }

    /// A value read by `parse`. `None`: refused and noted. `Some(None)`: not sent.
    pub fn value<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<Option<T>> {
        match self.text(name).map(parse) {
            None => Some(None),
            Some(Ok(value)) => Some(Some(value)),
            Some(Err(invalid)) => {
                self.refuse(name, invalid);
                None
            }
        }
    }

    /// A whole number read by `parse`; what is none is unreadable.
    pub fn number<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(i64) -> Result<T, Invalid>,
    ) -> Option<Option<T>> {
        self.value(name, |text| {
            let digits = text.strip_prefix('-').unwrap_or(text);
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(Invalid::pattern("a whole number"));
            }
            // Beyond 64 bits a number is still a number, out of every range.
            parse(text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }))
        })
    }

    /// A list by comma, each part read by `parse`; empty if not sent.
    pub fn list<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Result<T, Invalid>) -> Option<Vec<T>> {
        let parsed = self.value(name, |text| text.split(',').map(parse).collect::<Result<Vec<T>, Invalid>>())?;
        Some(parsed.unwrap_or_default())
    }

    /// `true` or `false`; false if not sent.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        let parsed = self.value(name, |text| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(Invalid::not_one_of(&["true", "false"])),
        })?;
        Some(parsed.unwrap_or(false))
    }

    /// Notes a fault of a parameter: `type` and `pattern` are unreadable (400), all others are rules (422).
    pub fn refuse(&mut self, name: &'static str, invalid: Invalid) {
        let fault = Fault::new(place(name), &invalid);
        match invalid.code {
            InvalidCode::Type | InvalidCode::Pattern | InvalidCode::ControlCharacter => self.unreadable.push(fault),
            _ => self.refused.push(fault),
        }
    }

    /// Reads an operation's parameters. The faults of rules are returned beside them, to be joined with those of the body.
    ///
    /// # Errors
    /// `unknown_parameter`, `invalid_parameter`.
    pub(super) fn parse<Q: FromQuery>(text: &'q str) -> Result<(Option<Q>, Vec<Fault>), Problem> {
        let mut query = Self::read(text, Q::NAMES)?;
        let parsed = Q::from_query(&mut query);
        if !query.unreadable.is_empty() {
            return Err(Problem::new(Code::InvalidParameter).faults(query.unreadable));
        }
        Ok((parsed, query.refused))
    }
}

fn place(name: &str) -> Place {
    Place::Parameter(name.to_owned())
}

fn unreadable(detail: &'static str, name: Option<&str>) -> Problem {
    let problem = Problem::new(Code::InvalidParameter).detail(detail);
    match name {
        Some(name) => problem.fault(Fault::new(place(name), &Invalid::plain(InvalidCode::Pattern))),
        None => problem,
    }
}

fn unknown(sent: &str, names: &[&str]) -> Problem {
    let problem = Problem::new(Code::UnknownParameter);
    match nearest(sent, names) {
        Some(near) => {
            let fault = Fault::new(place(near), &Invalid::plain(InvalidCode::UnknownField))
                .with_hint(format!("Did you mean {near}?"));
            problem.detail(format!("There is no such parameter; did you mean {near}?")).fault(fault)
        }
        None if names.is_empty() => problem.detail("The operation has no parameters."),
        None => problem.detail(format!("There is no such parameter. Known are {}.", names.join(", "))),
    }
}

/// The names in a query, as far as they can be read.
pub(super) fn decoded_names(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.split('&').filter_map(|part| decode(part.split_once('=').map_or(part, |(name, _)| name)))
}

/// Percent-decoding with `+` for a blank (URL standard §5.1). `None` for broken escapes and for what is not UTF-8.
pub(crate) fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use orderbase_kernel::PageLimit;

    use super::*;

    struct Sample;

    impl FromQuery for Sample {
        const NAMES: &'static [&'static str] = &["limit", "status", "all"];

        fn from_query(query: &mut Query<'_>) -> Option<Self> {
            query.number("limit", PageLimit::try_new);
            query.list("status", |text| if text == "x" { Ok(()) } else { Err(Invalid::not_one_of(&["x"])) });
            query.flag("all");
            Some(Self)
        }
    }

    fn outcome(text: &str) -> Result<usize, Code> {
        Query::parse::<Sample>(text).map(|(_, faults)| faults.len()).map_err(|problem| problem.code())
    }

    #[test]
    fn what_cannot_be_read_is_400_and_what_breaks_a_rule_422() {
        for (text, expected) in [
            ("", Ok(0)),
            ("&&", Ok(0)),
            ("limit=20&status=x,x&all=true", Ok(0)),
            ("limit=%32%30", Ok(0)),
            ("limit=0", Ok(1)),
            ("limit=101&status=y&all=1", Ok(3)),
            ("limit=99999999999999999999", Ok(1)),
            ("limit=-99999999999999999999", Ok(1)),
            ("limit=x", Err(Code::InvalidParameter)),
            ("limit=1.5", Err(Code::InvalidParameter)),
            ("limit=+1", Err(Code::InvalidParameter)),
            ("limit=", Err(Code::InvalidParameter)),
            ("limit=x&status=y", Err(Code::InvalidParameter)),
            ("limit=1&limit=1", Err(Code::InvalidParameter)),
            ("limit=1&%6Cimit=1", Err(Code::InvalidParameter)),
            ("limit=%zz", Err(Code::InvalidParameter)),
            ("limit=%3", Err(Code::InvalidParameter)),
            ("status=%ff", Err(Code::InvalidParameter)),
            ("%ff=1", Err(Code::InvalidParameter)),
            ("Limit=1", Err(Code::UnknownParameter)),
            ("offset=1", Err(Code::UnknownParameter)),
            ("=1", Err(Code::UnknownParameter)),
        ] {
            assert_eq!(outcome(text), expected, "{text}");
        }
    }

    #[test]
    fn blanks_come_as_plus_or_percent() {
        let query = Query::read("limit=a+b%20c", &["limit"]).unwrap();
        assert_eq!(query.text("limit"), Some("a b c"));
    }
}
