//! Customers come back as they were put in, and are listed and found.

use orderbase_kernel::{CustomerId, Email, ExternalReference, Name, PageLimit, Patch};
use orderbase_orders::{CreateCustomer, Customer, CustomerStatus, Metadata, UpdateCustomer};

use super::Harness;
use super::stock::{
    Sample, commit, customer_change_of, customer_insertion, largest_metadata, new_customer, new_order, put_customer,
    put_order, reference, time,
};
use crate::app::App;
use crate::changeset::{Changeset, Outcome};
use crate::ctx::Ctx;
use crate::testing::tenant_ctx;
use crate::views::{CreatedSort, CustomerFilter, CustomerPosition, CustomerQuery, CustomerView, Span};

async fn comes_back(app: &App, ctx: &Ctx, customer: &Customer) {
    assert_eq!(app.aggregates.customer(ctx.scope(), customer.id()).await.unwrap().as_ref(), Some(customer));
    assert_eq!(app.customers.get(ctx.scope(), customer.id()).await.unwrap(), Some(CustomerView::from(customer)));
}

pub async fn customers_come_back_at_their_bounds(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, elsewhere) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "other").await);
    let at = time("2026-01-15T12:00:00.001Z");
    let smallest = put_customer(&app, &ctx, "A").await;
    comes_back(&app, &ctx, &smallest).await;

    let create = CreateCustomer {
        id: CustomerId::from_uuid(app.ids.at(at)),
        tenant_id: ctx.tenant.id(),
        name: Name::parse(&"\u{1F4A1}".repeat(200)).unwrap(),
        email: Some(Email::parse(&format!("{}@example.com", "a".repeat(242))).unwrap()),
        external_reference: Some(ExternalReference::parse(&"~".repeat(128)).unwrap()),
        metadata: largest_metadata(),
    };
    let (largest, change) = customer_insertion(&app, &ctx, create);
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    comes_back(&app, &ctx, &largest).await;
    assert_eq!(app.customers.get(elsewhere.scope(), largest.id()).await.unwrap(), None);

    let update = UpdateCustomer { email: Patch::Clear, external_reference: Patch::Clear, ..UpdateCustomer::default() };
    let (cleared, change) = customer_change_of(&app, &ctx, &largest, |customer| customer.update(update, at));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    comes_back(&app, &ctx, &cleared).await;
    let (inactive, change) =
        customer_change_of(&app, &ctx, &cleared, |customer| customer.deactivate(at.plus_millis(1)));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    comes_back(&app, &ctx, &inactive).await;
}

/// Nine customers an hour apart, oldest first; every third is inactive.
async fn people(app: &App, ctx: &Ctx) -> Vec<Customer> {
    let mut people = Vec::new();
    for index in 0..9_i64 {
        let at = time("2026-01-15T12:00:00Z").plus_millis(index * 3_600_000);
        let create = CreateCustomer {
            id: CustomerId::from_uuid(app.ids.at(at)),
            tenant_id: ctx.tenant.id(),
            name: Name::parse(&format!("Person {index}")).unwrap(),
            email: Some(Email::parse(&format!("p{index}@example.com")).unwrap()),
            external_reference: (index % 2 == 0).then(|| reference(&format!("c-{index}"))),
            metadata: Metadata::empty(),
        };
        let (customer, change) = customer_insertion(app, ctx, create);
        assert_eq!(commit(app, ctx, Changeset::new().change(change)).await, Outcome::Committed);
        people.push(if index % 3 == 0 {
            let (inactive, change) = customer_change_of(app, ctx, &customer, |customer| customer.deactivate(at));
            assert_eq!(commit(app, ctx, Changeset::new().change(change)).await, Outcome::Committed);
            inactive
        } else {
            customer
        });
    }
    people
}

async fn walk(app: &App, ctx: &Ctx, mut query: CustomerQuery) -> Vec<CustomerView> {
    let mut seen = Vec::new();
    loop {
        let page = app.customers.page(ctx.scope(), &query).await.unwrap();
        assert!(page.rows.len() <= usize::from(query.limit.get()));
        assert!(!page.has_more || !page.rows.is_empty(), "an empty page says that more follows");
        query.after = page.rows.last().map(|last| CustomerPosition { id: last.id }).or(query.after);
        seen.extend(page.rows);
        if !page.has_more {
            return seen;
        }
    }
}

