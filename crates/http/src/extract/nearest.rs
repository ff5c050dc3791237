//! The known name that an unknown one was probably meant to be.

/// The nearest of `names` by edit distance, if a third of it at most is wrong.
pub(super) fn nearest<'n>(sent: &str, names: &[&'n str]) -> Option<&'n str> {
    // A long name is no typing error, and the distance costs the product of both lengths.
    if sent.len() > 64 {
        return None;
    }
    names
        .iter()
        .map(|name| (distance(sent, name), *name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Levenshtein distance over bytes.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = Vec::with_capacity(row.len());
        next.push(left);
        for (above, b) in row.iter().skip(1).zip(other.bytes()) {
            let substituted = diagonal + usize::from(a != b);
            left = substituted.min(above + 1).min(left + 1);
            diagonal = *above;
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
    fn distances() {
        for (one, other, edits) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("limit", "limit", 0),
            ("ab", "ba", 2),
        ] {
            assert_eq!(distance(one, other), edits, "{one} {other}");
        }
    }

    #[test]
    fn the_nearest_name_is_near() {
        let names = ["limit", "cursor", "status", "customer_id"];
        assert_eq!(nearest("limits", &names), Some("limit"));
        assert_eq!(nearest("customerId", &names), Some("customer_id"));
        assert_eq!(nearest("page", &names), None);
        assert_eq!(nearest(&"l".repeat(65), &names), None);
    }
}
