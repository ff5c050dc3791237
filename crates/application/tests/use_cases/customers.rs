//! Commands on customers.

use orderbase_application::customers::{self, UpdateCustomer};
use orderbase_application::testing::{customer, customer_as, wish_customer};
use orderbase_application::{Code, Error, Taken, json};
use orderbase_kernel::{AggregateRef, AggregateType, CustomerId, Email, ExternalReference, Name, PageLimit, Patch};
use orderbase_orders::CustomerStatus;

use super::{code, fresh, if_match, none, shop};

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

#[tokio::test]
async fn a_customer_is_changed_as_a_whole_or_not_at_all() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let mut wish = wish_customer("Ada");
    wish.email = Some(email("Ada@Example.com"));
    wish.metadata = json::read_metadata(r#"{"a":1,"b":2}"#).unwrap();
    let ada = customer_as(app, &ctx, wish).await;
    assert_eq!(ada.email, Some(email("ada@example.com")));
    let update = || UpdateCustomer {
        name: Some(Name::parse("Ada L").unwrap()),
        email: Patch::Clear,
        external_reference: Patch::Set(ExternalReference::parse("c-1").unwrap()),
        metadata: Patch::Set(json::read_metadata_patch(r#"{"a":null,"c":3}"#).unwrap()),
    };
    let changed = fresh(customers::update(app, &ctx, ada.id, update(), if_match(&[1])).await);
    assert_eq!(
        (changed.metadata.as_str(), changed.email.as_ref(), changed.version.get()),
        (r#"{"b":2,"c":3}"#, None, 2)
    );
    assert_eq!(fresh(customers::update(app, &ctx, ada.id, update(), none()).await), changed);
    assert_eq!(code(customers::update(app, &ctx, ada.id, update(), if_match(&[1])).await), Code::VersionConflict);
    assert_eq!(customers::get(app, &ctx, ada.id).await.unwrap(), changed);
    let all = UpdateCustomer { metadata: Patch::Clear, ..UpdateCustomer::default() };
    assert_eq!(fresh(customers::update(app, &ctx, ada.id, all, none()).await).metadata, "{}");
}

#[tokio::test]
async fn emails_and_references_are_taken_once() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let mut wish = wish_customer("Ada");
    wish.email = Some(email("ada@example.com"));
    wish.external_reference = Some(ExternalReference::parse("c-1").unwrap());
    let ada = customer_as(app, &ctx, wish.clone()).await;
    let mut twin = wish.clone();
    twin.external_reference = None;
    let refused = customers::create(app, &ctx, twin, none()).await.unwrap_err();
    assert!(
        matches!(refused, Error::Taken { taken: Taken::CustomerEmail, existing_id } if existing_id == Some(ada.id.uuid()))
    );
    let mut twin = wish;
    twin.email = None;
    let refused = customers::create(app, &ctx, twin, none()).await.unwrap_err();
    assert!(
        matches!(refused, Error::Taken { taken: Taken::CustomerExternalReference, existing_id } if existing_id == Some(ada.id.uuid()))
    );
    let bob = customer(app, &ctx, "Bob").await;
    let update = UpdateCustomer { email: Patch::Set(email("ada@example.com")), ..UpdateCustomer::default() };
    assert_eq!(code(customers::update(app, &ctx, bob.id, update, none()).await), Code::CustomerEmailTaken);
}

#[tokio::test]
async fn status_moves_and_stays() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let same = fresh(customers::reactivate(app, &ctx, ada.id, none()).await);
    assert_eq!(same, ada);
    let inactive = fresh(customers::deactivate(app, &ctx, ada.id, none()).await);
    assert_eq!((inactive.status, inactive.version.get()), (CustomerStatus::Inactive, 2));
    assert_eq!(fresh(customers::deactivate(app, &ctx, ada.id, none()).await), inactive);
    let nobody = CustomerId::from_uuid(app.ids.next(app.clock.now()));
    assert_eq!(code(customers::deactivate(app, &ctx, nobody, none()).await), Code::CustomerNotFound);
    assert_eq!(code(customers::get(app, &ctx, nobody).await), Code::CustomerNotFound);
}

#[tokio::test]
async fn an_erased_customer_stays_erased() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let mut wish = wish_customer("Ada Lovelace");
    wish.email = Some(email("ada@example.com"));
    wish.external_reference = Some(ExternalReference::parse("c-1").unwrap());
    wish.metadata = json::read_metadata(r#"{"secret":"Lovelace"}"#).unwrap();
    let ada = customer_as(app, &ctx, wish.clone()).await;
    world.clock.advance_millis(1);
    let erased = fresh(customers::anonymise(app, &ctx, ada.id, none()).await);
    assert_eq!(erased.name.as_str(), "Anonymised customer");
    assert_eq!((&erased.email, &erased.external_reference, erased.metadata.as_str()), (&None, &None, "{}"));
    assert_eq!((erased.status, erased.anonymised_at), (CustomerStatus::Inactive, Some(app.clock.now())));
    world.clock.advance_millis(1);
    assert_eq!(fresh(customers::anonymise(app, &ctx, ada.id, none()).await), erased, "erasing again is no event");

    assert_eq!(code(customers::reactivate(app, &ctx, ada.id, none()).await), Code::CustomerAnonymised);
    assert_eq!(code(customers::deactivate(app, &ctx, ada.id, none()).await), Code::CustomerAnonymised);
    let update = UpdateCustomer { name: Some(Name::parse("Ada").unwrap()), ..UpdateCustomer::default() };
    assert_eq!(code(customers::update(app, &ctx, ada.id, update, none()).await), Code::CustomerAnonymised);

    let of = AggregateRef::new(AggregateType::Customer, ada.id.uuid());
    let history = app.events.page(ctx.scope(), of, None, PageLimit::MAX).await.unwrap().rows;
    assert!(!format!("{history:?}").contains("Lovelace") && !format!("{history:?}").contains("ada@"), "{history:?}");
    // Its email and reference are free again.
    customer_as(app, &ctx, wish).await;
}
