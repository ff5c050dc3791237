//! Secrets that are none: what stands printed in a document of this project, and what has next to no variety. A start refuses them
//! (security.md rule 38). Must never repeat the text of a secret.

/// Fewer different characters than a random text of 32 ever has: of 16 (base 16) all but never fewer than this.
const DISTINCT_MIN: usize = 8;

/// Texts that documents, examples and tests of this project print where a secret would stand.
const PRINTED: [&str; 6] = [
    // Vectors of the text of an API key.
    "ob_test_000000000000000000000000000000000tuOKP",
    "ob_live_0123456789ABCDEFGHIJKLMNOPQRSTUV2IfI99",
    "a long walk by the river",
    "a short walk by the sea",
    "correct horse battery staple",
    "0123456789abcdef0123456789abcdef",
];

/// Why a text is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weakness {
    Printed,
    Monotonous,
}

impl Weakness {
    pub(super) fn problem(self) -> &'static str {
        match self {
            Self::Printed => "stands in a document",
            Self::Monotonous => "consists of a few characters again and again",
        }
    }
}

/// What is weak about a secret, if anything is.
pub(super) fn weakness(text: &str) -> Option<Weakness> {
    if PRINTED.contains(&text) {
        return Some(Weakness::Printed);
    }
    let mut distinct: Vec<char> = text.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    (distinct.len() < DISTINCT_MIN).then_some(Weakness::Monotonous)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use orderbase_infrastructure::security::MasterKeys;

    use super::*;

    #[test]
    fn generated_secrets_are_none_of_these() {
        for _ in 0..200 {
            let ring = MasterKeys::generate().unwrap();
            let (_, key) = ring.split_once(':').unwrap();
            assert_eq!(weakness(key), None);
        }
        assert_eq!(weakness("9f86d081884c7d659a2feaa0c55ad015"), None, "hexadecimal");
        assert_eq!(weakness("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), Some(Weakness::Monotonous));
        assert_eq!(weakness("abcabcabcabcabcabcabcabcabcabcabc"), Some(Weakness::Monotonous));
    }

    /// Whatever a document assigns to the variable of a secret is refused, so that nobody runs on what everybody can read.
    #[test]
    fn what_the_documents_print_is_refused() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let mut files = vec![root.join("README.md"), root.join("CONTRIBUTING.md"), root.join(".env.example")];
        for folder in ["docs", "deploy"] {
            walk(&root.join(folder), &mut files);
        }
        let mut seen = 0;
        for path in files {
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            seen += 1;
            for name in ["MASTER_KEYS", "AUTH_TOKEN_SECRET", "BOOTSTRAP_OPERATOR_PASSWORD"] {
                for (at, _) in text.match_indices(&format!("ORDERBASE_{name}=")) {
                    let value = text[at..].split_once('=').unwrap().1;
                    let value = value.split(['\n', '`', ' ']).next().unwrap().trim_matches(['"', '\'']);
                    let is_no_value = value.is_empty() || value.starts_with(['$', '<', '…']);
                    assert!(is_no_value || PRINTED.contains(&value), "{}: {value}", path.display());
                }
            }
        }
        assert!(seen > 50, "{seen}");
        for printed in PRINTED {
            assert_eq!(weakness(printed), Some(Weakness::Printed));
        }
    }

    fn walk(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() { walk(&entry, files) } else { files.push(entry) }
        }
    }
}
