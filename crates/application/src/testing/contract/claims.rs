//! Who commits a claim first gives the answer to all who come with the same key.

use std::sync::Arc;

use orderbase_orders::Note;
use uuid::Uuid;

use super::Harness;
use super::stock::{Sample, change_of, claim, commit, new_customer, new_order, put_customer, time};
use crate::changeset::{Changeset, Claim, KeptAnswer, Outcome, Quota, Refusal, Require};
use crate::ctx::Ctx;
use crate::testing::tenant_ctx;

pub async fn a_claim_is_answered_with_what_was_kept(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let ada = put_customer(&app, &ctx, "Ada").await;
    let (order, change) = new_order(&app, &ctx, &Sample::of(ada.id())).await;
    let answer = KeptAnswer {
        status: 201,
        location: Some(format!("/api/v1/orders/{}", order.id())),
        etag: Some("\"1\"".to_owned()),
        body: br#"{"a":"first"}"#.to_vec(),
        holds_credential: false,
    };
    let first = Claim { answer: Arc::new(answer.clone()), ..claim(&app, &ctx, "key", 1, "") };
    let changeset = Changeset::new().change(change).claim(Some(first));
    assert_eq!(commit(&app, &ctx, changeset).await, Outcome::Committed);

    // The order moves on; a repeat still gets the first answer, and adds nothing.
    let at = time("2026-01-15T12:00:00Z");
    let (order, change) = change_of(&app, &ctx, &order, |order| order.confirm(at));
    assert_eq!(commit(&app, &ctx, Changeset::new().change(change)).await, Outcome::Committed);
    let (_, change) = change_of(&app, &ctx, &order, |order| order.add_note(Note::parse("again").unwrap(), at));
    let repeat = Changeset::new().change(change).claim(Some(claim(&app, &ctx, "key", 1, "second")));
    assert_eq!(commit(&app, &ctx, repeat).await, Outcome::Replayed(Arc::new(answer.clone())));
    assert_eq!(app.aggregates.order(ctx.scope(), order.id()).await.unwrap(), Some(order));
    let check = Changeset::check(claim(&app, &ctx, "key", 1, ""));
    assert_eq!(commit(&app, &ctx, check).await, Outcome::Replayed(Arc::new(answer)));
}

pub async fn a_key_with_another_request_is_refused(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let at = time("2026-01-15T12:00:00Z");
    let (_, change) = new_customer(&app, &ctx, "Ada", at);
    let changeset = Changeset::new().change(change).claim(Some(claim(&app, &ctx, "key", 1, "answer")));
    assert_eq!(commit(&app, &ctx, changeset).await, Outcome::Committed);

    let (bob, change) = new_customer(&app, &ctx, "Bob", at);
    let reused = Changeset::new().change(change).claim(Some(claim(&app, &ctx, "key", 2, "other")));
    assert_eq!(commit(&app, &ctx, reused).await, Outcome::KeyReused);
    assert_eq!(app.aggregates.customer(ctx.scope(), bob.id()).await.unwrap(), None);
    let check = Changeset::check(claim(&app, &ctx, "key", 2, ""));
    assert_eq!(commit(&app, &ctx, check).await, Outcome::KeyReused);
}

pub async fn a_key_belongs_to_its_principal_and_tenant(harness: &impl Harness) {
    let app = harness.app().await;
    let (ctx, elsewhere) = (tenant_ctx(&app, "acme").await, tenant_ctx(&app, "other").await);
    let at = time("2026-01-15T12:00:00Z");
    let colleague = Ctx { principal_id: Uuid::from_u128(7), ..ctx.clone() };
    let namesake = Ctx { principal_id: ctx.principal_id, ..elsewhere.clone() };
    for (ctx, key) in [(&ctx, "key"), (&colleague, "key"), (&namesake, "key"), (&ctx, "KEY"), (&ctx, "k e~y!")] {
        let (_, change) = new_customer(&app, ctx, "Ada", at);
        let changeset = Changeset::new().change(change).claim(Some(claim(&app, ctx, key, 1, key)));
        assert_eq!(commit(&app, ctx, changeset).await, Outcome::Committed, "{key}");
    }
    let longest = "~".repeat(255);
    let (_, change) = new_customer(&app, &ctx, "Ada", at);
    let changeset = Changeset::new().change(change).claim(Some(claim(&app, &ctx, &longest, 1, "longest")));
    assert_eq!(commit(&app, &ctx, changeset).await, Outcome::Committed);
    let check = Changeset::check(claim(&app, &ctx, &longest, 1, ""));
    assert!(matches!(commit(&app, &ctx, check).await, Outcome::Replayed(_)));
}

pub async fn a_check_writes_nothing(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    for fingerprint in [1, 2, 1] {
        let check = Changeset::check(claim(&app, &ctx, "key", fingerprint, "never kept"));
        assert_eq!(commit(&app, &ctx, check).await, Outcome::Committed);
    }
    let (_, change) = new_customer(&app, &ctx, "Ada", time("2026-01-15T12:00:00Z"));
    let changeset = Changeset::new().change(change).claim(Some(claim(&app, &ctx, "key", 3, "kept")));
    assert_eq!(commit(&app, &ctx, changeset).await, Outcome::Committed);
}

pub async fn a_refusal_leaves_the_key_free(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let (_, change) = new_customer(&app, &ctx, "Ada", time("2026-01-15T12:00:00Z"));
    let with = |max, fingerprint| {
        Changeset::new()
            .require(Require::Below { quota: Quota::Customers, max, add: 1 })
            .change(change.clone())
            .claim(Some(claim(&app, &ctx, "key", fingerprint, "kept")))
    };
    let refusal = Refusal::Quota { quota: Quota::Customers, max: 0, current: 0 };
    assert_eq!(commit(&app, &ctx, with(0, 1)).await, Outcome::Refused(refusal));
    assert_eq!(commit(&app, &ctx, with(1, 2)).await, Outcome::Committed);
    // The claim stands before the requires: a repeat is no second refusal.
    assert!(matches!(commit(&app, &ctx, with(1, 2)).await, Outcome::Replayed(_)));
}

/// 512 KiB that no compression makes smaller.
pub async fn the_largest_answer_comes_back_byte_for_byte(harness: &impl Harness) {
    let app = harness.app().await;
    let ctx = tenant_ctx(&app, "acme").await;
    let mut state = 1_u32;
    let body: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(512 * 1_024)
    .collect();
    for (key, body) in [("largest", body), ("empty", Vec::new()), ("plain", vec![b'a'; 40_000])] {
        let answer = Arc::new(KeptAnswer { status: 200, body, ..KeptAnswer::default() });
        let kept = Claim { answer: Arc::clone(&answer), ..claim(&app, &ctx, key, 1, "") };
        let (_, change) = new_customer(&app, &ctx, "Ada", time("2026-01-15T12:00:00Z"));
        let changeset = Changeset::new().change(change).claim(Some(kept));
        assert_eq!(commit(&app, &ctx, changeset).await, Outcome::Committed);
        let replayed = commit(&app, &ctx, Changeset::check(claim(&app, &ctx, key, 1, ""))).await;
        assert!(replayed == Outcome::Replayed(answer), "{key}");
    }
}
