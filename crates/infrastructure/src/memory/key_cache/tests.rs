use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use orderbase_kernel::{ApiKeyId, Currency, Name, TenantId, Timestamp};
use orderbase_tenancy::{
    ApiKey, CreateApiKey, CreateTenant, KeySecret, Mode, OrderPrefix, Permission, PermissionSet, PlanCode, Settings,
    Slug, Tenant, TimeZoneName,
};
use tokio::sync::Semaphore;

use super::*;

fn hash(n: u8) -> KeyHash {
    KeyHash::from_bytes([n; 32])
}

fn holder() -> KeyHolder {
    let at = Timestamp::from_millis(1_768_478_400_000).unwrap();
    let tenant_id = TenantId::lowest_at(at);
    let settings =
        Settings::try_new(TimeZoneName::utc(), vec![Currency::Eur], Currency::Eur, OrderPrefix::none(), 1_001).unwrap();
    let (tenant, _) = Tenant::create(CreateTenant {
        id: tenant_id,
        name: Name::parse("Acme").unwrap(),
        slug: Slug::parse("acme").unwrap(),
        mode: Mode::Live,
        plan: PlanCode::Pro,
        trial_ends_at: None,
        settings,
    })
    .unwrap();
    let (key, _) = ApiKey::create(CreateApiKey {
        id: ApiKeyId::lowest_at(at),
        tenant_id,
        name: Name::parse("ci").unwrap(),
        scopes: PermissionSet::of(&[Permission::OrdersRead]),
        granted_by: PermissionSet::of(&[Permission::OrdersRead]),
        secret: KeySecret { hash: hash(1), pepper: None, hint: "ob_live_3fA9".to_owned(), valid_until: None },
        expires_at: None,
        rate_limit: None,
        ip_allowlist: Vec::new(),
    })
    .unwrap();
    KeyHolder { key: Arc::new(key), tenant: Arc::new(tenant) }
}

/// Counts what it is asked; answers when it is let.
struct Directory {
    asked: AtomicU32,
    answer: Mutex<Option<Option<KeyHolder>>>,
    gate: Semaphore,
}

