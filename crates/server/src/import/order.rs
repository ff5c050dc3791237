//! A line's text as an order: members and bounds as in `POST /orders`, with status, time and customer besides.

use orderbase_application::orders::{AmountInput, ImportCustomer, ImportLine};
use orderbase_http::dto::lines::Lines;
use orderbase_http::dto::metadata;
use orderbase_http::dto::order::ItemInputBody;
use orderbase_http::extract::json::{Object, read};
use orderbase_http::extract::{Faults, FromJson};
use orderbase_kernel::{
    Bound, Currency, Email, ExternalReference, ITEMS_MAX, Invalid, InvalidCode, Name, Timestamp, UnitPrice,
};
use orderbase_orders::OrderStatus;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::reject::Fault;

/// One line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderLine {
    external_reference: String,
    customer: Object<CustomerPart>,
    currency: String,
    status: String,
    created_at: String,
    items: Lines<Object<ItemInputBody>>,
    #[serde(default)]
    metadata: Option<Box<RawValue>>,
}

/// Whose order it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CustomerPart {
    external_reference: String,
    name: String,
    #[serde(default)]
    email: Option<String>,
}

/// Just enough to name a line that is wrong otherwise.
#[derive(Deserialize)]
struct Named {
    external_reference: Option<String>,
}

/// The order of a line, or all faults of it.
///
/// # Errors
/// `malformed_request` for text that is not JSON, else the codes of `errors[]` with pointers.
pub fn parse(bytes: &[u8]) -> Result<ImportLine, Vec<Fault>> {
    let line: OrderLine = read(bytes).map_err(|problem| Fault::of_problem(&problem))?;
    let mut faults = Faults::default();
    match line.validate(&mut faults) {
        Some(line) if faults.is_empty() => Ok(line),
        _ => Err(faults.into_vec().iter().map(Fault::of_input).collect()),
    }
}

/// The reference that the line gives, if it can be seen at all.
pub fn reference(bytes: &[u8]) -> Option<String> {
    serde_json::from_slice::<Named>(bytes).ok()?.external_reference.filter(|text| text.len() <= ExternalReference::MAX)
}

impl FromJson for OrderLine {
    type Valid = ImportLine;

    fn validate(self, faults: &mut Faults) -> Option<ImportLine> {
        let Self { external_reference, customer: Object(customer), currency, status, created_at, items, metadata } =
            self;
        let external_reference = faults.read("external_reference", ExternalReference::parse(&external_reference));
        let customer = faults.member("customer", |faults| customer.read(faults));
        let currency = faults.read("currency", Currency::parse(&currency));
        let status = faults.read("status", OrderStatus::parse(&status));
        let created_at = faults.read("created_at", Timestamp::parse(&created_at));
        let items = items.within_bounds();
        let broken = match &items {
            None => Some(InvalidCode::TooMany),
            Some(items) => items.is_empty().then_some(InvalidCode::TooFew),
        };
        if let Some(code) = broken {
            faults.read("items", Err::<(), _>(Invalid::new(code, Bound::Count { min: 1, max: ITEMS_MAX })));
        }
        let items = match currency {
            Some(currency) => faults.each("items", items.unwrap_or_default(), |faults, Object(item)| {
                item.read(faults, |text| UnitPrice::parse(text, currency))
            }),
            // Prices are looked at all the same, so that their own faults are told with the currency's.
            None => {
                faults.each("items", items.unwrap_or_default(), |faults, Object(item)| {
                    item.read(faults, AmountInput::parse)
                });
                None
            }
        };
        let metadata = metadata::whole(faults, metadata);
        Some(ImportLine {
            external_reference: external_reference?,
            customer: customer?,
            currency: currency?,
            status: status?,
            created_at: created_at?,
            items: items?,
            metadata: metadata?,
        })
    }
}

impl CustomerPart {
    fn read(self, faults: &mut Faults) -> Option<ImportCustomer> {
        let Self { external_reference, name, email } = self;
        let external_reference = faults.read("external_reference", ExternalReference::parse(&external_reference));
        let name = faults.read("name", Name::parse(&name));
        let email = faults.optional("email", email, |text| Email::parse(&text));
        Some(ImportCustomer { external_reference: external_reference?, name: name?, email: email? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"external_reference":"536365","customer":{"external_reference":"17850","name":"Customer 17850"},
        "currency":"GBP","status":"completed","created_at":"2010-12-01T08:26:00Z","items":[
        {"product_id":"BANK CHARGES","quantity":6,"unit_price":"2.1"}],"metadata":{"country":"United Kingdom"}}"#;

    fn faults(text: &str) -> Vec<(String, String)> {
        let faults = parse(text.as_bytes()).err().unwrap_or_default();
        faults.into_iter().map(|fault| (fault.code.to_owned(), fault.pointer.unwrap_or_default())).collect()
    }

    fn pair(code: &str, pointer: &str) -> (String, String) {
        (code.to_owned(), pointer.to_owned())
    }

    #[test]
    fn a_good_line_is_read() {
        let line = parse(GOOD.as_bytes()).unwrap();
        assert_eq!((line.external_reference.as_str(), line.customer.name.as_str()), ("536365", "Customer 17850"));
        assert_eq!(line.items[0].unit_price.to_string(), "2.10");
        assert_eq!(line.metadata.canonical(), r#"{"country":"United Kingdom"}"#);
    }

    #[test]
    fn all_faults_of_a_line_come_at_once() {
        let bad = GOOD
            .replace("\"quantity\":6,\"unit_price\":\"2.1\"", "\"quantity\":-6,\"unit_price\":\"0.0\"")
            .replace("Customer 17850", " ")
            .replace("completed", "done")
            .replace("2010-12-01T08:26:00Z", "yesterday");
        assert_eq!(
            faults(&bad),
            [
                pair("too_short", "#/customer/name"),
                pair("not_one_of", "#/status"),
                pair("pattern", "#/created_at"),
                pair("out_of_range", "#/items/0/quantity"),
                pair("out_of_range", "#/items/0/unit_price"),
            ]
        );
        assert_eq!(
            faults(&GOOD.replace("GBP", "XYZ").replace("2.1", "2.123")),
            [pair("currency_not_supported", "#/currency"), pair("amount_precision", "#/items/0/unit_price"),]
        );
    }

    #[test]
    fn shapes_and_broken_text_are_told_apart() {
        assert_eq!(faults("{"), [pair("malformed_request", "")]);
        assert_eq!(faults("[]"), [pair("type", "#")]);
        assert_eq!(faults("{}"), [pair("required", "#/external_reference")]);
        assert_eq!(faults(&GOOD.replace("\"metadata\"", "\"extra\"")), [pair("unknown_field", "#/extra")]);
        assert_eq!(faults(&GOOD.replace("\"2.1\"", "2.1")), [pair("type", "#/items/0/unit_price")]);
        let item = r#"{"product_id":"BANK CHARGES","quantity":6,"unit_price":"2.1"}"#;
        assert_eq!(faults(&GOOD.replace(item, "")), [pair("too_few", "#/items")]);
        let long = vec![item; ITEMS_MAX + 1].join(",");
        assert_eq!(faults(&GOOD.replace(item, &long)), [pair("too_many", "#/items")]);
    }

    #[test]
    fn a_wrong_line_may_still_be_named() {
        assert_eq!(reference(br#"{"external_reference":"A1","x":1}"#).as_deref(), Some("A1"));
        assert_eq!(reference(br#"{"external_reference":1}"#), None);
        assert_eq!(reference(b"nonsense"), None);
    }
}
