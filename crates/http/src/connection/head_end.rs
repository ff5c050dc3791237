//! Finds the end of a head, the blank line, in bytes that come in pieces.

/// How far a head has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct HeadEnd {
    /// A line that holds something was seen; empty ones before it belong to no head (RFC 9112 §2.2).
    has_begun: bool,
    line_is_filled: bool,
    is_found: bool,
    /// Bytes of the request line; counted to its end.
    line_bytes: usize,
    line_has_ended: bool,
}

impl HeadEnd {
    /// Looks through the next piece; how many of its bytes stand behind the end.
    pub fn feed(&mut self, piece: &[u8]) -> usize {
        if self.is_found {
            return piece.len();
        }
        for (at, byte) in piece.iter().enumerate() {
            match byte {
                b'\r' => {}
                b'\n' if self.has_begun && !self.line_is_filled => {
                    self.is_found = true;
                    return piece.len() - at - 1;
                }
                b'\n' => {
                    self.line_is_filled = false;
                    self.line_has_ended = self.has_begun;
                }
                _ => {
                    (self.has_begun, self.line_is_filled) = (true, true);
                    self.line_bytes += usize::from(!self.line_has_ended);
                }
            }
        }
        0
    }

    pub const fn is_found(self) -> bool {
        self.is_found
    }

    pub const fn line_bytes(self) -> usize {
        self.line_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_found_however_the_head_is_cut() {
        let head = b"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n{\"a\":1}";
        for cut in 0..head.len() {
            let mut end = HeadEnd::default();
            let behind = end.feed(&head[..cut]) + end.feed(&head[cut..]);
            assert_eq!((behind, end.is_found()), (7, true), "{cut}");
        }
        let mut bare = HeadEnd::default();
        assert_eq!((bare.feed(b"GET / HTTP/1.1\nHost: x\n\n"), bare.is_found()), (0, true));
        assert_eq!(bare.line_bytes(), 14);
        let mut half = HeadEnd::default();
        assert_eq!((half.feed(b"\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n"), half.is_found()), (0, false));
    }
}
