//! Commands on orders: effects, no-ops, versions, refusals.

use orderbase_application::orders::{self, AmountInput, ItemInput, UpdateOrder, display_number};
use orderbase_application::testing::{ctx_with, customer, order, order_as, wish_order};
use orderbase_application::views::OrderView;
use orderbase_application::{Code, Conditions, Error, IfMatch, Place, customers, json};
use orderbase_kernel::{Currency, CustomerId, ExternalReference, InvalidCode, Patch, Quantity, Version};
use orderbase_orders::{Cancel, CancelReason, Note, OrderStatus, ProductId, Transition};
use orderbase_tenancy::Permission;

use super::{code, fresh, if_match, none, shop};

fn why(reason: CancelReason, note: Option<&str>) -> Cancel {
    Cancel { reason, note: note.map(|note| Note::parse(note).unwrap()) }
}

fn piece(product: &str, quantity: i64, price: &str) -> ItemInput<AmountInput> {
    ItemInput {
        product_id: ProductId::parse(product).unwrap(),
        quantity: Quantity::try_new(quantity).unwrap(),
        unit_price: AmountInput::parse(price).unwrap(),
        sku: None,
        name: None,
    }
}

#[tokio::test]
async fn an_order_goes_its_way() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let placed = order(app, &ctx, ada.id).await;
    assert_eq!(
        (placed.status, placed.version, placed.total.to_string()),
        (OrderStatus::Pending, Version::FIRST, "59.97".to_owned())
    );
    assert_eq!(display_number(ctx.tenant.settings().order_prefix(), placed.number), "1001");
    assert_eq!(placed.business_date.to_string(), "2026-01-15");
    assert_eq!(placed.created_at, world.app.clock.now());

    world.clock.advance_millis(1_000);
    let confirmed = fresh(orders::confirm(app, &ctx, placed.id, none()).await);
    let again = fresh(orders::confirm(app, &ctx, placed.id, none()).await);
    assert_eq!(confirmed, again, "repeating the last step changes nothing");
    assert_eq!(confirmed.confirmed_at, Some(app.clock.now()));
    fresh(orders::process(app, &ctx, placed.id, none()).await);
    let completed = fresh(orders::complete(app, &ctx, placed.id, none()).await);
    assert_eq!((completed.status, completed.version.get()), (OrderStatus::Completed, 4));
    assert_eq!(orders::get(app, &ctx, placed.id, false).await.unwrap().order, completed);

    let refused = orders::cancel(app, &ctx, placed.id, why(CancelReason::Other, None), none()).await.unwrap_err();
    let Error::InvalidTransition { from, attempted, allowed } = refused else { panic!("{refused:?}") };
    assert_eq!((from, attempted, allowed), (OrderStatus::Completed, Transition::Cancel, &[][..]));
}

#[tokio::test]
async fn cancelling_what_is_being_processed_takes_a_right_and_a_note() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let placed = order(app, &ctx, ada.id).await;
    fresh(orders::confirm(app, &ctx, placed.id, none()).await);
    fresh(orders::process(app, &ctx, placed.id, none()).await);

    let member = ctx_with(app, &ctx.tenant, &[Permission::OrdersCancel]);
    let with_note = || why(CancelReason::Staff, Some("broken"));
    let denied = orders::cancel(app, &member, placed.id, with_note(), none()).await.unwrap_err();
    assert!(matches!(denied, Error::Denied { permission: Permission::OrdersCancelProcessing }));
    let refused = orders::cancel(app, &ctx, placed.id, why(CancelReason::Staff, None), none()).await.unwrap_err();
    let Error::Validation { faults } = refused else { panic!("{refused:?}") };
    assert_eq!((&faults[0].place, faults[0].code), (&Place::Pointer("#/note".to_owned()), InvalidCode::Required));

    let cancelled = fresh(orders::cancel(app, &ctx, placed.id, with_note(), none()).await);
    assert_eq!(cancelled.cancel, Some(with_note()));
    let again = fresh(orders::cancel(app, &ctx, placed.id, why(CancelReason::Fraud, None), none()).await);
    assert_eq!(again, cancelled, "the first reason stays");
}

