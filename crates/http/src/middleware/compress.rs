//! gzip of answers (api.md §1), written inline: a page of orders costs less than the way to another thread. A compressed resource is
//! another representation, so its entity tag ends in `-gz` (§6).

use std::io::Write as _;

use actix_web::body::{BodySize, BoxBody, MessageBody as _};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::respond::Unsent;

/// Shorter bodies fit one packet as they are.
const BYTES_MIN: u64 = 1_400;

/// Longer ones would hold the thread up. Only parts of the documentation are.
const BYTES_MAX: u64 = 1_048_576;

const GZIP: HeaderValue = HeaderValue::from_static("gzip");

/// The answer, compressed if the caller asks for it and it is worth it.
pub(super) fn compressed(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let worth = matches!(response.response().body().size(), BodySize::Sized(BYTES_MIN..=BYTES_MAX));
    if !worth {
        return tagged_alike(response);
    }
    if !is_text(response.headers()) || !is_wanted(response.request().headers()) {
        return response;
    }
    let mut headers = Marked::default();
    let mut response = response.map_body(|head, body| match body.try_into_bytes() {
        Ok(plain) => match gzip(&plain) {
            Ok(packed) => {
                headers = Marked::of(head.headers());
                BoxBody::new(packed)
            }
            Err(_) => BoxBody::new(plain),
        },
        Err(stream) => stream,
    });
    headers.put(response.headers_mut());
    response
}

/// A 304 with the tag that its 200 would have.
fn tagged_alike(mut response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let unsent = response.response().extensions().get::<Unsent>().cloned();
    let is_packed = unsent.is_some_and(|unsent| {
        (BYTES_MIN..=BYTES_MAX).contains(&unsent.bytes)
            && is_textual(&unsent.media_type)
            && is_wanted(response.request().headers())
    });
    if is_packed {
        let tag = Marked::of(response.headers()).tag;
        Marked { is_packed: false, tag }.put(response.headers_mut());
    }
    response
}

/// What changes in the headers of a compressed answer.
#[derive(Default)]
struct Marked {
    is_packed: bool,
    tag: Option<HeaderValue>,
}

impl Marked {
    fn of(headers: &HeaderMap) -> Self {
        let tag = headers.get(ETAG).and_then(|tag| tag.to_str().ok()).and_then(|tag| tag.strip_suffix('"'));
        let tag = tag.and_then(|open| HeaderValue::try_from(format!("{open}-gz\"")).ok());
        Self { is_packed: true, tag }
    }

    fn put(self, headers: &mut HeaderMap) {
        if self.is_packed {
            headers.insert(CONTENT_ENCODING, GZIP);
        }
        if let Some(tag) = self.tag {
            headers.insert(ETAG, tag);
        }
    }
}

fn gzip(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::fast());
    encoder.write_all(plain)?;
    encoder.finish()
}

/// Text that is not compressed yet.
fn is_text(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(is_textual) && !headers.contains_key(CONTENT_ENCODING)
}

fn is_textual(media_type: &HeaderValue) -> bool {
    media_type
        .to_str()
        .is_ok_and(|name| name.starts_with("text/") || name.starts_with("application/json") || name.ends_with("+json"))
}

/// Whether gzip is admitted by name or by `*`, and not refused (RFC 9110 §12.5.3).
fn is_wanted(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).filter_map(|line| line.to_str().ok());
    let (mut by_name, mut by_star) = (None, false);
    for part in lines.flat_map(|line| line.split(',')) {
        let mut parameters = part.split(';').map(str::trim);
        let name = parameters.next().unwrap_or_default();
        let weight = parameters.find_map(|parameter| parameter.strip_prefix("q=").or(parameter.strip_prefix("Q=")));
        let admitted = weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0));
        match name {
            _ if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") => by_name = Some(admitted),
            "*" => by_star = admitted,
            _ => {}
        }
    }
    by_name.unwrap_or(by_star)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_wanted_or_not() {
        let wanted = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.append(ACCEPT_ENCODING, HeaderValue::from_str(text).unwrap());
            is_wanted(&headers)
        };
        for good in ["gzip", "br, gzip;q=0.5", "*", "deflate, *;q=0.1", "GZIP", "x-gzip", "gzip, *;q=0"] {
            assert!(wanted(good), "{good}");
        }
        for bad in ["", "br", "gzip;q=0", "gzip; q=0.0, *", "*;q=0", "identity", "gzipped", "gzip;q=x"] {
            assert!(!wanted(bad), "{bad}");
        }
        assert!(!is_wanted(&HeaderMap::new()));
    }
}
