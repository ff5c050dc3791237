//! The text of an API key: `ob_live_` or `ob_test_`, 32 random characters, six of a checksum. A mistyped or invented key is refused
//! by its checksum, before any store is asked.

use std::fmt;

use crate::Mode;
use crate::base62::{self, CHECK_CHARS, RANDOM_CHARS};

const PREFIX_CHARS: usize = 8;
const HINT_CHARS: usize = PREFIX_CHARS + 4;

/// A key's text. Its Debug text does not show it; there is no Display.
#[derive(Clone)]
pub struct ApiKeyText {
    text: String,
    mode: Mode,
}

/// The text is no API key: form or checksum is wrong. Says no more, for the text may be a secret of something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an API key")]
pub struct MalformedKey;

impl ApiKeyText {
    /// Characters of every key's text.
    pub const LEN: usize = PREFIX_CHARS + RANDOM_CHARS + CHECK_CHARS;

    /// Makes a text of random bytes; `fill` must give bytes of the operating system's generator. Each character is equally likely:
    /// bytes that would favour some are drawn anew.
    pub fn generate(mode: Mode, fill: impl FnMut(&mut [u8])) -> Self {
        let mut text = String::with_capacity(Self::LEN);
        text.push_str(mode.key_prefix());
        base62::push_random(&mut text, fill);
        base62::push_checksum(&mut text);
        Self { text, mode }
    }

    /// Checks form and checksum, without any store.
    ///
    /// # Errors
    /// [`MalformedKey`].
    pub fn parse(text: &str) -> Result<Mode, MalformedKey> {
        let mode = Mode::ALL.into_iter().find(|mode| text.starts_with(mode.key_prefix())).ok_or(MalformedKey)?;
        if text.len() != Self::LEN {
            return Err(MalformedKey);
        }
        base62::checked(text, PREFIX_CHARS).map(|_| mode).ok_or(MalformedKey)
    }

    /// The text itself: for the one answer that shows it, and for the digest that is kept.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Prefix and four characters, such as `ob_live_3fA9`: enough to tell keys apart, 24 of 190 bits.
    #[must_use]
    pub fn hint(&self) -> String {
        self.text.chars().take(HINT_CHARS).collect()
    }
}

impl fmt::Debug for ApiKeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeyText({}..)", self.mode.key_prefix())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SANDBOX: &str = "ob_test_000000000000000000000000000000000tuOKP";
    const LIVE: &str = "ob_live_0123456789ABCDEFGHIJKLMNOPQRSTUV2IfI99";

    #[test]
    fn the_published_vectors() {
        assert_eq!(ApiKeyText::parse(SANDBOX), Ok(Mode::Sandbox));
        assert_eq!(ApiKeyText::parse(LIVE), Ok(Mode::Live));
        let zeros = ApiKeyText::generate(Mode::Sandbox, |bytes| bytes.fill(0));
        assert_eq!((zeros.expose(), zeros.mode()), (SANDBOX, Mode::Sandbox));
        let mut next = 0_u8;
        let counted = ApiKeyText::generate(Mode::Live, |bytes| {
            for byte in bytes {
                *byte = next;
                next += 1;
            }
        });
        assert_eq!((counted.expose(), counted.hint().as_str()), (LIVE, "ob_live_0123"));
    }

    #[test]
    fn one_wrong_character_is_found() {
        for at in 0..ApiKeyText::LEN {
            let mut bytes = LIVE.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            assert_eq!(ApiKeyText::parse(std::str::from_utf8(&bytes).unwrap()), Err(MalformedKey), "{at}");
        }
        for bad in
            ["", "ob_live_", &LIVE[..45], &format!("{LIVE}0"), &format!(" {LIVE}"), &LIVE.replace("ob_live", "ob_test")]
        {
            assert_eq!(ApiKeyText::parse(bad), Err(MalformedKey), "{bad}");
        }
        // 46 bytes that are not 46 characters, with a character across the border of the checksum.
        assert_eq!(ApiKeyText::parse(&format!("ob_live_{}é00000", "0".repeat(31))), Err(MalformedKey));
    }

    #[test]
    fn a_right_checksum_does_not_make_other_characters_right() {
        for random in ["-".repeat(32), "é".repeat(16), " ".repeat(32)] {
            let mut text = format!("ob_live_{random}");
            base62::push_checksum(&mut text);
            assert_eq!(ApiKeyText::parse(&text), Err(MalformedKey));
        }
    }

    #[test]
    fn bytes_that_would_favour_characters_are_drawn_anew() {
        let mut round = 0_u8;
        let text = ApiKeyText::generate(Mode::Live, |bytes| {
            for (at, byte) in bytes.iter_mut().enumerate() {
                *byte = if at % 2 == 0 { 248 + (at % 8) as u8 } else { 61 + round };
            }
            round += 1;
        });
        assert_eq!(&text.expose()[8..40], format!("{}{}", "z".repeat(16), "0".repeat(16)));
        assert_eq!(ApiKeyText::parse(text.expose()), Ok(Mode::Live));
    }

    #[test]
    fn the_text_is_not_shown() {
        let text = ApiKeyText::generate(Mode::Live, |bytes| bytes.fill(9));
        assert_eq!(format!("{text:?}"), "ApiKeyText(ob_live_..)");
    }
}
