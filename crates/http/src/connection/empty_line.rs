//! Counts how far back the last empty line lies, in bytes that come in pieces. It knows of no heads and no bodies.

/// The last empty line of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct EmptyLine {
    line_is_filled: bool,
    bytes_behind: u64,
}

impl EmptyLine {
    /// Looks through the next piece.
    pub fn feed(&mut self, piece: &[u8]) {
        for byte in piece {
            self.bytes_behind += 1;
            match byte {
                b'\r' => {}
                b'\n' if self.line_is_filled => self.line_is_filled = false,
                b'\n' => self.bytes_behind = 0,
                _ => self.line_is_filled = true,
            }
        }
    }

    /// Bytes behind it, or all if there was none.
    pub const fn bytes_behind(self) -> u64 {
        self.bytes_behind
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_is_found_however_the_stream_is_cut() {
        for (sent, behind) in [
            (&b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"[..], 0),
            (b"GET / HTTP/1.1\nHost: x\n\n", 0),
            (b"POST / HTTP/1.1\r\n\r\n{}\r\n", 4),
            (b"POST / HTTP/1.1\r\n\r\n{}POST / HTTP/1.1\r\nHost: x\r\n\r\n{\"a\":1}", 7),
            (b"GET / HTTP/1.1\r\n\r\n\r\n", 0),
            (b"GET", 3),
        ] {
            for cut in 0..sent.len() {
                let mut line = EmptyLine::default();
                line.feed(&sent[..cut]);
                line.feed(&sent[cut..]);
                assert_eq!(line.bytes_behind(), behind, "{cut} of {}", String::from_utf8_lossy(sent));
            }
        }
    }
}
