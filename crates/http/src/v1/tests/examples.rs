//! The examples are what the server takes and gives, and what the schemas say.

use orderbase_application::views::{CustomerView, ItemView, OrderView};
use orderbase_kernel::{
    BusinessDate, Currency, CustomerId, Email, ExternalReference, ItemId, LineTotal, Name, OrderId, OrderTotal,
    Quantity, Timestamp, UnitPrice, Version,
};
use orderbase_orders::{CustomerStatus, ItemName, OrderNumber, OrderStatus, ProductId};
use orderbase_tenancy::OrderPrefix;
use serde_json::Value;

use super::schema::Document;
use crate::dto::customer::{CreateCustomerBody, CustomerBody, UpdateCustomerBody};
use crate::dto::examples;
use crate::dto::order::{
    AddNoteBody, CancelOrderBody, OrderBody, PlaceOrderBody, ReplaceItemsBody, UpdateOrderBody, v2,
};
use crate::extract::{Faults, FromJson, json};
use crate::respond::Body;
use crate::version::ApiVersion;

pub(super) fn is_read<T: FromJson>(example: &Value) {
    let body: T = json::read(example.to_string().as_bytes()).unwrap();
    let mut faults = Faults::default();
    assert!(body.validate(&mut faults).is_some() && faults.is_empty(), "{example}: {faults:?}");
}

#[test]
fn request_examples_are_taken() {
    is_read::<PlaceOrderBody>(&examples::place_order());
    is_read::<ReplaceItemsBody>(&examples::replace_items());
    is_read::<UpdateOrderBody>(&examples::update_order());
    is_read::<CancelOrderBody>(&examples::cancel());
    is_read::<AddNoteBody>(&examples::note());
    is_read::<v2::PlaceOrderBody>(&examples::in_v2(examples::place_order()));
    is_read::<v2::ReplaceItemsBody>(&examples::in_v2(examples::replace_items()));
    is_read::<CreateCustomerBody>(&examples::create_customer());
    is_read::<UpdateCustomerBody>(&examples::update_customer());
}

fn order() -> OrderView {
    let id = OrderId::parse("01980000-0000-7000-8000-0000000000a1").unwrap();
    let at = id.timestamp().unwrap();
    OrderView {
        id,
        number: OrderNumber::try_new(1001).unwrap(),
        customer_id: CustomerId::parse("01980000-0000-7000-8000-0000000000c1").unwrap(),
        status: OrderStatus::Pending,
        currency: Currency::Usd,
        total: OrderTotal::parse("59.97", Currency::Usd).unwrap(),
        external_reference: Some(ExternalReference::parse("web-77").unwrap()),
        metadata: r#"{"channel":"web"}"#.to_owned(),
        items: vec![ItemView {
            id: ItemId::parse("01980000-0000-7000-8000-0000000000b1").unwrap(),
            product_id: ProductId::parse("sku-1").unwrap(),
            sku: None,
            name: Some(ItemName::parse("Widget").unwrap()),
            quantity: Quantity::try_new(3).unwrap(),
            unit_price: UnitPrice::parse("19.99", Currency::Usd).unwrap(),
            line_total: LineTotal::parse("59.97", Currency::Usd).unwrap(),
        }],
        cancel: None,
        confirmed_at: None,
        processing_at: None,
        completed_at: None,
        cancelled_at: None,
        business_date: BusinessDate::parse("2025-07-12").unwrap(),
        created_at: at,
        updated_at: at,
        version: Version::FIRST,
    }
}

#[test]
fn answer_examples_are_what_views_give() {
    let prefix = OrderPrefix::parse("AC-").unwrap();
    assert_eq!(serde_json::to_value(OrderBody::new(&order(), &prefix)).unwrap(), examples::order());
    let steps = ["2025-07-12T19:00:00Z", "2025-07-12T19:05:00Z", "2025-07-12T19:10:00Z"]
        .map(|text| Timestamp::parse(text).unwrap());
    let mut completed = order();
    (completed.status, completed.version) = (OrderStatus::Completed, Version::try_new(4).unwrap());
    (completed.confirmed_at, completed.processing_at, completed.completed_at) =
        (Some(steps[0]), Some(steps[1]), Some(steps[2]));
    completed.updated_at = steps[2];
    assert_eq!(serde_json::to_value(OrderBody::new(&completed, &prefix)).unwrap(), examples::order_in("completed"));

    let id = CustomerId::parse("01980000-0000-7000-8000-0000000000c1").unwrap();
    let customer = CustomerView {
        id,
        name: Name::parse("Ada").unwrap(),
        email: Some(Email::parse("ada@example.com").unwrap()),
        external_reference: Some(ExternalReference::parse("crm-1").unwrap()),
        status: CustomerStatus::Active,
        metadata: r#"{"tier":"gold"}"#.to_owned(),
        anonymised_at: None,
        created_at: id.timestamp().unwrap(),
        updated_at: id.timestamp().unwrap(),
        version: Version::FIRST,
    };
    assert_eq!(serde_json::to_value(CustomerBody::from(&customer)).unwrap(), examples::customer());

    for (order, example) in [(order(), examples::order()), (completed, examples::order_in("completed"))] {
        let body = v2::OrderBody::new(&order, &prefix, Some(&customer));
        assert_eq!(serde_json::to_value(body).unwrap(), examples::in_v2(example));
    }
}

#[test]
fn a_body_fits_the_buffer_that_was_asked_for() {
    let prefix = OrderPrefix::parse("AC-12345").unwrap();
    let mut order = order();
    order.items =
        vec![ItemView { name: Some(ItemName::parse(&"ä".repeat(200)).unwrap()), ..order.items[0].clone() }; 2_000];
    let body = OrderBody::new(&order, &prefix);
    let written = serde_json::to_vec(&body).unwrap().len();
    assert!((written..written * 3 / 2).contains(&body.size_hint()), "{written} {}", body.size_hint());
    let body = v2::OrderBody::new(&order, &prefix, None);
    let written = serde_json::to_vec(&body).unwrap().len();
    assert!((written..written * 3 / 2).contains(&body.size_hint()), "{written} {}", body.size_hint());
}

/// Each operation of this version: its body and its answer have an example that its schema admits.
#[test]
fn every_example_has_its_schema() {
    for version in ApiVersion::ALL {
        examples_of(version);
    }
}

fn examples_of(version: ApiVersion) {
    let document = Document::of(crate::openapi::document(version));
    let root = format!("{}/", version.root());
    let mut seen = 0;
    for (path, item) in
        document.whole()["paths"].as_object().unwrap().iter().filter(|(path, _)| path.starts_with(&root))
    {
        for operation in item.as_object().unwrap().values() {
            let body = operation.pointer("/requestBody/content/application~1json");
            let answers = operation["responses"]
                .as_object()
                .unwrap()
                .iter()
                .filter(|(status, _)| status.starts_with('2') && *status != "204");
            let answers = answers.map(|(_, answer)| &answer["content"]["application/json"]);
            for content in body.into_iter().chain(answers) {
                let example = content.get("example").unwrap_or_else(|| panic!("{path}: no example in {content}"));
                assert_eq!(document.refusals(&content["schema"], example), Vec::<String>::new(), "{path}: {example}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 21 + 7, "{seen}");
}
