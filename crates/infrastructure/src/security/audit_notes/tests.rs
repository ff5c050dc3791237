use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, Ordering};

use orderbase_application::changeset::AuditOutcome;
use orderbase_kernel::{Actor, RequestId, TenantId, Timestamp, UserId, Uuid};

use super::*;

/// Keeps what it is given; fails as often as it is told.
#[derive(Default)]
struct Log {
    rows: Mutex<Vec<AuditEntry>>,
    failures: AtomicU32,
    calls: AtomicU32,
    broken: bool,
}

#[async_trait]
impl AuditWriter for Log {
    async fn write(&self, scope: Scope, entries: &[AuditEntry]) -> Result<(), StorageError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        assert!((1..=100).contains(&entries.len()));
        assert!(entries.iter().all(|entry| entry.tenant_id == scope.tenant_id), "one tenant a batch");
        if self.failures.load(Ordering::SeqCst) > 0 {
            self.failures.fetch_sub(1, Ordering::SeqCst);
            return Err(if self.broken { StorageError::Failed("no such table".into()) } else { StorageError::Busy });
        }
        self.rows.lock().unwrap().extend(entries.iter().cloned());
        Ok(())
    }
}

impl Log {
    fn rows(&self) -> Vec<AuditEntry> {
        self.rows.lock().unwrap().clone()
    }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn entry(n: u32) -> AuditEntry {
    AuditEntry {
        id: Uuid::from_u128(u128::from(n) + 1),
        tenant_id: TenantId::lowest_at(at(1)),
        occurred_at: at(i64::from(n)),
        actor: None,
        action: Cow::Borrowed("auth.sign_in_failed"),
        target: None,
        outcome: AuditOutcome::Failed,
        request_id: RequestId::parse("r-1").unwrap(),
        network: Some(IpAddr::from((0x0a00_0000 + n).to_be_bytes())),
        detail: None,
    }
}

fn from(network: &str, n: u32) -> AuditEntry {
    AuditEntry { network: Some(network.parse().unwrap()), ..entry(n) }
}

struct Running {
    log: Arc<Log>,
    notes: Arc<BufferedAuditNotes>,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    fn start(log: Log) -> Self {
        let log = Arc::new(log);
        let notes = Arc::new(BufferedAuditNotes::new(log.clone()));
        let stop = CancellationToken::new();
        let task = tokio::spawn({
            let (notes, stop) = (notes.clone(), stop.clone());
            async move { notes.run(stop).await }
        });
        Self { log, notes, stop, task }
    }

