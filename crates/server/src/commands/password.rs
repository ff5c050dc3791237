//! Where a password comes from: a terminal that shows nothing, the first line of standard input, or chance. Never a flag, for flags are
//! read by everybody on the host and kept by shells.

use std::io::BufRead as _;

use orderbase_infrastructure::security::fill_random;
use orderbase_tenancy::Password;

use crate::failure::Failure;
use crate::terminal;

/// More bytes than any password has.
const LINE_BYTES_MAX: u64 = 4_096;
/// Of 32, so that each carries five bits; none that is taken for another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
const GROUPS: usize = 6;
const GROUP_LEN: usize = 4;

/// A password that somebody chose, or chance.
pub struct NewPassword {
    pub text: String,
    pub is_generated: bool,
}

/// A password of good length. Whether it is easily guessed is the use case's to say, which knows whose it is.
///
/// # Errors
/// 2 for one that is too short, too long, empty, or typed differently the second time.
pub fn obtain(generate: bool) -> Result<NewPassword, Failure> {
    if generate {
        return Ok(NewPassword { text: generated(), is_generated: true });
    }
    let text = if terminal::is_typed() { asked_twice()? } else { first_line(std::io::stdin().lock())? };
    Password::parse(&text).map_err(|invalid| Failure::usage(format!("the password {invalid}")))?;
    Ok(NewPassword { text, is_generated: false })
}

/// 120 random bits, in groups for whoever has to type them.
pub fn generated() -> String {
    let mut bytes = [0; GROUPS * GROUP_LEN];
    fill_random(&mut bytes);
    let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).copied().map_or('a', char::from);
    let groups: Vec<String> = bytes.chunks(GROUP_LEN).map(|group| group.iter().map(letter).collect()).collect();
    groups.join("-")
}

fn asked_twice() -> Result<String, Failure> {
    let first = terminal::ask_secret("Password: ")?;
    let second = terminal::ask_secret("The same again: ")?;
    if first == second { Ok(first) } else { Err(Failure::usage("the two passwords differ; nothing was done")) }
}

/// Without its line feed and nothing else taken away.
fn first_line(input: impl std::io::BufRead) -> Result<String, Failure> {
    let mut line = Vec::new();
    input.take(LINE_BYTES_MAX).read_until(b'\n', &mut line).map_err(|error| Failure::internal(&error))?;
    if line.is_empty() {
        let words = "no password on standard input; write it there as one line, or use --generate";
        return Err(Failure::usage(words));
    }
    let text = String::from_utf8(line).map_err(|_| Failure::usage("the password on standard input is not UTF-8"))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    #[test]
    fn chance_makes_passwords_that_may_be_set() {
        let (one, other) = (generated(), generated());
        assert!(one != other && one.len() == 29, "{one}");
        assert!(Password::parse(&one).is_ok());
        assert!(one.bytes().all(|byte| byte == b'-' || LETTERS.contains(&byte)), "{one}");
    }

    #[test]
    fn the_first_line_is_taken_as_it_is() {
        let line = |bytes: &[u8]| first_line(bytes);
        assert_eq!(line(b" two  blanks \nand more").unwrap(), " two  blanks ");
        assert_eq!(line(b"of windows\r\n").unwrap(), "of windows");
        assert_eq!(line(b"no line feed").unwrap(), "no line feed");
        for bad in [&b""[..], b"\xff\xfe\n"] {
            assert_eq!(line(bad).unwrap_err().exit, Exit::Usage);
        }
        assert_eq!(line(&[b'x'; 9_000]).unwrap().len(), 4_096, "more is never read");
    }
}
