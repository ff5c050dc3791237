//! Lists of values in statements. `IN` lists come in few lengths, so that few statement texts exist: a shorter list repeats its
//! last value.

/// The lengths that exist. A page has at most 100 rows, so no list is longer.
const LENGTHS: [usize; 4] = [1, 5, 20, 100];

/// The last value repeated up to the next length; a list longer than any of them, which no page asks for, stays as it is.
pub(super) fn padded<T: Clone>(values: &[T]) -> Vec<T> {
    let mut padded = values.to_vec();
    if let Some(last) = values.last() {
        let length = LENGTHS.into_iter().find(|length| *length >= values.len()).unwrap_or(values.len());
        padded.resize(length, last.clone());
    }
    padded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_few_lengths() {
        let lengths: std::collections::BTreeSet<_> = (1..=100).map(|n| padded(&vec![7; n]).len()).collect();
        assert_eq!(lengths.into_iter().collect::<Vec<_>>(), LENGTHS);
        assert_eq!(padded(&[1, 2, 3]), [1, 2, 3, 3, 3]);
        assert!(padded::<u8>(&[]).is_empty());
    }
}
