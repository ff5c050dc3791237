//! What every limiter has to do. The rules are so slow that no clock matters, and each case has a tenant of its own.

use orderbase_kernel::TenantId;
use uuid::Uuid;

use crate::ports::{RateAsk, RateLimiter, RateTaking};
use crate::rates::{PerPolicy, RateRefused, RateRule, Standing};

/// A unit in 60 s.
const TENANT: RateRule = RateRule { quota: 1, burst: 1 };

/// Every case, one after the other. `id` gives ids that nobody else uses.
///
/// # Panics
/// Where the limiter breaks its contract.
pub async fn all(limiter: &dyn RateLimiter, mut id: impl FnMut() -> Uuid) {
    let mut ask = |tenant: RateRule, credential: RateRule| RateAsk {
        tenant_id: TenantId::from_uuid(id()),
        principal_id: id(),
        rules: PerPolicy { tenant, credential },
        cost: 1,
    };
    let rule = |quota, burst| RateRule { quota, burst };

    a_burst_passes_and_no_more(limiter, ask(rule(3, 3), rule(3, 3))).await;
    a_refusal_takes_from_neither(limiter, ask(rule(2, 2), rule(1, 1))).await;
    costs_are_taken_whole(limiter, ask(rule(10, 10), rule(10, 10))).await;
    a_quota_of_nothing_blocks(limiter, ask(rule(0, 5), rule(3, 3))).await;
    a_new_rule_counts_at_once(limiter, ask(rule(2, 2), rule(2, 2))).await;
    let (one, other) = (ask(TENANT, TENANT), ask(TENANT, TENANT));
    tenants_do_not_touch(limiter, one, other).await;
}

async fn granted(limiter: &dyn RateLimiter, ask: &RateAsk) -> PerPolicy<Standing> {
    match limiter.take(ask).await {
        RateTaking::Granted(standings) => standings,
        RateTaking::Refused(refused) => panic!("{ask:?} was refused: {refused:?}"),
    }
}

async fn refused(limiter: &dyn RateLimiter, ask: &RateAsk) -> RateRefused {
    match limiter.take(ask).await {
        RateTaking::Refused(refused) => refused,
        RateTaking::Granted(standings) => panic!("{ask:?} was granted: {standings:?}"),
    }
}

async fn a_burst_passes_and_no_more(limiter: &dyn RateLimiter, ask: RateAsk) {
    assert_eq!(limiter.standing(&ask), PerPolicy::both(Standing { remaining: 3, next_secs: None }));
    for left in [2, 1, 0] {
        let standings = granted(limiter, &ask).await;
        assert_eq!(standings.map(|standing| standing.remaining), PerPolicy::both(left));
        assert!(standings.tenant.next_secs.is_some_and(|secs| (1..=20).contains(&secs)), "{standings:?}");
        assert_eq!(limiter.standing(&ask).map(|standing| standing.remaining), PerPolicy::both(left));
    }
    for _ in 0..3 {
        let refused = refused(limiter, &ask).await;
        assert_eq!(refused.violated, PerPolicy::both(true));
        assert_eq!(refused.standings.tenant.remaining, 0);
        assert!((1..=20).contains(&refused.retry_after_secs()), "{refused:?}");
    }
}

async fn a_refusal_takes_from_neither(limiter: &dyn RateLimiter, ask: RateAsk) {
    granted(limiter, &ask).await;
    for _ in 0..5 {
        let refused = refused(limiter, &ask).await;
        assert_eq!((refused.violated.tenant, refused.violated.credential), (false, true));
        assert_eq!(refused.standings.tenant.remaining, 1);
    }
    let colleague = RateAsk { principal_id: Uuid::from_u128(ask.principal_id.as_u128() ^ 1), ..ask };
    granted(limiter, &colleague).await;
    let refused =
        refused(limiter, &RateAsk { principal_id: Uuid::from_u128(ask.principal_id.as_u128() ^ 2), ..ask }).await;
    assert_eq!((refused.violated.tenant, refused.violated.credential), (true, false));
}

async fn costs_are_taken_whole(limiter: &dyn RateLimiter, ask: RateAsk) {
    let of = |cost| RateAsk { cost, ..ask };
    assert_eq!(granted(limiter, &of(7)).await.tenant.remaining, 3);
    let short = refused(limiter, &of(4)).await;
    assert_eq!((short.standings.tenant.remaining, short.violated), (3, PerPolicy::both(true)));
    assert!((1..=6).contains(&short.retry_after_secs()), "{short:?}");
    assert_eq!(granted(limiter, &of(3)).await.tenant.remaining, 0);
    let fresh =
        RateAsk { tenant_id: TenantId::from_uuid(Uuid::from_u128(ask.tenant_id.uuid().as_u128() ^ 1)), ..of(99) };
    assert_eq!(granted(limiter, &fresh).await.tenant.remaining, 0, "a cost above the burst is the burst");
}

async fn a_quota_of_nothing_blocks(limiter: &dyn RateLimiter, ask: RateAsk) {
    let refused = refused(limiter, &ask).await;
    assert_eq!((refused.violated.tenant, refused.violated.credential), (true, false));
    assert_eq!(refused.retry_after_secs(), 3_600);
}

async fn a_new_rule_counts_at_once(limiter: &dyn RateLimiter, ask: RateAsk) {
    for _ in 0..2 {
        granted(limiter, &ask).await;
    }
    assert!(refused(limiter, &ask).await.retry_after_secs() > 20);
    // A debt is time: what was taken under the slow rule is paid back within it, but the next unit comes at the new pace.
    let wider = RateAsk { rules: PerPolicy::both(RateRule { quota: 600, burst: 600 }), ..ask };
    assert_eq!(refused(limiter, &wider).await.retry_after_secs(), 1);
    refused(limiter, &RateAsk { rules: PerPolicy::both(RateRule { quota: 0, burst: 0 }), ..ask }).await;
}

async fn tenants_do_not_touch(limiter: &dyn RateLimiter, one: RateAsk, other: RateAsk) {
    granted(limiter, &one).await;
    refused(limiter, &one).await;
    // The same principal, were there one in two tenants, has a bucket in each.
    granted(limiter, &RateAsk { principal_id: one.principal_id, ..other }).await;
}
