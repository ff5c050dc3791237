//! The ear: a connection of its own, for one that listens can ask nothing. It is made anew when it breaks, or when nothing was heard on it
//! for so long that it may be broken without saying so.

use std::time::Duration;

use deadpool_redis::redis::aio::PubSubStream;
use deadpool_redis::redis::{Client, RedisError};
use futures_util::StreamExt as _;
use tokio::time::Instant;

use super::message::{CHANNEL, Message};
use super::{Hints, Remembering, SILENCE_MAX};

/// Before another connection is tried.
const PAUSE: Duration = Duration::from_millis(250);

impl Hints {
    /// Hears for ever. On a cluster any node passes on what is said on any other, so they are tried in turn.
    pub(super) async fn listen(&self, remembering: &Remembering) {
        for url in self.options.urls.iter().cycle() {
            let subscribed = tokio::time::timeout(self.options.connect_timeout, subscribe(url.expose())).await;
            if let Ok(Ok(stream)) = subscribed {
                // What was said while nobody listened is not said again.
                remembering.freshness.flush();
                self.hear_all(stream, remembering).await;
            }
            remembering.freshness.set_deaf(true);
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Until the connection breaks or falls silent.
    async fn hear_all(&self, mut stream: PubSubStream, remembering: &Remembering) {
        let mut silent_at = Instant::now() + SILENCE_MAX;
        while let Ok(Some(heard)) = tokio::time::timeout_at(silent_at, stream.next()).await {
            // A word of a later version, or of somebody else: not ours to understand, and no sign of life.
            if let Some(message) = heard.get_payload::<String>().ok().and_then(|text| Message::parse(&text)) {
                self.hear(message, remembering).await;
                silent_at = Instant::now() + SILENCE_MAX;
            }
        }
    }
}

async fn subscribe(url: &str) -> Result<PubSubStream, RedisError> {
    let (mut sink, stream) = Client::open(url)?.get_async_pubsub().await?.split();
    sink.subscribe(CHANNEL).await?;
    Ok(stream)
}
