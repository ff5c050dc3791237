//! What an import takes, skips and rejects, and that it ends the same however it was interrupted.

use std::sync::Arc;

use orderbase_kernel::{AggregateRef, AggregateType, PageLimit};
use orderbase_tenancy::{Mode, Permission, PlanCode};

use super::*;
use crate::changeset::{Outcome, Unique};
use crate::customers;
use crate::testing::{self, FaultyCommits, Upset, World, tenant_ctx};
use crate::views::{CustomerQuery, OrderQuery, OrderSort};

const IN_2010: &str = "2010-12-01T08:26:00Z";

fn line(reference: &str, customer: &str) -> ImportLine {
    ImportLine {
        external_reference: ExternalReference::parse(reference).unwrap(),
        customer: ImportCustomer {
            external_reference: ExternalReference::parse(customer).unwrap(),
            name: Name::parse(customer).unwrap(),
            email: None,
        },
        currency: Currency::Usd,
        status: OrderStatus::Completed,
        created_at: Timestamp::parse(IN_2010).unwrap(),
        items: vec![testing::line("a", 2, "1.50"), testing::line("b", 1, "0.01")],
        metadata: Metadata::empty(),
    }
}

async fn run(world: &World, ctx: &Ctx, lines: &[ImportLine]) -> ImportReport {
    import(&world.app, ctx, lines.to_vec(), OnExisting::Skip, Effect::Commit).await.unwrap()
}

fn words(report: &ImportReport) -> Vec<&'static str> {
    report
        .lines
        .iter()
        .map(|line| match line {
            Imported::Accepted { .. } => "accepted",
            Imported::Skipped => "skipped",
            Imported::Rejected(error) => error.code().slug(),
        })
        .collect()
}

async fn orders(world: &World, ctx: &Ctx) -> Vec<crate::views::OrderView> {
    let query =
        OrderQuery { sort: OrderSort::OldestFirst, limit: PageLimit::try_new(100).unwrap(), ..OrderQuery::default() };
    world.app.orders.page(ctx.scope(), &query).await.unwrap().rows
}

#[tokio::test]
async fn history_keeps_its_time_and_its_steps() {
    let world = World::new();
    let ctx = tenant_ctx(&world.app, "acme").await;
    let report = run(&world, &ctx, &[line("o-1", "c-1"), line("o-2", "c-1"), line("o-3", "c-2")]).await;
    assert_eq!(words(&report), ["accepted", "accepted", "accepted"]);
    assert_eq!(report.customers_created, 2);

    let all = orders(&world, &ctx).await;
    assert_eq!(all.len(), 3);
    let at = Timestamp::parse(IN_2010).unwrap();
    for order in &all {
        assert_eq!((order.created_at, order.updated_at, order.completed_at), (at, at, Some(at)));
        assert_eq!((order.version.get(), order.total.to_string().as_str()), (4, "3.01"));
        assert_eq!(order.business_date.to_string(), "2010-12-01");
        let of = AggregateRef::new(AggregateType::Order, order.id.uuid());
        let events = world.app.events.page(ctx.scope(), of, None, PageLimit::default()).await.unwrap().rows;
        assert!(events.iter().all(|event| event.imported && event.occurred_at == at));
        assert_eq!(events.len(), 4);
    }
    let made = world.app.customers.page(ctx.scope(), &CustomerQuery::default()).await.unwrap().rows;
    assert!(made.iter().all(|customer| customer.created_at == at && customer.external_reference.is_some()));
    let of = AggregateRef::new(AggregateType::Customer, made[0].id.uuid());
    let events = world.app.events.page(ctx.scope(), of, None, PageLimit::default()).await.unwrap().rows;
    assert!(events.len() == 1 && events[0].imported);
}