    async fn stopped(self) -> Vec<AuditEntry> {
        self.stop.cancel();
        self.task.await.unwrap();
        self.log.rows()
    }
}

async fn after(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

#[tokio::test(start_paused = true)]
async fn notes_are_written_within_a_second() {
    let running = Running::start(Log::default());
    for n in 0..3 {
        running.notes.note(entry(n));
    }
    assert_eq!(running.log.rows(), []);
    after(1_001).await;
    assert_eq!(running.log.rows(), [entry(0), entry(1), entry(2)]);
    after(10_000).await;
    assert_eq!(
        running.log.calls.load(Ordering::SeqCst),
        1,
        "nothing is written twice, and nothing when there is nothing"
    );
    assert_eq!(running.stopped().await.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn who_knocks_often_has_ten_rows_a_minute_and_a_count() {
    let running = Running::start(Log::default());
    for n in 0..500 {
        running.notes.note(from("2001:db8::1", 2 * n));
        running.notes.note(from("2001:db8::2", 2 * n + 1));
        after(50).await;
    }
    running.notes.note(from("198.51.100.1", 5_000));
    after(2_000).await;
    assert_eq!(running.log.rows().len(), 11, "of one /64 ten, of another network its own");
    after(40_000).await;
    let rows = running.log.rows();
    assert_eq!(rows.len(), 12);
    let count = rows.last().unwrap();
    assert_eq!(count.detail.as_deref(), Some("stands for 990 within a minute"));
    assert_eq!((count.id, count.action.as_ref()), (entry(999).id, "auth.sign_in_failed"));
    running.notes.note(from("2001:db8::1", 6_000));
    assert_eq!(running.stopped().await.len(), 13, "the next minute has rows again");
}

#[tokio::test(start_paused = true)]
async fn a_minute_that_is_over_is_counted_before_the_next_one_begins() {
    let log = Arc::new(Log::default());
    let notes = BufferedAuditNotes::new(log.clone());
    for n in 0..12 {
        notes.note(from("198.51.100.1", n));
    }
    after(60_000).await;
    notes.note(from("198.51.100.1", 12));
    notes.write_all(false).await;
    let details: Vec<_> = log.rows().into_iter().map(|row| row.detail).collect();
    assert_eq!((details.len(), details[10].as_deref()), (12, Some("stands for 2 within a minute")));
}

#[tokio::test(start_paused = true)]
async fn actors_are_counted_apart_and_so_are_tenants() {
    let running = Running::start(Log::default());
    let user = |n| Some(Actor::User(UserId::lowest_at(at(n))));
    for n in 0..20 {
        running.notes.note(AuditEntry { actor: user(1), ..from("198.51.100.1", n) });
        running.notes.note(AuditEntry { actor: user(2), ..from("198.51.100.1", 100 + n) });
        running.notes.note(AuditEntry { tenant_id: TenantId::lowest_at(at(2)), ..from("198.51.100.1", 200 + n) });
        running.notes.note(AuditEntry { network: None, detail: Some("locked".to_owned()), ..entry(300 + n) });
    }
    after(2_000).await;
    assert_eq!(running.log.rows().len(), 40);
    let rows = running.stopped().await;
    let counts: Vec<_> =
        rows.iter().filter_map(|row| row.detail.as_deref()).filter(|text| text.contains("stands")).collect();
    assert_eq!((rows.len(), counts.len()), (44, 4), "counts are written at the end, whatever the minute");
    assert!(counts.contains(&"locked; stands for 10 within a minute"), "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn the_buffer_is_bounded() {
    let running = Running::start(Log::default());
    for n in 0..20_000 {
        running.notes.note(entry(n));
    }
    assert_eq!(running.notes.buffer().take_dropped(), 19_000);
    let rows = running.stopped().await;
    assert_eq!(rows.len(), 1_000);
    assert_eq!(rows[..3], [entry(0), entry(1), entry(2)], "the first ones are kept");
}

#[tokio::test(start_paused = true)]
async fn a_storage_that_is_away_for_a_while_loses_nothing() {
    let running = Running::start(Log { failures: AtomicU32::new(3), ..Log::default() });
    for n in 0..150 {
        running.notes.note(entry(n));
    }
    after(2_001).await;
    running.notes.note(entry(150));
    after(5_000).await;
    let expected: Vec<_> = (0..151).map(entry).collect();
    assert_eq!(running.log.rows(), expected, "in their order");
    running.stopped().await;
}

#[tokio::test(start_paused = true)]
async fn what_can_never_be_written_blocks_nothing() {
    let running = Running::start(Log { failures: AtomicU32::new(1), broken: true, ..Log::default() });
    for n in 0..150 {
        running.notes.note(entry(n));
    }
    after(1_001).await;
    let expected: Vec<_> = (100..150).map(entry).collect();
    assert_eq!(running.log.rows(), expected);
    assert_eq!(running.stopped().await.len(), 50);
}

#[tokio::test(start_paused = true)]
async fn the_end_waits_for_the_last_notes_and_not_for_a_storage_that_is_away() {
    let running = Running::start(Log::default());
    running.notes.note(entry(0));
    assert_eq!(running.stopped().await, [entry(0)]);
    let away = Running::start(Log { failures: AtomicU32::new(u32::MAX), ..Log::default() });
    for n in 0..300 {
        away.notes.note(entry(n));
    }
    let log = away.log.clone();
    assert_eq!(away.stopped().await, []);
    assert_eq!(log.calls.load(Ordering::SeqCst), 3, "each batch is tried once");
}
