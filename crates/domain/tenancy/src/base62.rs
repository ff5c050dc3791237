//! What the texts of all credentials share: the alphabet `0-9A-Za-z`, random characters, 128 bits in 22 of them, and the checksum. A
//! mistyped or invented text is refused by its checksum, before any store is asked.

use orderbase_kernel::Uuid;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 190 bits.
pub const RANDOM_CHARS: usize = 32;
pub const CHECK_CHARS: usize = 6;
/// 62^22 is above 2^128, 62^21 is not.
pub const UUID_CHARS: usize = 22;
/// The largest multiple of 62 in a byte; what lies above would favour the first characters.
const UNBIASED: u8 = 248;

/// Appends [`RANDOM_CHARS`] characters made of random bytes. Each is equally likely: bytes that would favour some are drawn anew.
pub fn push_random(text: &mut String, mut fill: impl FnMut(&mut [u8])) {
    let end = text.len() + RANDOM_CHARS;
    let mut bytes = [0_u8; RANDOM_CHARS];
    while text.len() < end {
        fill(&mut bytes);
        let wanted = end - text.len();
        text.extend(bytes.iter().filter(|byte| **byte < UNBIASED).take(wanted).map(|byte| digit(*byte)));
    }
    bytes.fill(0);
}

/// Appends the checksum of what is there.
pub fn push_checksum(text: &mut String) {
    let check = checksum(text.as_bytes());
    text.extend(check);
}

/// Appends an id, left-padded with `0` to [`UUID_CHARS`].
pub fn push_uuid(text: &mut String, id: Uuid) {
    let mut rest = id.as_u128();
    let mut digits = ['0'; UUID_CHARS];
    for place in digits.iter_mut().rev() {
        *place = digit((rest % 62) as u8);
        rest /= 62;
    }
    text.extend(digits);
}

/// Reads what [`push_uuid`] wrote; `None` for another length, another character or a number above 128 bits.
pub fn uuid(text: &str) -> Option<Uuid> {
    if text.len() != UUID_CHARS {
        return None;
    }
    let mut number = 0_u128;
    for byte in text.bytes() {
        number = number.checked_mul(62)?.checked_add(u128::from(value(byte)?))?;
    }
    Some(Uuid::from_u128(number))
}

/// What stands before the checksum, if that is right and all behind the first `prefix` bytes is of the alphabet.
pub fn checked(text: &str, prefix: usize) -> Option<&str> {
    let (body, check) = text.split_at_checked(text.len().checked_sub(CHECK_CHARS)?)?;
    let alphanumeric = body.bytes().skip(prefix).all(|byte| byte.is_ascii_alphanumeric());
    (alphanumeric && checksum(body.as_bytes()).into_iter().eq(check.chars())).then_some(body)
}

fn digit(byte: u8) -> char {
    let index = usize::from(byte) % ALPHABET.len();
    ALPHABET.get(index).copied().map_or('0', char::from)
}

const fn value(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'Z' => Some(byte - b'A' + 10),
        b'a'..=b'z' => Some(byte - b'a' + 36),
        _ => None,
    }
}

/// CRC-32 in base62, left-padded with `0`.
fn checksum(text: &[u8]) -> [char; CHECK_CHARS] {
    let mut rest = crc32(text);
    let mut digits = ['0'; CHECK_CHARS];
    for place in digits.iter_mut().rev() {
        *place = digit((rest % 62) as u8);
        rest /= 62;
    }
    digits
}

/// CRC-32 as zlib has it (polynomial 0xEDB88320, reflected), bit by bit: 80 bytes need no table.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(id: u128) -> String {
        let mut text = String::new();
        push_uuid(&mut text, Uuid::from_u128(id));
        text
    }

    #[test]
    fn the_checksum_is_that_of_zlib() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(checksum(b"123456789").into_iter().collect::<String>(), "3jZRME");
        assert_eq!(checksum(b"").into_iter().collect::<String>(), "000000");
    }

    #[test]
    fn every_digit_has_its_value() {
        for (index, byte) in ALPHABET.iter().enumerate() {
            assert_eq!((value(*byte), digit(index as u8)), (Some(index as u8), char::from(*byte)));
        }
        assert!((0..=u8::MAX).all(|byte| value(byte).is_some() == byte.is_ascii_alphanumeric()));
    }

    #[test]
    fn ids_have_one_text_each() {
        let cases = [
            (0, "0000000000000000000000"),
            (61, "000000000000000000000z"),
            (62, "0000000000000000000010"),
            (u128::MAX, "7n42DGM5Tflk9n8mt7Fhc7"),
        ];
        for (id, text) in cases {
            assert_eq!((written(id).as_str(), uuid(text)), (text, Some(Uuid::from_u128(id))));
        }
        // One more than 128 bits hold, the most that 22 characters hold, lengths, characters.
        let bad = [
            "7n42DGM5Tflk9n8mt7Fhc8",
            &"z".repeat(22),
            "",
            &"0".repeat(21),
            &"0".repeat(23),
            &"-".repeat(22),
            &"é".repeat(11),
        ];
        for text in bad {
            assert_eq!(uuid(text), None, "{text}");
        }
    }

    #[test]
    fn bytes_that_would_favour_characters_are_drawn_anew() {
        let (mut text, mut round) = ("x".to_owned(), 0_u8);
        push_random(&mut text, |bytes| {
            for (at, byte) in bytes.iter_mut().enumerate() {
                *byte = if at % 2 == 0 { 248 + (at % 8) as u8 } else { 61 + round };
            }
            round += 1;
        });
        assert_eq!(text, format!("x{}{}", "z".repeat(16), "0".repeat(16)));
    }
}
