//! The bytes of a body: bounded before and while they come, and in time. Who is slow to send waits without a place in the process.

use std::pin::pin;

use actix_web::dev::Payload;
use actix_web::http::header::{CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderValue, TRANSFER_ENCODING};
use actix_web::web::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use orderbase_application::Code;
use tokio::time::{Instant, timeout, timeout_at};

use super::incoming::Incoming;
use crate::problem::Problem;

const CLOSE: HeaderValue = HeaderValue::from_static("close");

/// Whether the head announces a body.
pub(super) fn is_announced(headers: &HeaderMap) -> bool {
    headers.contains_key(TRANSFER_ENCODING) || length(headers).is_some_and(|length| length > 0)
}

/// Reads the whole body.
///
/// # Errors
/// `body_too_large`, `request_timeout`, `malformed_request` if the client stopped in the middle; `overloaded` if the place that was left
/// for a slow body is not to be had again.
pub(super) async fn read(incoming: &mut Incoming<'_>, payload: Payload) -> Result<Bytes, Problem> {
    let (headers, shared) = (incoming.request.headers(), incoming.shared);
    if !is_announced(headers) {
        return Ok(Bytes::new());
    }
    let (options, max) = (&shared.options, shared.options.body_bytes_max);
    let announced = length(headers).unwrap_or(0);
    if announced > u64::try_from(max).unwrap_or(u64::MAX) {
        return Err(too_large(max));
    }
    // A body is no storage future: it may be left where it is.
    let mut body = pin!(collect(payload, usize::try_from(announced).unwrap_or(0), max));
    let until = Instant::now() + options.body_timeout;
    // Most bodies come with their heads. As long as a request may wait for a place, it may keep one.
    if let Ok(read) = timeout(options.admission_wait.min(options.body_timeout), body.as_mut()).await {
        return read;
    }
    let outside = shared.admission.step_out(incoming.permit)?;
    let read = timeout_at(until, body).await.unwrap_or_else(|_| Err(late()))?;
    shared.admission.step_in(incoming.permit, outside).await?;
    Ok(read)
}

fn late() -> Problem {
    Problem::new(Code::RequestTimeout).header(CONNECTION, CLOSE)
}

async fn collect(mut payload: Payload, announced: usize, max: usize) -> Result<Bytes, Problem> {
    let Some(first) = payload.next().await else { return Ok(Bytes::new()) };
    let first = first.map_err(|error| broken(&error))?;
    // Most bodies come in one piece, which need not be copied.
    if first.len() == announced && announced <= max {
        return Ok(first);
    }
    let mut body = BytesMut::with_capacity(announced.max(first.len()).min(max));
    let mut next = Some(Ok(first));
    while let Some(piece) = next {
        let piece = piece.map_err(|error| broken(&error))?;
        if body.len() + piece.len() > max {
            return Err(too_large(max));
        }
        body.extend_from_slice(&piece);
        next = payload.next().await;
    }
    Ok(body.freeze())
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(max: usize) -> Problem {
    Problem::new(Code::BodyTooLarge).detail(format!("The body may have {max} bytes.")).header(CONNECTION, CLOSE)
}

fn broken(_: &actix_web::error::PayloadError) -> Problem {
    Problem::new(Code::MalformedRequest).detail("The body ended before it was complete.").header(CONNECTION, CLOSE)
}