#[tokio::test]
async fn what_exists_is_skipped_or_rejected() {
    let world = World::new();
    let ctx = tenant_ctx(&world.app, "acme").await;
    run(&world, &ctx, &[line("o-1", "c-1")]).await;

    let again = [line("o-1", "c-1"), line("o-2", "c-1"), line("o-2", "c-2")];
    let report = run(&world, &ctx, &again).await;
    assert_eq!(words(&report), ["skipped", "accepted", "skipped"]);
    assert_eq!(report.customers_created, 0, "a skipped order makes no customer");

    let failing = import(&world.app, &ctx, again.to_vec(), OnExisting::Fail, Effect::Commit).await.unwrap();
    assert_eq!(words(&failing), ["external_reference_taken"; 3]);
    let existing = orders(&world, &ctx).await[0].id.uuid();
    assert!(
        matches!(&failing.lines[0], Imported::Rejected(Error::Taken { existing_id: Some(id), .. }) if *id == existing)
    );
}

/// The same world with commits that go wrong as planned.
fn upset(world: &World, upsets: Vec<Upset>) -> App {
    let commits = FaultyCommits::over(Arc::clone(&world.app.commits));
    commits.plan(upsets);
    App { commits: Arc::new(commits), ..world.app.clone() }
}

#[tokio::test]
async fn an_order_that_another_took_in_first_is_skipped() {
    let world = World::new();
    let ctx = tenant_ctx(&world.app, "acme").await;
    let lost = |unique| Upset::Answer(Outcome::Duplicate { unique, existing_id: None });
    for (on_existing, unique, expected) in [
        (OnExisting::Skip, Unique::OrderExternalReference, "skipped"),
        (OnExisting::Fail, Unique::OrderExternalReference, "external_reference_taken"),
        (OnExisting::Skip, Unique::CustomerExternalReference, "external_reference_taken"),
    ] {
        let app = upset(&world, vec![lost(unique), lost(unique)]);
        let report = import(&app, &ctx, vec![line("o-1", "c-1")], on_existing, Effect::Commit).await.unwrap();
        assert_eq!(words(&report), [expected]);
    }
    let app = upset(&world, vec![lost(Unique::CustomerExternalReference)]);
    let report = import(&app, &ctx, vec![line("o-1", "c-1")], OnExisting::Skip, Effect::Commit).await.unwrap();
    assert_eq!(words(&report), ["accepted"], "a second look finds the customer");
}

#[tokio::test]
async fn a_failure_on_the_way_tells_what_stands() {
    let world = World::new();
    let ctx = tenant_ctx(&world.app, "acme").await;
    let lines: Vec<ImportLine> = (0..150).map(|n| line(&format!("o-{n}"), "c")).collect();
    let app = upset(&world, vec![Upset::None, Upset::Unavailable]);
    let report = import(&app, &ctx, lines, OnExisting::Skip, Effect::Commit).await.unwrap();
    assert_eq!((words(&report), report.customers_created), (vec!["accepted"; 100], 1));
    assert!(matches!(report.failed, Some(Error::Unavailable(_))));
    assert_eq!(orders(&world, &ctx).await.len(), 100);
}

#[tokio::test]
async fn one_bad_line_costs_no_other() {
    let world = World::new();
    let ctx = tenant_ctx(&world.app, "acme").await;
    let gone = testing::customer_as(
        &world.app,
        &ctx,
        customers::CreateCustomer {
            external_reference: Some(ExternalReference::parse("gone").unwrap()),
            ..testing::wish_customer("Gone")
        },
    )
    .await;
    customers::deactivate(&world.app, &ctx, gone.id, crate::Conditions::default()).await.unwrap();

    let mut huge = line("o-2", "c-1");
    huge.items = vec![testing::line("a", 1_000_000, "99999999.99")];
    let mut future = line("o-4", "c-1");
    future.created_at = world.app.clock.now().plus_millis(1);
    let mut before_ids = line("o-5", "c-9");
    before_ids.created_at = Timestamp::parse("1969-12-31T23:59:59.999Z").unwrap();
    let lines = [line("o-1", "c-1"), huge, line("o-3", "gone"), future, before_ids, line("o-6", "c-2")];
    let report = run(&world, &ctx, &lines).await;
    assert_eq!(
        words(&report),
        [
            "accepted",
            "order_total_out_of_range",
            "customer_inactive",
            "validation_failed",
            "validation_failed",
            "accepted"
        ]
    );
    assert_eq!(report.customers_created, 2);
    assert_eq!(orders(&world, &ctx).await.len(), 2);
}

