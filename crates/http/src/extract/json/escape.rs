//! Escapes that stand for no character: half a surrogate pair. serde finds them in the texts it builds and not in what it skips or keeps
//! as it stands, so that without this check the same text would be refused in a note and taken in metadata.

/// Where the first lone surrogate stands, in bytes. `text` is JSON, so a backslash stands in a string.
pub(super) fn lone_surrogate(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes.get(at..)?.iter().position(|byte| *byte == b'\\') {
        let escape = at + found;
        at = match unit(bytes, escape) {
            Some(0xd800..=0xdbff) if matches!(unit(bytes, escape + 6), Some(0xdc00..=0xdfff)) => escape + 12,
            Some(0xd800..=0xdfff) => return Some(escape),
            _ => escape + 2,
        };
    }
    None
}

/// The UTF-16 unit that a `\u` escape at `at` stands for.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..)?.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::lone_surrogate;

    #[test]
    fn halves_are_told_from_pairs_and_from_text() {
        for (text, found) in [
            (r#""plain""#, None),
            (r#""\ud83d\ude00 \u00e9 \n""#, None),
            (r#""\\ud800""#, None),
            (r#""\\\ud800""#, Some(3)),
            (r#""\ud800""#, Some(1)),
            (r#""\uD800\n""#, Some(1)),
            (r#""\udc00""#, Some(1)),
            (r#""\ud800\ud800\udc00""#, Some(1)),
            (r#""\ud83d\ude00\udfff""#, Some(13)),
            (r#""\"#, None),
        ] {
            assert_eq!(lone_surrogate(text), found, "{text}");
        }
    }
}