pub async fn each_filter(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let people = people(&app, &ctx).await;
    let elsewhere = tenant_ctx(&app, "other").await;
    self::people(&app, &elsewhere).await;
    let none = CustomerFilter::default();
    let (from, to) = (people[2].created_at(), people[6].created_at());
    let email = Email::parse("p4@example.com").unwrap();
    let cases: Vec<(CustomerFilter, Vec<usize>)> = vec![
        (none.clone(), (0..9).collect()),
        (CustomerFilter { status: Some(CustomerStatus::Inactive), ..none.clone() }, vec![0, 3, 6]),
        (CustomerFilter { status: Some(CustomerStatus::Active), ..none.clone() }, vec![1, 2, 4, 5, 7, 8]),
        (CustomerFilter { email: Some(email.clone()), ..none.clone() }, vec![4]),
        (CustomerFilter { email: Some(email), status: Some(CustomerStatus::Inactive), ..none.clone() }, vec![]),
        (CustomerFilter { external_reference: Some(reference("c-6")), ..none.clone() }, vec![6]),
        (CustomerFilter { external_reference: Some(reference("c-1")), ..none.clone() }, vec![]),
        (CustomerFilter { created: Span { from: Some(from), to: None }, ..none.clone() }, (2..9).collect()),
        (CustomerFilter { created: Span { from: None, to: Some(to) }, ..none.clone() }, (0..6).collect()),
        (
            CustomerFilter {
                created: Span { from: Some(from), to: Some(to) },
                status: Some(CustomerStatus::Active),
                ..none
            },
            vec![2, 4, 5],
        ),
    ];
    for (filter, expected) in cases {
        let limit = PageLimit::try_new(2).unwrap();
        let query = CustomerQuery { filter: filter.clone(), sort: CreatedSort::OldestFirst, limit, after: None };
        let seen = walk(&app, &ctx, query).await;
        let expected: Vec<_> = expected.into_iter().map(|index| CustomerView::from(&people[index])).collect();
        assert_eq!(seen, expected, "{filter:?}");
        assert_eq!(app.customers.count(ctx.scope(), &filter, 100).await.unwrap(), expected.len() as u64);
    }
}

pub async fn each_sort_and_page_size(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let views: Vec<_> = people(&app, &ctx).await.iter().map(CustomerView::from).collect();
    for size in [1, 2, 8, 9, 10, 100] {
        let limit = PageLimit::try_new(size).unwrap();
        let newest = walk(&app, &ctx, CustomerQuery { limit, ..CustomerQuery::default() }).await;
        assert!(newest.iter().eq(views.iter().rev()), "newest first, {size} a page");
        let query = CustomerQuery { limit, sort: CreatedSort::OldestFirst, ..CustomerQuery::default() };
        assert_eq!(walk(&app, &ctx, query).await, views, "oldest first, {size} a page");
    }
}

pub async fn some_are_found_by_id_and_reference(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, elsewhere) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "other").await);
    let people = people(&app, &ctx).await;
    let (unsaved, _) = new_customer(&app, &ctx, "Nobody", time("2026-01-15T12:00:00Z"));

    let wanted = [people[3].id(), unsaved.id(), people[8].id()];
    let mut found = app.customers.some(ctx.scope(), &wanted).await.unwrap();
    found.sort_by_key(|customer| customer.id);
    assert_eq!(found, [CustomerView::from(&people[3]), CustomerView::from(&people[8])]);
    assert_eq!(app.customers.some(ctx.scope(), &[]).await.unwrap(), []);
    assert_eq!(app.customers.some(elsewhere.scope(), &wanted).await.unwrap(), []);

    let wanted: Vec<_> = ["c-0", "c-1", "c-8"].into_iter().map(reference).collect();
    let mut found = app.customers.with_references(ctx.scope(), &wanted).await.unwrap();
    found.sort();
    assert_eq!(found, [(reference("c-0"), people[0].id()), (reference("c-8"), people[8].id())]);
    assert_eq!(app.customers.with_references(elsewhere.scope(), &wanted).await.unwrap(), []);
}

pub async fn an_order_leads_to_its_customer(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, elsewhere) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "other").await);
    let (ada, _) = (put_customer(&app, &ctx, "Ada").await, put_customer(&app, &ctx, "Bob").await);
    let order = put_order(&app, &ctx, &Sample::of(ada.id())).await;
    let (unsaved, _) = new_order(&app, &ctx, &Sample::of(ada.id())).await;

    let found = app.customers.of_order(ctx.scope(), order.id()).await.unwrap();
    assert_eq!(found, Some(CustomerView::from(&ada)));
    assert_eq!(app.customers.of_order(ctx.scope(), unsaved.id()).await.unwrap(), None);
    assert_eq!(app.customers.of_order(elsewhere.scope(), order.id()).await.unwrap(), None);
}

pub async fn counts_stop_where_they_are_told(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    people(&app, &ctx).await;
    for (up_to, counted) in [(1, 1), (8, 8), (9, 9), (10_001, 9)] {
        assert_eq!(app.customers.count(ctx.scope(), &CustomerFilter::default(), up_to).await.unwrap(), counted);
    }
}

pub async fn an_anonymised_customer_is_nobody(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let people = people(&app, &ctx).await;
    let at = time("2026-02-01T00:00:00Z");
    let (nobody, change) = customer_change_of(&app, &ctx, &people[4], |customer| customer.anonymise(at));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    comes_back(&app, &ctx, &nobody).await;
    assert_eq!(nobody.anonymised_at(), Some(at));

    for filter in [
        CustomerFilter { email: people[4].email().cloned(), ..CustomerFilter::default() },
        CustomerFilter { external_reference: people[4].external_reference().cloned(), ..CustomerFilter::default() },
    ] {
        assert_eq!(app.customers.count(ctx.scope(), &filter, 10).await.unwrap(), 0);
    }
    // What it was known by is free for another.
    let create = CreateCustomer {
        id: CustomerId::from_uuid(app.ids.at(at)),
        tenant_id: ctx.tenant.id(),
        name: people[4].name().clone(),
        email: people[4].email().cloned(),
        external_reference: people[4].external_reference().cloned(),
        metadata: Metadata::empty(),
    };
    let (_, change) = customer_insertion(&app, &ctx, create);
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
}
