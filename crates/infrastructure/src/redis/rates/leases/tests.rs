use orderbase_kernel::TenantId;

use super::*;

const RULES: PerPolicy<RateRule> = PerPolicy::both(RateRule { quota: 6_000, burst: 400 });

fn ask(principal: u128, cost: u32) -> RateAsk {
    let tenant_id = TenantId::from_uuid(Uuid::from_u128(1));
    RateAsk { tenant_id, principal_id: Uuid::from_u128(principal), rules: RULES, cost }
}

/// A miss that is granted in full; how many units it brought beside the cost.
fn granted(leases: &mut Leases, ask: &RateAsk, now: i64) -> u32 {
    let extra = leases.promise(ask, 20, now);
    leases.settle(ask, extra, Some(extra), now);
    extra
}

#[test]
fn a_twentieth_of_a_burst_is_shared_by_the_instances() {
    assert_eq!([units_max(400, 1), units_max(400, 4), units_max(100, 1), units_max(100_000, 2)], [20, 5, 5, 64]);
    assert_eq!([units_max(39, 1), units_max(400, 20), units_max(0, 0)], [0, 0, 0], "a lease of one is none");
}

#[test]
fn who_comes_back_soon_gets_twice_as_much_and_who_leaves_some_half() {
    let (mut leases, mut now, one) = (Leases::default(), 0, ask(7, 1));
    let mut got = Vec::new();
    for _ in 0..7 {
        got.push(granted(&mut leases, &one, now));
        while leases.use_up(&one, now) {}
        now += 50_000;
    }
    assert_eq!(got, [0, 1, 3, 7, 15, 19, 19], "20 at most, the one that is used at once among them");
    granted(&mut leases, &one, now);
    now += LIFE_MICROS;
    assert!(!leases.use_up(&one, now) && leases.left(&one, now) == 0, "what is left is lost after a second");
    assert_eq!(granted(&mut leases, &one, now), 19, "64 halved is more than is given");
    for _ in 0..5 {
        now += LIFE_MICROS;
        granted(&mut leases, &one, now);
    }
    assert!(leases.left(&one, now) <= 1, "{}", leases.left(&one, now));
}

#[test]
fn what_lies_here_of_a_tenant_never_passes_its_bound() {
    let mut leases = Leases::default();
    let principals: Vec<RateAsk> = (0..100).map(|principal| ask(principal, 1)).collect();
    for now in (0..40).map(|step| step * 20_000) {
        for one in &principals {
            granted(&mut leases, one, now);
            let here: u32 = principals.iter().map(|one| leases.left(one, now)).sum();
            assert!(here <= 20, "{here}");
        }
    }
    let here: u32 = principals.iter().map(|one| leases.left(one, 780_000)).sum();
    assert!(here > 0, "it is used, too");
}

#[test]
fn a_promise_counts_until_it_is_settled() {
    let (mut leases, one, other) = (Leases::default(), ask(7, 1), ask(8, 1));
    for now in [0, 1, 2, 3, 4, 5] {
        for of in [&one, &other] {
            granted(&mut leases, of, now);
            while leases.use_up(of, now) {}
        }
    }
    assert_eq!(leases.promise(&one, 20, 6), 19);
    assert_eq!(leases.promise(&other, 20, 6), 1, "the rest");
    assert_eq!(leases.promise(&other, 20, 6), 0);
    leases.settle(&other, 1, None, 6);
    leases.settle(&one, 19, Some(3), 6);
    assert_eq!(leases.left(&one, 6), 3);
    assert_eq!(leases.promise(&other, 20, 6), 17);
}

#[test]
fn a_lease_is_good_for_the_limits_that_it_was_made_under() {
    let (mut leases, one) = (Leases::default(), ask(7, 1));
    for now in [0, 1, 2] {
        granted(&mut leases, &one, now);
    }
    assert!(leases.left(&one, 3) > 0);
    let lowered = RateAsk { rules: PerPolicy::both(RateRule { quota: 60, burst: 60 }), ..one };
    assert!(!leases.use_up(&lowered, 3));
    assert!(!leases.use_up(&ask(7, 60), 3), "a request that costs more than lies here asks");
}

#[test]
fn tenants_are_bounded() {
    let mut leases = Leases::default();
    let of = |tenant: u128| RateAsk { tenant_id: TenantId::from_uuid(Uuid::from_u128(tenant)), ..ask(7, 1) };
    for tenant in 0..TENANTS_MAX as u128 + 100 {
        granted(&mut leases, &of(tenant), 0);
    }
    assert_eq!(leases.tenants.len(), TENANTS_MAX);
    granted(&mut leases, &of(1 << 64), REMEMBERED_MICROS);
    assert_eq!(leases.tenants.len(), 1, "those of whom nothing was heard for long have gone");
}
