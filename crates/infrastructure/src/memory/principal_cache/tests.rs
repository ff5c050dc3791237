use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use orderbase_kernel::{Currency, Name, TenantId, Timestamp};
use orderbase_tenancy::{
    ApiKey, CreateApiKey, CreateTenant, KeyHash, KeySecret, Mode, OrderPrefix, Permission, PermissionSet, PlanCode,
    Settings, Slug, Tenant, TimeZoneName,
};
use tokio::sync::Semaphore;

use super::*;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn scope(n: i64) -> Scope {
    Scope { tenant_id: TenantId::lowest_at(at(n)) }
}

fn id(n: i64) -> ApiKeyId {
    ApiKeyId::lowest_at(at(n))
}

fn holder(scope: Scope, id: ApiKeyId) -> KeyHolder {
    let tenant_id = scope.tenant_id;
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
    let secret = KeySecret {
        hash: KeyHash::from_bytes([1; 32]),
        pepper: None,
        hint: "ob_live_3fA9".to_owned(),
        valid_until: None,
    };
    let scopes = PermissionSet::of(&[Permission::OrdersRead]);
    let (key, _) = ApiKey::create(CreateApiKey {
        id,
        tenant_id,
        name: Name::parse("ci").unwrap(),
        scopes,
        granted_by: scopes,
        secret,
        expires_at: None,
        rate_limit: None,
        ip_allowlist: Vec::new(),
    })
    .unwrap();
    KeyHolder { key: Arc::new(key), tenant: Arc::new(tenant) }
}

/// Counts what it is asked; answers when it is let.
struct People {
    asked: AtomicU32,
    found: Mutex<bool>,
    gate: Semaphore,
    told: AtomicU32,
}

impl People {
    fn new(found: bool) -> Arc<Self> {
        let (asked, told) = (AtomicU32::new(0), AtomicU32::new(0));
        Arc::new(Self { asked, found: Mutex::new(found), gate: Semaphore::new(1_000), told })
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }

    fn set(&self, found: bool) {
        *self.found.lock().unwrap() = found;
    }
}

#[async_trait]
impl Principals for People {
    async fn session(&self, _: Scope, _: SessionId) -> Result<Option<Arc<SessionHolder>>, StorageError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let found = *self.found.lock().unwrap();
        self.gate.acquire().await.unwrap().forget();
        if found { Err(StorageError::Busy) } else { Ok(None) }
    }

    async fn key(&self, scope: Scope, id: ApiKeyId) -> Result<Option<KeyHolder>, StorageError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let found = *self.found.lock().unwrap();
        self.gate.acquire().await.unwrap().forget();
        Ok(found.then(|| holder(scope, id)))
    }

    async fn forget(&self, _: Scope) {
        self.told.fetch_add(1, Ordering::SeqCst);
    }
}

async fn after(millis: u64) {
    tokio::time::advance(Duration::from_millis(millis)).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_found_lives_for_five_seconds_and_what_is_missed_for_two() {
    for (found, life) in [(true, 5_000), (false, 2_000)] {
        let people = People::new(found);
        let cache = PrincipalCache::new(people.clone());
        for (wait, asked) in [(0, 1), (0, 1), (life - 1, 1), (1, 2), (life - 1, 2), (1, 3)] {
            after(wait).await;
            assert_eq!(cache.key(scope(1), id(1)).await.unwrap().is_some(), found);
            assert_eq!(people.asked(), asked, "after {wait} ms more");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn sessions_and_keys_of_one_id_are_two_things() {
    let people = People::new(false);
    let cache = PrincipalCache::new(people.clone());
    let session = SessionId::from_uuid(id(1).uuid());
    for _ in 0..3 {
        assert!(cache.session(scope(1), session).await.unwrap().is_none());
        assert!(cache.key(scope(1), id(1)).await.unwrap().is_none());
        assert!(cache.session(scope(2), session).await.unwrap().is_none());
    }
    assert_eq!(people.asked(), 3, "by kind and by tenant");
}

#[tokio::test(start_paused = true)]
async fn errors_are_not_kept() {
    let people = People::new(true);
    let cache = PrincipalCache::new(people.clone());
    let session = SessionId::lowest_at(at(1));
    assert!(matches!(cache.session(scope(1), session).await, Err(StorageError::Busy)));
    people.set(false);
    assert!(cache.session(scope(1), session).await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_crowd_asks_once() {
    let people = People::new(true);
    people.gate.forget_permits(1_000);
    let cache = Arc::new(PrincipalCache::new(people.clone()));
    let crowd: Vec<_> = (0..100)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.key(scope(1), id(1)).await.unwrap() })
        })
        .collect();
    tokio::task::yield_now().await;
    people.gate.add_permits(100);
    for one in crowd {
        assert!(one.await.unwrap().is_some());
    }
    assert_eq!(people.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn forgetting_drops_everything_of_the_tenant_and_nothing_of_others() {
    let people = People::new(true);
    let cache = PrincipalCache::new(people.clone());
    for (tenant, key) in [(1, 1), (1, 2), (2, 1)] {
        cache.key(scope(tenant), id(key)).await.unwrap();
    }
    after(1).await;
    people.set(false);
    cache.forget(scope(1)).await;
    after(1).await;
    for key in [1, 2, 1, 2] {
        assert!(cache.key(scope(1), id(key)).await.unwrap().is_none());
    }
    assert!(cache.key(scope(2), id(1)).await.unwrap().is_some());
    assert_eq!((people.asked(), people.told.load(Ordering::SeqCst)), (5, 1));
}

#[tokio::test(start_paused = true)]
async fn a_look_up_that_began_before_is_not_kept() {
    let people = People::new(true);
    people.gate.forget_permits(1_000);
    let cache = Arc::new(PrincipalCache::new(people.clone()));
    let ask = || {
        let cache = cache.clone();
        tokio::spawn(async move { cache.key(scope(1), id(1)).await.unwrap() })
    };
    let early = ask();
    tokio::task::yield_now().await;
    assert_eq!(people.asked(), 1);
    people.set(false);
    after(1).await;
    cache.forget(scope(1)).await;
    after(1).await;
    let late = ask();
    tokio::task::yield_now().await;
    people.gate.add_permits(10);
    assert!(late.await.unwrap().is_none(), "what was changed is not served to who came after");
    early.await.unwrap();
    after(100).await;
    assert!(cache.key(scope(1), id(1)).await.unwrap().is_none());
}