impl Directory {
    fn new(answer: Option<Option<KeyHolder>>) -> Arc<Self> {
        Arc::new(Self { asked: AtomicU32::new(0), answer: Mutex::new(answer), gate: Semaphore::new(1_000) })
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl KeyDirectory for Directory {
    async fn holder_unscoped(&self, _: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answer.lock().unwrap().clone();
        self.gate.acquire().await.unwrap().forget();
        answer.ok_or(StorageError::Busy)
    }

    async fn forget(&self, _: &KeyHash) {}
}

async fn after(millis: u64) {
    tokio::time::advance(Duration::from_millis(millis)).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_found_lives_for_five_seconds() {
    let directory = Directory::new(Some(Some(holder())));
    let cache = KeyCache::new(directory.clone());
    for (wait, asked) in [(0, 1), (0, 1), (4_999, 1), (1, 2), (4_999, 2), (1, 3)] {
        after(wait).await;
        assert_eq!(cache.holder_unscoped(&hash(1)).await.unwrap(), Some(holder()));
        assert_eq!(directory.asked(), asked, "after {wait} ms more");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_missed_lives_for_two_seconds() {
    let directory = Directory::new(Some(None));
    let cache = KeyCache::new(directory.clone());
    for (wait, asked) in [(0, 1), (1_999, 1), (1, 2)] {
        after(wait).await;
        assert_eq!(cache.holder_unscoped(&hash(1)).await.unwrap(), None);
        assert_eq!(directory.asked(), asked, "after {wait} ms more");
    }
    cache.holder_unscoped(&hash(2)).await.unwrap();
    assert_eq!(directory.asked(), 3, "each key has an entry of its own");
}

#[tokio::test(start_paused = true)]
async fn errors_are_not_kept() {
    let directory = Directory::new(None);
    let cache = KeyCache::new(directory.clone());
    assert!(matches!(cache.holder_unscoped(&hash(1)).await, Err(StorageError::Busy)));
    *directory.answer.lock().unwrap() = Some(Some(holder()));
    assert_eq!(cache.holder_unscoped(&hash(1)).await.unwrap(), Some(holder()));
    assert_eq!(directory.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_crowd_asks_once() {
    let directory = Directory::new(Some(Some(holder())));
    directory.gate.forget_permits(1_000);
    let cache = Arc::new(KeyCache::new(directory.clone()));
    let crowd: Vec<_> = (0..100)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.holder_unscoped(&hash(1)).await.unwrap() })
        })
        .collect();
    tokio::task::yield_now().await;
    directory.gate.add_permits(100);
    for one in crowd {
        assert_eq!(one.await.unwrap(), Some(holder()));
    }
    assert_eq!(directory.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_key_is_looked_up_again() {
    let directory = Directory::new(Some(Some(holder())));
    let cache = KeyCache::new(directory.clone());
    cache.holder_unscoped(&hash(1)).await.unwrap();
    *directory.answer.lock().unwrap() = Some(None);
    after(1).await;
    cache.forget(&hash(1)).await;
    after(1).await;
    for _ in 0..3 {
        assert_eq!(cache.holder_unscoped(&hash(1)).await.unwrap(), None);
    }
    assert_eq!(directory.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_look_up_that_began_before_is_not_kept() {
    let directory = Directory::new(Some(Some(holder())));
    directory.gate.forget_permits(1_000);
    let cache = Arc::new(KeyCache::new(directory.clone()));
    let early = tokio::spawn({
        let cache = cache.clone();
        async move { cache.holder_unscoped(&hash(1)).await.unwrap() }
    });
    tokio::task::yield_now().await;
    assert_eq!(directory.asked(), 1);

    *directory.answer.lock().unwrap() = Some(None);
    after(1).await;
    cache.forget(&hash(1)).await;
    after(1).await;
    let late = tokio::spawn({
        let cache = cache.clone();
        async move { cache.holder_unscoped(&hash(1)).await.unwrap() }
    });
    tokio::task::yield_now().await;
    directory.gate.add_permits(10);

    assert_eq!(late.await.unwrap(), None, "the revoked key is not served to who came after");
    early.await.unwrap();
    assert_eq!(cache.holder_unscoped(&hash(1)).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_tenants_keys_are_looked_up_again_and_no_others() {
    let directory = Directory::new(Some(Some(holder())));
    let cache = KeyCache::new(directory.clone());
    for key in [1, 2] {
        cache.holder_unscoped(&hash(key)).await.unwrap();
    }
    after(1).await;
    cache.forget_tenant(TenantId::lowest_at(Timestamp::from_millis(1).unwrap())).await;
    after(1).await;
    cache.holder_unscoped(&hash(1)).await.unwrap();
    assert_eq!(directory.asked(), 2, "another tenant was forgotten");

    cache.forget_tenant(holder().tenant.id()).await;
    after(1).await;
    *directory.answer.lock().unwrap() = Some(None);
    for key in [1, 2, 1, 2] {
        assert_eq!(cache.holder_unscoped(&hash(key)).await.unwrap(), None);
    }
    assert_eq!(directory.asked(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_look_up_from_before_its_tenant_was_forgotten_is_not_kept() {
    let directory = Directory::new(Some(Some(holder())));
    directory.gate.forget_permits(1_000);
    let cache = Arc::new(KeyCache::new(directory.clone()));
    let early = tokio::spawn({
        let cache = cache.clone();
        async move { cache.holder_unscoped(&hash(1)).await.unwrap() }
    });
    tokio::task::yield_now().await;
    after(1).await;
    *directory.answer.lock().unwrap() = Some(None);
    cache.forget_tenant(holder().tenant.id()).await;
    after(1).await;
    directory.gate.add_permits(10);
    early.await.unwrap();
    assert_eq!(cache.holder_unscoped(&hash(1)).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn among_others_it_forgets_all_on_a_flush_and_sooner_while_it_is_deaf() {
    let directory = Directory::new(Some(Some(holder())));
    let freshness = Arc::<Freshness>::default();
    let cache = KeyCache::new(directory.clone()).kept_fresh_by(freshness.clone());
    let asked_after = async |secs_tenths: u64| {
        tokio::time::advance(Duration::from_millis(secs_tenths * 100)).await;
        cache.holder_unscoped(&hash(1)).await.unwrap();
        directory.asked()
    };
    assert_eq!([asked_after(0).await, asked_after(20).await], [1, 1]);
    freshness.flush();
    assert_eq!([asked_after(1).await, asked_after(48).await], [2, 2]);
    freshness.set_deaf(true);
    assert_eq!([asked_after(0).await, asked_after(9).await, asked_after(1).await], [3, 3, 4]);
    freshness.set_deaf(false);
    assert_eq!([asked_after(30).await, asked_after(19).await, asked_after(1).await], [4, 4, 5]);
}

#[tokio::test(start_paused = true)]
async fn a_look_up_that_began_before_a_flush_is_not_kept() {
    let directory = Directory::new(Some(Some(holder())));
    directory.gate.forget_permits(1_000);
    let freshness = Arc::<Freshness>::default();
    let cache = Arc::new(KeyCache::new(directory.clone()).kept_fresh_by(freshness.clone()));
    let asking = Arc::clone(&cache);
    let first = tokio::spawn(async move { asking.holder_unscoped(&hash(1)).await.unwrap() });
    while directory.asked() == 0 {
        tokio::task::yield_now().await;
    }
    tokio::time::advance(Duration::from_millis(1)).await;
    freshness.flush();
    tokio::time::advance(Duration::from_millis(1)).await;
    directory.gate.add_permits(1_000);
    first.await.unwrap();
    assert_eq!(directory.asked(), 2, "its answer was looked up again");
    cache.holder_unscoped(&hash(1)).await.unwrap();
    assert_eq!(directory.asked(), 3, "and was not kept");
}
