//! The customers of a town: names, addresses and references out of the seed.

use orderbase_application::Error;
use orderbase_application::orders::ImportCustomer;
use orderbase_kernel::{Email, ExternalReference, Name};

use super::random::Random;
use super::words::{FAMILY, GIVEN, MAIL_DOMAINS};

/// The first so many people of the town, at most as many as there are given names. No two share a name or an address.
///
/// # Errors
/// `internal_error` if the words make no name or address.
pub fn people(seed: u64, town: &str, count: usize) -> Result<Vec<ImportCustomer>, Error> {
    let mut random = Random::of(seed, &format!("people of {town}"));
    let (mut given, mut family) = (GIVEN, FAMILY);
    random.shuffle(&mut given);
    random.shuffle(&mut family);

    let pairs = given.iter().zip(&family).take(count).enumerate();
    pairs
        .map(|(at, ((first, first_plain), (last, last_plain)))| {
            let domain = random.pick(&MAIL_DOMAINS);
            Ok(ImportCustomer {
                external_reference: reference(at)?,
                name: Name::parse(&format!("{first} {last}")).map_err(Error::internal)?,
                email: Some(Email::parse(&format!("{first_plain}.{last_plain}@{domain}")).map_err(Error::internal)?),
            })
        })
        .collect()
}

/// What the customer of that place is called elsewhere; the same in every town.
fn reference(at: usize) -> Result<ExternalReference, Error> {
    ExternalReference::parse(&format!("crm-{:04}", at + 1)).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn nobody_shares_a_name_and_the_first_are_the_same_for_all_tenants_of_a_town() {
        let all = people(42, "harbour", 40).unwrap();
        let names: BTreeSet<_> = all.iter().map(|person| person.name.clone()).collect();
        let emails: BTreeSet<_> = all.iter().map(|person| person.email.clone()).collect();
        assert_eq!((all.len(), names.len(), emails.len()), (40, 40, 40));
        assert_eq!(people(42, "harbour", 12).unwrap(), all[..12]);
        assert_ne!(people(43, "harbour", 12).unwrap(), all[..12]);
        assert_ne!(people(42, "desert", 12).unwrap(), all[..12]);
    }

    #[test]
    fn every_word_makes_a_name_and_an_address_of_ascii() {
        assert_eq!(people(1, "all", GIVEN.len()).unwrap().len(), GIVEN.len());
        let plain = GIVEN.iter().chain(&FAMILY).map(|(_, plain)| plain);
        for word in plain {
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase()), "{word}");
        }
        for words in [GIVEN, FAMILY] {
            let distinct: BTreeSet<_> = words.iter().map(|(_, plain)| plain).collect();
            assert_eq!(distinct.len(), words.len());
        }
    }
}
