//! The known name that was probably meant.

/// The candidate with the fewest edits, if these are at most a third of its characters.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (edits(name, candidate), candidate))
        .filter(|(edits, candidate)| *edits * 3 <= candidate.chars().count())
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions and replacements that turn one text into the other (Levenshtein).
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (done, a) in from.chars().enumerate() {
        let mut corner = done;
        let mut left = done + 1;
        let mut next = vec![left];
        for (b, above) in to.iter().zip(row.iter().skip(1)) {
            let replaced = corner + usize::from(a != *b);
            left = replaced.min(above + 1).min(left + 1);
            corner = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (a, b, n) in [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("htp", "http", 1)] {
            assert_eq!(edits(a, b), n, "{a} {b}");
        }
    }

    #[test]
    fn only_what_is_near_is_named() {
        let names = ["ORDERBASE_HTTP_LISTEN", "ORDERBASE_LOG_LEVEL"];
        assert_eq!(nearest("ORDERBASE_HTP_LISTEN", names), Some("ORDERBASE_HTTP_LISTEN"));
        assert_eq!(nearest("ORDERBASE_LOG_LEVL", names), Some("ORDERBASE_LOG_LEVEL"));
        assert_eq!(nearest("http.colour", ["http.listen", "log.level"]), None);
    }
}
