//! The file as lines, one at a time. A line that is too long costs no memory.

use std::io::{BufRead, ErrorKind};

/// The longest line that is read, without its line feed, in bytes.
pub const LINE_BYTES_MAX: usize = 524_288;

/// As much of a line that is too long as is kept to recognise it by.
const KEPT_BYTES: usize = 256;

/// One line of the file.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// Counted from 1.
    pub number: u64,
    pub bytes: Vec<u8>,
    /// It had more than [`LINE_BYTES_MAX`] bytes, and `bytes` are its first ones.
    pub too_long: bool,
}

/// Reads lines.
pub struct Lines<R> {
    from: R,
    number: u64,
    /// Bytes read so far, for the progress bar.
    pub bytes_read: u64,
}

impl<R: BufRead> Lines<R> {
    pub fn new(from: R) -> Self {
        Self { from, number: 0, bytes_read: 0 }
    }

    /// The next line that is not blank.
    ///
    /// # Errors
    /// Those of the file.
    pub fn next(&mut self) -> std::io::Result<Option<Line>> {
        loop {
            let Some(line) = self.read()? else { return Ok(None) };
            if line.too_long || !line.bytes.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(line));
            }
        }
    }

    fn read(&mut self) -> std::io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let mut length = 0_usize;
        let mut ended = false;
        while !ended {
            let chunk = match self.from.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                break;
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            ended = end.is_some();
            let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
            length += part.len();
            if length <= LINE_BYTES_MAX {
                bytes.extend_from_slice(part);
            }
            let used = part.len() + usize::from(ended);
            self.from.consume(used);
            self.bytes_read += used as u64;
        }
        if length == 0 && !ended {
            return Ok(None);
        }
        self.number += 1;
        let too_long = length > LINE_BYTES_MAX;
        if too_long {
            bytes.truncate(KEPT_BYTES);
        }
        Ok(Some(Line { number: self.number, bytes, too_long }))
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn read(text: &[u8]) -> Vec<(u64, usize, bool)> {
        let mut lines = Lines::new(BufReader::with_capacity(16, text));
        let mut read = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            read.push((line.number, line.bytes.len(), line.too_long));
        }
        assert_eq!(lines.bytes_read, text.len() as u64);
        read
    }

    #[test]
    fn lines_are_numbered_and_blank_ones_skipped() {
        assert_eq!(read(b""), []);
        assert_eq!(read(b"\n\r\n a\n\nbcd"), [(3, 2, false), (5, 3, false)]);
        assert_eq!(read(b"one line that is longer than the buffer\n"), [(1, 39, false)]);
    }

    #[test]
    fn a_line_has_its_bound() {
        let mut text = vec![b'x'; LINE_BYTES_MAX];
        text.push(b'\n');
        text.extend(vec![b'y'; LINE_BYTES_MAX + 1]);
        text.extend(b"\nz");
        assert_eq!(read(&text), [(1, LINE_BYTES_MAX, false), (2, KEPT_BYTES, true), (3, 1, false)]);
    }
}
