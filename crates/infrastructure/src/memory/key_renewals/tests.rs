use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::changeset::{Changeset, Outcome};
use orderbase_application::ports::{Commits, Digests as _, StorageError};
use orderbase_application::testing::{Upset, World, client, key_as, tenant_ctx, wish_key};
use orderbase_kernel::{ApiKeyId, TenantId};
use orderbase_tenancy::{PepperId, PepperedHash, Permission};
use tokio::sync::Semaphore;

use super::*;

fn renewal(n: u32) -> KeyRenewal {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    let to = PepperedHash { hash: KeyHash::from_bytes([255; 32]), pepper: PepperId::new("two") };
    let (tenant_id, api_key_id) = (TenantId::from_uuid(uuid::Uuid::nil()), ApiKeyId::from_uuid(uuid::Uuid::nil()));
    KeyRenewal { tenant_id, api_key_id, from: KeyHash::from_bytes(bytes), to }
}

#[tokio::test]
async fn each_secret_waits_once_and_there_is_an_end_to_the_queue() {
    let (world, queue) = (World::new(), QueuedRenewals::default());
    for _ in 0..3 {
        (0..1_001).for_each(|n| queue.note(renewal(n)));
    }
    assert!(queue.drain(&world.app, &CancellationToken::new()).await);
    assert_eq!(world.commits.take_seen().len(), WAITING_MAX);
    assert!(queue.drain(&world.app, &CancellationToken::new()).await);
    assert!(world.commits.take_seen().is_empty(), "what was tried waits no more");
}

#[tokio::test]
async fn after_a_failure_the_rest_is_left_to_the_next_use() {
    let (world, queue) = (World::new(), QueuedRenewals::default());
    (0..3).for_each(|n| queue.note(renewal(n)));
    world.commits.plan([Upset::Unavailable]);
    assert!(!queue.drain(&world.app, &CancellationToken::new()).await);
    assert_eq!(world.commits.take_seen().len(), 1);
    assert!(queue.drain(&world.app, &CancellationToken::new()).await);
    assert!(world.commits.take_seen().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_a_request_notes_is_done_behind_it() {
    let (world, queue, end) = (World::new(), Arc::<QueuedRenewals>::default(), CancellationToken::new());
    let app = orderbase_application::App { key_renewals: queue.clone(), ..world.app.clone() };
    let ctx = tenant_ctx(&app, "acme").await;
    let made = key_as(&app, &ctx, wish_key(&[Permission::OrdersRead])).await;
    let running = tokio::spawn({
        let (app, queue, end) = (app.clone(), Arc::clone(&queue), end.clone());
        async move { queue.run(&app, end).await }
    });
    world.digests.turn();
    world.commits.plan([Upset::Busy]);
    let today = world.digests.key_hash(made.text.expose());
    loop {
        keys::authenticate(&app, made.text.expose(), &client()).await.unwrap();
        let key = app.aggregates.api_key(ctx.scope(), made.key.id).await.unwrap().unwrap();
        if key.secrets()[0].hash == today.hash {
            break;
        }
        // A failure is rested from, and the next use tries again.
        tokio::time::sleep(REST).await;
    }
    end.cancel();
    running.await.unwrap();
}

/// Takes as long as it is let.
struct Slow {
    begun: AtomicUsize,
    ended: AtomicUsize,
    go_on: Semaphore,
}

#[async_trait]
impl Commits for Slow {
    async fn commit(&self, _: Scope, _: Changeset) -> Result<Outcome, StorageError> {
        self.begun.fetch_add(1, SeqCst);
        self.go_on.acquire().await.unwrap().forget();
        self.ended.fetch_add(1, SeqCst);
        Ok(Outcome::Committed)
    }
}

#[tokio::test]
async fn a_stop_waits_for_the_one_at_work_alone() {
    let slow = Arc::new(Slow { begun: 0.into(), ended: 0.into(), go_on: Semaphore::new(0) });
    let (queue, end) = (Arc::<QueuedRenewals>::default(), CancellationToken::new());
    let app = orderbase_application::App { commits: slow.clone(), ..World::new().app };
    (0..3).for_each(|n| queue.note(renewal(n)));
    let running = tokio::spawn({
        let (queue, end) = (Arc::clone(&queue), end.clone());
        async move { queue.run(&app, end).await }
    });
    while slow.begun.load(SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    queue.note(renewal(3));
    end.cancel();
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert!(!running.is_finished(), "one is at work");
    slow.go_on.add_permits(10);
    running.await.unwrap();
    assert_eq!((slow.begun.load(SeqCst), slow.ended.load(SeqCst)), (1, 1));
}
