//! How an answer speaks in a version other than the first. Handlers name paths and tags as version 1 has them; here, at the edge, they
//! become those of the version that was asked for. Tags are heard the same way back.
//!
//! ```text
//! Location: /api/v1/orders/…                 /api/v2/orders/…
//! Link: <https://…/api/v1/orders?…>          <https://…/api/v2/orders?…>
//! ETag: "3"      "3-c1"      "3-ended"       "3-2"      "3-2c1"      "3-2ended"
//! ```

use actix_web::http::header::{ETAG, HeaderMap, HeaderName, HeaderValue, LINK, LOCATION};

use super::ApiVersion;

/// Puts an answer's headers into the words of its version. Before compression, which adds to the tag.
pub(crate) fn speak(version: ApiVersion, public_url: &str, headers: &mut HeaderMap) {
    if version == ApiVersion::V1 {
        return;
    }
    change(headers, LOCATION, |location| version.path(location));
    // A `<` within a link would be percent-encoded.
    let (ours, theirs) = (link(public_url, ApiVersion::V1), link(public_url, version));
    change(headers, LINK, |links| links.replace(&ours, &theirs));
    change(headers, ETAG, |tag| in_version(tag, version));
}

/// The tag of the first version that a reader's tag stands for, both without their quotes. `None`: it is one of another version.
pub(crate) fn heard(opaque: &[u8], version: ApiVersion) -> Option<Vec<u8>> {
    if version == ApiVersion::V1 {
        return Some(opaque.to_vec());
    }
    let dash = opaque.iter().position(|byte| *byte == b'-')?;
    let (of, variant) = opaque.split_at_checked(dash)?;
    match variant.strip_prefix(b"-")?.strip_prefix(version.as_str().as_bytes())? {
        [] => Some(of.to_vec()),
        variant => Some([of, b"-", variant].concat()),
    }
}

/// The variant of a tag begins with the version (api.md §6).
fn in_version(tag: &str, version: ApiVersion) -> String {
    let opaque = tag.trim_matches('"');
    let (of, variant) = opaque.split_once('-').unwrap_or((opaque, ""));
    format!("\"{of}-{}{variant}\"", version.as_str())
}

fn link(public_url: &str, version: ApiVersion) -> String {
    format!("<{public_url}{}/", version.root())
}

/// Headers made here are ASCII, and so is what becomes of them.
fn change(headers: &mut HeaderMap, name: HeaderName, change: impl Fn(&str) -> String) {
    let changed = headers.get(&name).and_then(|value| HeaderValue::try_from(change(value.to_str().ok()?)).ok());
    if let Some(changed) = changed {
        headers.insert(name, changed);
    }
}

#[cfg(test)]
mod tests {
    use super::ApiVersion::{V1, V2};
    use super::*;

    fn spoken(version: ApiVersion, name: HeaderName, value: &'static str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(name.clone(), HeaderValue::from_static(value));
        speak(version, "https://x", &mut headers);
        headers.get(name).unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn what_is_said_of_paths_is_said_in_the_version() {
        for (name, inner, outer) in [
            (LOCATION, "/api/v1/orders/1", "/api/v2/orders/1"),
            (LOCATION, "/elsewhere", "/elsewhere"),
            (
                LINK,
                "<https://x/api/v1/o?cursor=A>; rel=\"next\", <https://x/api/v1/o>; rel=\"first\"",
                "<https://x/api/v2/o?cursor=A>; rel=\"next\", <https://x/api/v2/o>; rel=\"first\"",
            ),
            (LINK, "<https://y/api/v1/o>; rel=\"first\"", "<https://y/api/v1/o>; rel=\"first\""),
        ] {
            assert_eq!(spoken(V1, name.clone(), inner), inner);
            assert_eq!(spoken(V2, name, inner), outer);
        }
    }

    #[test]
    fn a_tag_is_heard_as_it_was_spoken_and_never_across_versions() {
        for (inner, outer) in [("3", "3-2"), ("3-c1", "3-2c1"), ("3-ended", "3-2ended"), ("0a1b", "0a1b-2")] {
            assert_eq!(in_version(&format!("\"{inner}\""), V2), format!("\"{outer}\""));
            assert_eq!(heard(outer.as_bytes(), V2).as_deref(), Some(inner.as_bytes()));
            assert_eq!(heard(inner.as_bytes(), V2), None, "{inner}");
            assert_eq!(heard(outer.as_bytes(), V1).as_deref(), Some(outer.as_bytes()), "{outer}");
        }
        assert_eq!(spoken(V2, ETAG, "\"3\""), "\"3-2\"");
        for foreign in ["", "-", "3-", "-2c1x", "é"] {
            assert!(heard(foreign.as_bytes(), V2).is_none_or(|inner| inner != b"3"), "{foreign}");
        }
    }
}