#[tokio::test]
async fn a_version_that_was_sent_has_to_be_the_present_one() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let placed = order(app, &ctx, ada.id).await;
    let confirmed = fresh(orders::confirm(app, &ctx, placed.id, if_match(&[7, 1])).await);
    assert_eq!(confirmed.version.get(), 2);

    for versions in [&[1][..], &[3], &[]] {
        let refused = orders::process(app, &ctx, placed.id, if_match(versions)).await.unwrap_err();
        assert!(matches!(refused, Error::VersionConflict { current } if current.get() == 2), "{versions:?}");
    }
    // Before the command decides: a no-op under a stale tag is a conflict all the same.
    assert_eq!(code(orders::confirm(app, &ctx, placed.id, if_match(&[1])).await), Code::VersionConflict);
    let any = Conditions { if_match: IfMatch::Any, ..Conditions::default() };
    assert_eq!(fresh(orders::process(app, &ctx, placed.id, any).await).version.get(), 3);
}

#[tokio::test]
async fn items_are_replaced_with_new_ids_or_not_at_all() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let placed = order(app, &ctx, ada.id).await;

    let same = fresh(orders::replace_items(app, &ctx, placed.id, vec![piece("sku-1", 3, "19.99")], none()).await);
    assert_eq!(same, placed, "a list that says the same has no effect");
    let lines = vec![piece("sku-1", 3, "19.99"), piece("sku-2", 1, "0.03")];
    let replaced = fresh(orders::replace_items(app, &ctx, placed.id, lines, if_match(&[1])).await);
    assert_eq!((replaced.total.to_string().as_str(), replaced.items.len(), replaced.version.get()), ("60.00", 2, 2));
    assert!(replaced.items.iter().all(|item| item.id != placed.items[0].id), "a line kept its id");
    assert!(replaced.items[0].id < replaced.items[1].id);

    // The prices of an order in euros are euros.
    let mut wish = wish_order(ada.id);
    (wish.currency, wish.items) = (Currency::Eur, Vec::new());
    assert_eq!(code(orders::place(app, &ctx, wish, none()).await), Code::ValidationFailed);

    customers::deactivate(app, &ctx, ada.id, none()).await.unwrap();
    let refused = orders::replace_items(app, &ctx, placed.id, vec![piece("sku-9", 1, "1")], none()).await;
    assert_eq!(code(refused), Code::CustomerInactive);
    fresh(orders::confirm(app, &ctx, placed.id, none()).await);
    let refused = orders::replace_items(app, &ctx, placed.id, vec![piece("sku-9", 1, "1")], none()).await;
    assert_eq!(code(refused), Code::OrderNotEditable);
}

