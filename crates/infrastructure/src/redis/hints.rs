//! What one instance tells the others after a commit (reliability.md §6): whose cached answers are not to be used any more. A hint may be
//! lost; then what is remembered lives out its short life. Each instance also says every second that it is there, so that silence is noticed.

mod listener;
mod message;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use deadpool_redis::redis::cmd;
use orderbase_application::Scope;
use orderbase_application::ports::{KeyDirectory, KeyHolder, Principals, SessionHolder, StorageError};
use orderbase_kernel::{ApiKeyId, SessionId, TenantId};
use orderbase_tenancy::KeyHash;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::message::{CHANNEL, Hint, Message};
use super::link::{Away, RedisLink};
use super::options::RedisOptions;
use crate::memory::{Freshness, KeyCache, PrincipalCache};

const BEAT_EVERY: Duration = Duration::from_secs(1);
/// Of whom nothing was heard for so long is not counted any more, and a channel on which nothing was is not trusted.
const SILENCE_MAX: Duration = Duration::from_secs(3);
/// Others that are counted at most; who is one too many is counted as soon as another falls silent.
const PEERS_MAX: usize = 1_000;

/// What hints are about. All of it belongs to one process.
#[derive(Clone)]
pub struct Remembering {
    pub keys: Arc<KeyCache>,
    pub principals: Arc<PrincipalCache>,
    pub freshness: Arc<Freshness>,
}

/// Says and hears hints.
pub struct Hints {
    link: RedisLink,
    options: RedisOptions,
    sender: Uuid,
    peers: Mutex<Peers>,
}

/// Who said that it is there.
#[derive(Default)]
struct Peers {
    /// When each of the others was heard last.
    others: HashMap<Uuid, Instant>,
    /// When anybody was, this process among them.
    last: Option<Instant>,
}

impl Hints {
    /// `sender` tells this process from all others. Nothing is heard until [`Hints::run`].
    #[must_use]
    pub fn new(link: RedisLink, options: RedisOptions, sender: Uuid) -> Self {
        Self { link, options, sender, peers: Mutex::default() }
    }

    /// Hears and beats until it is told to end. Until others can be heard, and whenever they cannot, what is remembered lives shorter.
    pub async fn run(&self, remembering: Remembering, end: CancellationToken) {
        remembering.freshness.set_deaf(true);
        tokio::select! {
            () = self.beat() => {}
            () = self.listen(&remembering) => {}
            () = end.cancelled() => {}
        }
    }

    /// How many instances there are, this one among them: those heard of in the 3 s before anything was heard last. While nothing can be heard
    /// the number stands, for shares are granted by it then.
    pub fn instances(&self) -> u32 {
        let peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(last) = peers.last else { return 1 };
        let others =
            peers.others.values().filter(|heard| last.saturating_duration_since(**heard) < SILENCE_MAX).count();
        u32::try_from(others).unwrap_or(u32::MAX).saturating_add(1)
    }

    async fn beat(&self) {
        let mut every = tokio::time::interval(BEAT_EVERY);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            every.tick().await;
            self.say(Hint::Here).await;
        }
    }

    /// Nobody is waited for but Redis, and that no longer than for any answer.
    async fn say(&self, hint: Hint) {
        let text = Message { sender: self.sender, hint }.to_string();
        let mut publish = cmd("PUBLISH");
        // What is not said, the short life of what others remember makes good.
        let _: Result<u32, Away> = self.link.command(publish.arg(CHANNEL).arg(text)).await;
    }

    async fn hear(&self, message: Message, remembering: &Remembering) {
        remembering.freshness.set_deaf(false);
        self.note(&message);
        if message.sender == self.sender {
            return;
        }
        match message.hint {
            Hint::Here => {}
            Hint::Key(hash) => remembering.keys.forget(&hash).await,
            Hint::KeysOf(tenant_id) => remembering.keys.forget_tenant(tenant_id).await,
            Hint::PeopleOf(tenant_id) => remembering.principals.forget(Scope { tenant_id }).await,
        }
    }

    /// Whoever says that it is there serves; a command of the command line has only its one word to say.
    fn note(&self, message: &Message) {
        let (sender, now) = (message.sender, Instant::now());
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        peers.last = Some(now);
        if sender == self.sender || !matches!(message.hint, Hint::Here) {
            return;
        }
        if peers.others.len() >= PEERS_MAX {
            peers.others.retain(|_, heard| heard.elapsed() < SILENCE_MAX);
        }
        if peers.others.len() < PEERS_MAX || peers.others.contains_key(&sender) {
            peers.others.insert(sender, now);
        }
    }
}

/// Forgets here and tells the others to.
pub struct Hinted<P: ?Sized> {
    behind: Arc<P>,
    hints: Arc<Hints>,
}

impl<P: ?Sized> Hinted<P> {
    #[must_use]
    pub fn new(behind: Arc<P>, hints: Arc<Hints>) -> Self {
        Self { behind, hints }
    }
}

#[async_trait]
impl KeyDirectory for Hinted<dyn KeyDirectory> {
    async fn holder_unscoped(&self, hash: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        self.behind.holder_unscoped(hash).await
    }

    async fn forget(&self, hash: &KeyHash) {
        self.behind.forget(hash).await;
        self.hints.say(Hint::Key(*hash)).await;
    }

    async fn forget_tenant(&self, id: TenantId) {
        self.behind.forget_tenant(id).await;
        self.hints.say(Hint::KeysOf(id)).await;
    }
}

#[async_trait]
impl Principals for Hinted<dyn Principals> {
    async fn session(&self, scope: Scope, id: SessionId) -> Result<Option<Arc<SessionHolder>>, StorageError> {
        self.behind.session(scope, id).await
    }

    async fn key(&self, scope: Scope, id: ApiKeyId) -> Result<Option<KeyHolder>, StorageError> {
        self.behind.key(scope, id).await
    }

    async fn forget(&self, scope: Scope) {
        self.behind.forget(scope).await;
        self.hints.say(Hint::PeopleOf(scope.tenant_id)).await;
    }
}
