//! What a made-up order holds: lines, prices and metadata.

use std::collections::BTreeMap;

use orderbase_application::Error;
use orderbase_application::orders::ItemInput;
use orderbase_kernel::{Currency, Money, Quantity, UnitPrice};
use orderbase_orders::{ItemName, MetaValue, Metadata, ProductId, Sku};

use super::random::Random;
use super::words::{CHANNELS, PRODUCTS, Product};

/// One to five lines of different products.
///
/// # Errors
/// `internal_error` if the words make no line.
pub fn items(random: &mut Random, currency: Currency) -> Result<Vec<ItemInput>, Error> {
    let mut products = PRODUCTS;
    random.shuffle(&mut products);
    // Small orders are frequent.
    let lines = 1 + random.below(5).min(random.below(5));
    products.iter().take(lines).map(|product| item(product, pieces(random), currency)).collect()
}

/// A line of that many pieces.
///
/// # Errors
/// As [`items`].
pub fn item(product: &Product, pieces: i64, currency: Currency) -> Result<ItemInput, Error> {
    let price = Money::try_new(product.cents * percent_of_dollar(currency) / 100, currency);
    Ok(ItemInput {
        product_id: ProductId::parse(product.id).map_err(Error::internal)?,
        quantity: Quantity::try_new(pieces).map_err(Error::internal)?,
        unit_price: UnitPrice::try_new(price.map_err(Error::internal)?).map_err(Error::internal)?,
        sku: Some(Sku::parse(product.sku).map_err(Error::internal)?),
        name: Some(ItemName::parse(product.name).map_err(Error::internal)?),
    })
}

/// Where the order came from, and sometimes that it is a present.
///
/// # Errors
/// `internal_error` if the words make no metadata.
pub fn metadata(random: &mut Random) -> Result<Metadata, Error> {
    let channel = random.pick(&CHANNELS);
    let mut entries = BTreeMap::from([("channel".to_owned(), MetaValue::Text(channel.to_owned()))]);
    if random.percent(12) {
        entries.insert("gift".to_owned(), MetaValue::Bool(true));
    }
    Metadata::try_new(entries).map_err(|fault| Error::internal(fault.invalid))
}

/// Some, and seldom a carton.
fn pieces(random: &mut Random) -> i64 {
    if random.percent(5) { random.between(2, 8) * 6 } else { random.between(1, 4) }
}

/// A price level, not a rate of exchange.
const fn percent_of_dollar(currency: Currency) -> i64 {
    match currency {
        Currency::Usd => 100,
        Currency::Eur => 95,
        Currency::Gbp => 80,
        Currency::Aed => 365,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_product_can_be_sold_in_every_currency() {
        for currency in Currency::ALL {
            for product in &PRODUCTS {
                assert_eq!(item(product, 48, currency).unwrap().unit_price.currency(), currency);
            }
        }
    }

    #[test]
    fn orders_have_one_to_five_different_lines() {
        let mut random = Random::of(42, "goods");
        let orders: Vec<_> = (0..200).map(|_| items(&mut random, Currency::Eur).unwrap()).collect();
        for lines in 1..=5 {
            assert!(orders.iter().any(|items| items.len() == lines), "{lines}");
        }
        for items in &orders {
            let mut products: Vec<_> = items.iter().map(|item| item.product_id.clone()).collect();
            products.sort();
            products.dedup();
            assert!((1..=5).contains(&items.len()) && products.len() == items.len());
        }
    }
}