#[tokio::test]
async fn a_dry_run_says_the_same_and_leaves_nothing() {
    let world = World::new();
    let ctx = tenant_ctx(&world.app, "acme").await;
    let lines = [line("o-1", "c-1"), line("o-1", "c-1"), line("o-2", "c-1")];
    let mut rehearsal = Rehearsal::default();
    for expected in [["accepted", "skipped", "accepted"], ["skipped"; 3]] {
        let dry =
            import(&world.app, &ctx, lines.to_vec(), OnExisting::Skip, Effect::Rehearse(&mut rehearsal)).await.unwrap();
        assert_eq!(words(&dry), expected);
    }
    assert!(orders(&world, &ctx).await.is_empty());
    assert_eq!(words(&run(&world, &ctx, &lines).await), ["accepted", "skipped", "accepted"]);
    let numbers: Vec<u64> = orders(&world, &ctx).await.iter().map(|order| order.number.get()).collect();
    assert_eq!(numbers, [1_001, 1_002], "a dry run takes no numbers");
}

#[tokio::test]
async fn history_is_not_charged_but_customers_are_counted() {
    let world = World::new();
    let wish = crate::tenants::CreateTenant { plan: PlanCode::Free, mode: Mode::Live, ..testing::wish_tenant("small") };
    let tenant = testing::tenant_as(&world.app, wish).await;
    let ctx = testing::ctx(&world.app, &tenant);
    let many: Vec<ImportLine> = (0..1_100).map(|n| line(&format!("o-{n}"), "c")).collect();
    assert!(
        words(&run(&world, &ctx, &many).await).iter().all(|word| *word == "accepted"),
        "beyond the plan's 1 000 orders"
    );

    let strangers: Vec<ImportLine> = (0..600).map(|n| line(&format!("x-{n}"), &format!("c-{n}"))).collect();
    let report = run(&world, &ctx, &strangers).await;
    let accepted = words(&report).iter().filter(|word| **word == "accepted").count();
    assert_eq!((accepted, report.customers_created), (499, 499), "the plan allows 500 customers");
    assert_eq!(words(&report)[499..].iter().filter(|word| **word == "plan_limit_reached").count(), 101);
}

#[tokio::test]
async fn only_those_may_import_who_may_write_both() {
    let world = World::new();
    let tenant = testing::tenant(&world.app, "acme").await;
    for permission in [Permission::OrdersWrite, Permission::CustomersWrite] {
        let ctx = testing::ctx_with(&world.app, &tenant, &[permission]);
        let refused = import(&world.app, &ctx, vec![line("o-1", "c")], OnExisting::Skip, Effect::Commit).await;
        assert!(matches!(refused, Err(Error::Denied { .. })));
    }
    let ctx = testing::ctx_with(&world.app, &tenant, &[Permission::OrdersWrite, Permission::CustomersWrite]);
    assert_eq!(words(&run(&world, &ctx, &[line("o-1", "c")]).await), ["accepted"]);
    assert!(run(&world, &Arc::new(ctx), &[]).await.lines.is_empty());
}

#[test]
fn changesets_keep_their_bounds() {
    let with_items = |reference: &str, items: usize| ImportLine {
        items: vec![testing::line("a", 1, "1"); items],
        ..line(reference, "c")
    };
    let sizes = |lines: &[ImportLine]| batches(lines).iter().map(Vec::len).collect::<Vec<_>>();
    let small: Vec<_> = (0..250).map(|n| with_items(&format!("o-{n}"), 1)).collect();
    assert_eq!(sizes(&small), [100, 100, 50]);
    let large: Vec<_> = (0..6).map(|n| with_items(&format!("o-{n}"), 2_000)).collect();
    assert_eq!(sizes(&large), [2, 2, 2]);
    assert_eq!(sizes(&[with_items("a", 1), with_items("b", 1), with_items("a", 1)]), [2, 1]);
}