#[tokio::test]
async fn reference_and_metadata_change_together() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let placed = order(app, &ctx, ada.id).await;
    let update = |reference: Option<&str>, metadata: Option<&str>| UpdateOrder {
        external_reference: reference.map_or(Patch::Keep, |text| Patch::Set(ExternalReference::parse(text).unwrap())),
        metadata: metadata.map_or(Patch::Keep, |text| Patch::Set(json::read_metadata_patch(text).unwrap())),
    };
    let changed = fresh(
        orders::update(app, &ctx, placed.id, update(Some("web-1"), Some(r#"{"a":1.50,"b":{"c":null}}"#)), none()).await,
    );
    assert_eq!((changed.metadata.as_str(), changed.version.get()), (r#"{"a":1.50,"b":{}}"#, 2));
    assert_eq!(changed.external_reference.as_ref().map(|it| it.as_str()), Some("web-1"));
    let same = fresh(orders::update(app, &ctx, placed.id, update(Some("web-1"), Some(r#"{"a":1.50}"#)), none()).await);
    assert_eq!(same, changed);

    let too_much = format!(r#"{{"text":"{}"}}"#, "x".repeat(8_192));
    let refused =
        orders::update(app, &ctx, placed.id, update(Some("web-2"), Some(&too_much)), none()).await.unwrap_err();
    let Error::MetadataLimit { faults } = refused else { panic!("{refused:?}") };
    assert_eq!((&faults[0].place, faults[0].code), (&Place::Pointer("#/metadata".to_owned()), InvalidCode::TooLarge));
    assert_eq!(orders::get(app, &ctx, placed.id, false).await.unwrap().order, changed, "half of it took effect");

    let other = order(app, &ctx, ada.id).await;
    let taken = orders::update(app, &ctx, other.id, update(Some("web-1"), None), none()).await.unwrap_err();
    assert!(matches!(&taken, Error::Taken { existing_id, .. } if *existing_id == Some(placed.id.uuid())), "{taken:?}");
    let gone = UpdateOrder { external_reference: Patch::Clear, metadata: Patch::Clear };
    let cleared = fresh(orders::update(app, &ctx, placed.id, gone, none()).await);
    assert_eq!((cleared.metadata.as_str(), cleared.external_reference), ("{}", None));
    fresh(orders::update(app, &ctx, other.id, update(Some("web-1"), None), none()).await);
}

#[tokio::test]
async fn orders_are_for_customers_that_are_there_and_active() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let nobody = CustomerId::from_uuid(app.ids.next(app.clock.now()));
    assert_eq!(code(orders::place(app, &ctx, wish_order(nobody), none()).await), Code::CustomerNotFound);
    let ada = customer(app, &ctx, "Ada").await;
    let placed = order(app, &ctx, ada.id).await;
    customers::deactivate(app, &ctx, ada.id, none()).await.unwrap();
    assert_eq!(code(orders::place(app, &ctx, wish_order(ada.id), none()).await), Code::CustomerInactive);
    // Those that exist live on.
    fresh(orders::confirm(app, &ctx, placed.id, none()).await);
    orders::add_note(app, &ctx, placed.id, Note::parse("hello").unwrap(), none()).await.unwrap();
    customers::reactivate(app, &ctx, ada.id, none()).await.unwrap();
    order(app, &ctx, ada.id).await;
}

#[tokio::test]
async fn business_state_faults_name_their_place() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let dear = |quantity, price: &str| {
        let mut wish = wish_order(ada.id);
        wish.items = vec![wish.items[0].clone(), orderbase_application::testing::line("sku-2", quantity, price)];
        wish
    };
    let pointer = |error: Error| match error {
        Error::OrderTotalOutOfRange { faults } | Error::CurrencyMismatch { faults } | Error::Validation { faults } => {
            faults[0].place.clone()
        }
        other => panic!("{other:?}"),
    };
    let refused = orders::place(app, &ctx, dear(1_000_000, "99999999.99"), none()).await.unwrap_err();
    assert_eq!(pointer(refused), Place::Pointer("#/items/1".to_owned()));
    let refused = orders::place(app, &ctx, dear(1, "99999999.99"), none()).await.unwrap_err();
    assert_eq!(refused.code(), Code::OrderTotalOutOfRange);
    assert_eq!(pointer(refused), Place::Pointer("#/items".to_owned()));
    let mut mixed = dear(1, "1.00");
    mixed.currency = Currency::Gbp;
    let refused = orders::place(app, &ctx, mixed, none()).await.unwrap_err();
    assert_eq!(refused.code(), Code::CurrencyMismatch);
    assert_eq!(pointer(refused), Place::Pointer("#/items/0/unit_price".to_owned()));
}

#[tokio::test]
async fn an_order_with_all_its_events_admits_transitions_only() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let placed = order(app, &ctx, ada.id).await;
    let note = || Note::parse("again").unwrap();
    for _ in 1..1_000 {
        orders::add_note(app, &ctx, placed.id, note(), none()).await.unwrap();
    }
    assert_eq!(code(orders::add_note(app, &ctx, placed.id, note(), none()).await), Code::OrderEventLimit);
    assert_eq!(fresh(orders::confirm(app, &ctx, placed.id, none()).await).version.get(), 1_001);
}

#[tokio::test]
async fn an_order_can_be_read_with_its_customer() {
    let (world, ctx) = shop().await;
    let app = &world.app;
    let ada = customer(app, &ctx, "Ada").await;
    let placed: OrderView = order_as(app, &ctx, wish_order(ada.id)).await;
    let found = orders::get(app, &ctx, placed.id, true).await.unwrap();
    assert_eq!((found.order, found.customer), (placed.clone(), Some(ada)));
    let clerk = ctx_with(app, &ctx.tenant, &[Permission::OrdersRead]);
    assert_eq!(orders::get(app, &clerk, placed.id, false).await.unwrap().customer, None);
    assert_eq!(code(orders::get(app, &clerk, placed.id, true).await), Code::PermissionDenied);
}
