//! Entity tags (RFC 9110 §8.8.3, §13.1; api.md §6): `"` version [`-` variant] `"`. Reads the lists of the conditional headers.

use std::fmt::Display;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use orderbase_application::IfMatch;
use orderbase_kernel::Version;

use crate::version::{ApiVersion, heard};

/// The tag of a version in its first representation.
pub fn of_version(version: Version) -> HeaderValue {
    // Digits between quotes are always a header value.
    HeaderValue::try_from(text_of_version(version)).unwrap_or(HeaderValue::from_static("\"0\""))
}

/// The tag of a version in another representation: letters and digits.
pub fn of_variant(version: Version, variant: impl Display) -> HeaderValue {
    HeaderValue::try_from(text_of_variant(version, variant)).unwrap_or(HeaderValue::from_static("\"0\""))
}

/// [`of_version`] as text, for answers that are kept.
pub fn text_of_version(version: Version) -> String {
    format!("\"{version}\"")
}

/// [`of_variant`] as text.
pub fn text_of_variant(version: Version, variant: impl Display) -> String {
    format!("\"{version}-{variant}\"")
}

/// The header's value is not a list of entity tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadTags(pub &'static str);

/// What a reader has already (RFC 9110 §13.1.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IfNoneMatch {
    #[default]
    Absent,
    Any,
    /// Opaque parts, without quotes and without the suffix of compression. Bytes, since a tag may hold any above ASCII.
    Tags(Vec<Vec<u8>>),
}

impl IfNoneMatch {
    /// Tags of another version than the reader's are none of what could be sent to him.
    ///
    /// # Errors
    /// [`BadTags`] where the header is no list of entity tags.
    pub fn read(headers: &HeaderMap, version: ApiVersion) -> Result<Self, BadTags> {
        Ok(match Tags::read(headers, &IF_NONE_MATCH).map_err(|()| BadTags("If-None-Match"))? {
            Tags::Absent => Self::Absent,
            Tags::Any => Self::Any,
            Tags::List(tags) => Self::Tags(
                tags.into_iter()
                    .filter_map(|tag| heard(tag.opaque.strip_suffix(b"-gz").unwrap_or(tag.opaque), version))
                    .collect(),
            ),
        })
    }

    /// Weak comparison: a `W/` makes no difference. `tag` comes with its quotes.
    pub fn matches(&self, tag: &HeaderValue) -> bool {
        match self {
            Self::Absent => false,
            Self::Any => true,
            Self::Tags(sent) => {
                let bytes = tag.as_bytes();
                let opaque = bytes.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(bytes);
                sent.iter().any(|one| one == opaque)
            }
        }
    }
}

/// # Errors
/// [`BadTags`] where `If-Match` is no list of entity tags.
pub fn if_match(headers: &HeaderMap) -> Result<IfMatch, BadTags> {
    Ok(match Tags::read(headers, &IF_MATCH).map_err(|()| BadTags("If-Match"))? {
        Tags::Absent => IfMatch::Absent,
        Tags::Any => IfMatch::Any,
        Tags::List(tags) => IfMatch::Versions(
            tags.into_iter().filter(|tag| !tag.weak).filter_map(|tag| version_part(tag.opaque)).collect(),
        ),
    })
}

/// The version in a tag, whichever representation it names.
fn version_part(opaque: &[u8]) -> Option<u64> {
    let opaque = std::str::from_utf8(opaque).ok()?;
    let digits = opaque.split_once('-').map_or(opaque, |(version, _)| version);
    let canonical = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    canonical.then(|| digits.parse().ok()).flatten()
}

struct Tag<'h> {
    weak: bool,
    opaque: &'h [u8],
}

enum Tags<'h> {
    Absent,
    Any,
    List(Vec<Tag<'h>>),
}

impl<'h> Tags<'h> {
    fn read(headers: &'h HeaderMap, name: &HeaderName) -> Result<Self, ()> {
        let mut lines = headers.get_all(name).peekable();
        if lines.peek().is_none() {
            return Ok(Self::Absent);
        }
        let mut tags = Vec::new();
        let mut any = 0_usize;
        for line in lines {
            let mut rest = line.as_bytes().trim_ascii();
            if rest == b"*" {
                any += 1;
                continue;
            }
            while !rest.is_empty() {
                // RFC 9110 §5.6.1.2: empty elements of a list do not count.
                if let Some(after) = rest.strip_prefix(b",") {
                    rest = after.trim_ascii_start();
                    continue;
                }
                let (tag, after) = Tag::read(rest)?;
                tags.push(tag);
                rest = after.trim_ascii_start();
                if !rest.is_empty() && !rest.starts_with(b",") {
                    return Err(());
                }
            }
        }
        match (any, tags.is_empty()) {
            (1, true) => Ok(Self::Any),
            (0, false) => Ok(Self::List(tags)),
            _ => Err(()),
        }
    }
}

