//! Rows of the audit trail as bytes, and the digest over them.

use aws_lc_rs::digest;

/// The first byte of every row. Rows with more or other fields get another one.
const ENCODING: u8 = 1;

/// How many rows, and the SHA-256 over them in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub count: u64,
    pub sha256: [u8; 32],
}

/// Takes rows one by one, so that a seal over many needs no room.
pub struct TrailDigest {
    context: digest::Context,
    count: u64,
}

impl TrailDigest {
    #[must_use]
    pub fn new() -> Self {
        Self { context: digest::Context::new(&digest::SHA256), count: 0 }
    }

    /// Adds a row. A table has as many fields as it has, always in the same order; numbers are eight bytes, big-endian.
    pub fn row(&mut self, table: &str, fields: &[Option<Vec<u8>>]) {
        self.count += 1;
        self.context.update(&[ENCODING]);
        self.field(Some(table.as_bytes()));
        for field in fields {
            self.field(field.as_deref());
        }
    }

    #[must_use]
    pub fn finish(self) -> Counted {
        let mut sha256 = [0; 32];
        for (to, from) in sha256.iter_mut().zip(self.context.finish().as_ref()) {
            *to = *from;
        }
        Counted { count: self.count, sha256 }
    }

    /// Nothing is another thing than an empty text, and no text runs over into the next.
    fn field(&mut self, bytes: Option<&[u8]>) {
        let Some(bytes) = bytes else { return self.context.update(&[0]) };
        self.context.update(&[1]);
        self.context.update(&(bytes.len() as u64).to_be_bytes());
        self.context.update(bytes);
    }
}

impl Default for TrailDigest {
    fn default() -> Self {
        Self::new()
    }
}
