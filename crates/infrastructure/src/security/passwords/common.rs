//! What everybody would guess. Of NIST SP 800-63B-4 §3.1.1.2: a block list instead of rules of composition. The list is short, for few
//! passwords of 15 characters are common; what follows a pattern is found by the estimate.

use std::collections::HashSet;
use std::sync::LazyLock;

use zxcvbn::{Score, zxcvbn};

/// Compared without case, blanks and punctuation; one phrase a line, `#` for comments.
const LIST: &str = include_str!("common.txt");

static PHRASES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    LIST.lines()
        .filter(|line| !line.starts_with('#'))
        .map(letters_and_digits)
        .filter(|phrase| !phrase.is_empty())
        .collect()
});

/// The estimate takes more than linear time; what stands behind is not looked at. A password of which the first 100 characters are hard to
/// guess is hard to guess.
const ESTIMATED_CHARS_MAX: usize = 100;
const HINT_CHARS_MAX: usize = 100;
const HINTS_MAX: usize = 32;
const OWN_NAME: &str = "orderbase";

/// On the block list, or guessed in fewer than 10⁸ attempts by who knows the hints.
pub(super) fn is_common(password: &str, hints: &[&str]) -> bool {
    if PHRASES.contains(&letters_and_digits(password)) {
        return true;
    }
    let estimated: String = password.chars().take(ESTIMATED_CHARS_MAX).collect();
    let hints = words(hints);
    let hints: Vec<&str> = hints.iter().map(String::as_str).collect();
    zxcvbn(&estimated, &hints).score() < Score::Three
}

/// The hints whole, of an e-mail address what stands before the `@`, and all their words: whole ones first, for a password of several
/// parts is estimated higher than the sum of them.
fn words(hints: &[&str]) -> Vec<String> {
    let whole = hints.iter().copied().chain([OWN_NAME]);
    let names = hints.iter().filter_map(|hint| hint.split_once('@')).map(|(name, _)| name);
    let parts = hints.iter().flat_map(|hint| hint.split(|c: char| !c.is_alphanumeric()));
    let mut words: Vec<String> = Vec::new();
    for word in whole.chain(names).chain(parts) {
        let word: String = word.chars().take(HINT_CHARS_MAX).collect();
        if word.chars().count() > 2 && !words.contains(&word) && words.len() < HINTS_MAX {
            words.push(word);
        }
    }
    words
}

fn letters_and_digits(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_the_list_is_found_however_it_is_written() {
        assert!(PHRASES.len() >= 200, "{}", PHRASES.len());
        for text in [
            "correct horse battery staple",
            "CorrectHorseBatteryStaple",
            "correct-horse-battery-staple!",
            "To be, or not to be, that is the question",
            "May The Force Be With You",
            "thequickbrownfoxjumpsoverthelazydog",
        ] {
            assert!(is_common(text, &[]), "{text}");
        }
        for phrase in PHRASES.iter() {
            assert!(phrase.chars().count() >= 12, "{phrase} is shorter than any password");
        }
    }

    #[test]
    fn patterns_are_found() {
        for text in [
            "aaaaaaaaaaaaaaaa",
            "passwordpassword",
            "1234567890123456",
            "qwertyuiopasdfghjkl",
            "abcabcabcabcabcabc",
            "password12345678",
            "abcdefghijklmnop",
            "2020202020202020",
        ] {
            assert!(is_common(text, &[]), "{text}");
        }
    }

    #[test]
    fn hints_are_known_to_who_guesses() {
        let hints = ["katharina.vandenbrouck@example.com", "Katharina van den Brouck", "brouckhandels"];
        for text in [
            "katharina.vandenbrouck",
            "katharina.vandenbrouck@example.com",
            "vandenbrouckvandenbrouck",
            "orderbaseorderbase",
        ] {
            assert!(is_common(text, &hints), "{text}");
        }
        assert!(!is_common("katharina.vandenbrouck", &[]), "without the hints it is not guessed");
    }

    #[test]
    fn others_are_taken() {
        for text in [
            "gleaming walrus under nine tarps",
            "Rg7!vTq2#Lm9$Xz4",
            "ocho linternas y un buzón azul",
            "Молоток поёт под дождём",
            "tqzhkvbwxjmfpdgr",
        ] {
            assert!(!is_common(text, &["ann@acme.example", "Ann", "acme"]), "{text}");
        }
    }

    #[test]
    fn long_input_is_bounded() {
        let long: String = (0..128_u32).filter_map(|n| char::from_u32(33 + (n * 37) % 90)).collect();
        let hint = "x".repeat(10_000);
        let hints: Vec<&str> = std::iter::repeat_n(hint.as_str(), 100).collect();
        assert!(!is_common(&long, &hints));
        assert!(words(&hints).iter().all(|word| word.chars().count() <= HINT_CHARS_MAX));
        assert!(words(&["a b c d e f g h i j k l m n o p"; 50]).len() <= HINTS_MAX);
    }
}