impl<'h> Tag<'h> {
    /// RFC 9110 §8.8.3: what stands between the quotes may be any visible byte but a quote, those above ASCII included.
    fn read(text: &'h [u8]) -> Result<(Self, &'h [u8]), ()> {
        let (weak, quoted) = match text.strip_prefix(b"W/") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let inner = quoted.strip_prefix(b"\"").ok_or(())?;
        let end = inner.iter().position(|byte| *byte == b'"').ok_or(())?;
        let (opaque, rest) = inner.split_at_checked(end).ok_or(())?;
        let well_formed = opaque.iter().all(|byte| *byte == 0x21 || (0x23..=0x7e).contains(byte) || *byte >= 0x80);
        let rest = rest.strip_prefix(b"\"").ok_or(())?;
        if well_formed { Ok((Self { weak, opaque }, rest)) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name.clone(), HeaderValue::from_str(line).unwrap());
        }
        headers
    }

    fn wanted(lines: &[&str]) -> Result<IfMatch, BadTags> {
        if_match(&headers(IF_MATCH, lines))
    }

    fn known(lines: &[&str], tag: &'static str) -> bool {
        IfNoneMatch::read(&headers(IF_NONE_MATCH, lines), ApiVersion::V1)
            .unwrap()
            .matches(&HeaderValue::from_static(tag))
    }

    #[test]
    fn versions_are_tags() {
        for (version, tag) in [(1, "\"1\""), (10, "\"10\""), (i64::MAX as u64, "\"9223372036854775807\"")] {
            let version = Version::try_new(version).unwrap();
            assert_eq!(of_version(version), tag);
            assert_eq!(text_of_version(version), tag);
        }
    }

    #[test]
    fn if_match_reads_lists_and_leaves_weak_tags_out() {
        assert_eq!(wanted(&[]), Ok(IfMatch::Absent));
        assert_eq!(wanted(&["*"]), Ok(IfMatch::Any));
        assert_eq!(wanted(&["\"1\", \"2-gz\" ,,\"3-2c4\""]), Ok(IfMatch::Versions(vec![1, 2, 3])));
        assert_eq!(wanted(&["\"1\"", "\"2\""]), Ok(IfMatch::Versions(vec![1, 2])));
        assert_eq!(wanted(&["W/\"1\""]), Ok(IfMatch::Versions(vec![])));
        assert_eq!(wanted(&["\"abc\", \"01\", \"\", \"-1\""]), Ok(IfMatch::Versions(vec![])));
        assert_eq!(wanted(&["\"99999999999999999999\""]), Ok(IfMatch::Versions(vec![])));
        for bad in ["1", "\"1", "1\"", "\"1\"\"2\"", "*, \"1\"", "\"1\" \"2\"", "w/\"1\"", "", ",", "\"a b\"", "*, *"] {
            assert_eq!(wanted(&[bad]), Err(BadTags("If-Match")), "{bad}");
        }
        assert_eq!(wanted(&["*", "\"1\""]), Err(BadTags("If-Match")));
    }

    #[test]
    fn a_tag_of_bytes_above_ascii_is_well_formed_and_matches_nothing() {
        for bytes in [&b"\"\xe9\""[..], b"\"\x80\xff\"", "\"é\"".as_bytes()] {
            let mut headers = HeaderMap::new();
            headers.append(IF_MATCH, HeaderValue::from_bytes(bytes).unwrap());
            headers.append(IF_NONE_MATCH, HeaderValue::from_bytes(bytes).unwrap());
            assert_eq!(if_match(&headers), Ok(IfMatch::Versions(vec![])), "{bytes:?}");
            let known = IfNoneMatch::read(&headers, ApiVersion::V1).unwrap();
            assert!(!known.matches(&HeaderValue::from_static("\"1\"")), "{bytes:?}");
        }
    }

    #[test]
    fn if_none_match_compares_weakly() {
        assert!(known(&["\"1\""], "\"1\"") && known(&["W/\"1\""], "\"1\"") && known(&["*"], "\"1\""));
        assert!(known(&["\"7\", \"1-gz\""], "\"1\"") && known(&["\"7\"", "\"1\""], "\"1\""));
        assert!(!known(&["\"1-2\""], "\"1\"") && !known(&["\"11\""], "\"1\"") && !known(&[], "\"1\""));
        assert!(IfNoneMatch::read(&headers(IF_NONE_MATCH, &["1"]), ApiVersion::V1).is_err());
    }
}
