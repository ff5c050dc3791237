//! Kept answers as they are stored: gzip (RFC 1952) above 32 KiB, as they are below (reliability.md §2.2 rule 16). An answer is
//! JSON, which never begins with gzip's magic number, so the bytes tell by themselves which they are.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

/// Bytes up to which packing costs more than it saves.
const PLAIN_BYTES_MAX: usize = 32 * 1024;
/// RFC 1952 §2.3.1.
const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// No answer is larger: a body of at most 512 KiB comes back with ids and line totals for at most 2 000 items.
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The bytes to store.
pub(super) fn pack(body: &[u8]) -> Vec<u8> {
    if body.len() <= PLAIN_BYTES_MAX {
        return body.to_vec();
    }
    // Writing to memory does not fail; if it did, the plain bytes would serve as well.
    gzip(body).unwrap_or_else(|_| body.to_vec())
}

/// The bytes that were answered.
///
/// # Errors
/// If the stored bytes begin as gzip and are not.
pub(super) fn unpack(stored: Vec<u8>) -> io::Result<Vec<u8>> {
    if !stored.starts_with(&MAGIC) {
        return Ok(stored);
    }
    let mut body = Vec::with_capacity(stored.len().saturating_mul(8));
    GzDecoder::new(stored.as_slice()).take(ANSWER_BYTES_MAX).read_to_end(&mut body)?;
    Ok(body)
}

fn gzip(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    packed.write_all(body)?;
    packed.finish()
}

#[cfg(test)]
mod tests {
    use super::{PLAIN_BYTES_MAX, pack, unpack};

    #[test]
    fn large_answers_are_packed_and_come_back_byte_for_byte() {
        let large = format!("{{\"items\":[{}]}}", "{\"quantity\":1},".repeat(4_000)).into_bytes();
        let stored = pack(&large);
        assert!(stored.len() < large.len() / 10);
        assert_eq!(unpack(stored).unwrap(), large);
    }

    #[test]
    fn small_answers_are_stored_as_they_are() {
        let bound = vec![b'x'; PLAIN_BYTES_MAX];
        assert_eq!(pack(&bound), bound);
        assert_eq!(unpack(bound.clone()).unwrap(), bound);
        assert_ne!(pack(&[bound, vec![b'x']].concat()).len(), PLAIN_BYTES_MAX + 1);
    }

    #[test]
    fn broken_bytes_are_an_error() {
        assert!(unpack(vec![0x1f, 0x8b, 1, 2, 3]).is_err());
    }
}
