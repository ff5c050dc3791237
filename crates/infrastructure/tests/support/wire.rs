//! A wire to PostgreSQL that counts round trips: each `Sync` and each simple `Query` of the client makes it wait once for the
//! server (PostgreSQL's manual, chapter 55). It sees what no statistic in the database does: pings, `BEGIN`, `COMMIT`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// `SSLRequest` and `GSSENCRequest` stand where a startup message would; after them comes another one.
const ENCRYPTION_REQUESTS: [u32; 2] = [80_877_103, 80_877_104];

pub struct CountingWire {
    port: u16,
    trips: Arc<AtomicU64>,
    accepting: JoinHandle<()>,
}

impl CountingWire {
    pub async fn to(host: &str, port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let own_port = listener.local_addr().unwrap().port();
        let trips = Arc::new(AtomicU64::new(0));
        let (host, counter) = (host.to_owned(), Arc::clone(&trips));
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect((host.as_str(), port)).await.unwrap();
                tokio::spawn(carry(client, server, Arc::clone(&counter)));
            }
        });
        Self { port: own_port, trips, accepting }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn trips(&self) -> u64 {
        self.trips.load(Ordering::SeqCst)
    }
}

impl Drop for CountingWire {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(client: TcpStream, server: TcpStream, trips: Arc<AtomicU64>) {
    for socket in [&client, &server] {
        socket.set_nodelay(true).unwrap();
    }
    let (from_client, mut to_client) = client.into_split();
    let (mut from_server, to_server) = server.into_split();
    let back = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    // Either side may hang up at any time; then the other does.
    let _ended = forward(from_client, to_server, &trips).await;
    back.abort();
}

async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, trips: &AtomicU64) -> std::io::Result<()> {
    let mut started = false;
    let mut bytes = Vec::new();
    loop {
        if from.read_buf(&mut bytes).await? == 0 {
            return to.shutdown().await;
        }
        let mut whole = 0;
        while let Some(message) = Message::first(&bytes[whole..], started) {
            whole += message.length;
            started |= message.starts;
            if message.waits {
                trips.fetch_add(1, Ordering::SeqCst);
            }
        }
        to.write_all(&bytes[..whole]).await?;
        bytes.drain(..whole);
    }
}

struct Message {
    length: usize,
    starts: bool,
    waits: bool,
}

impl Message {
    /// The first whole message; before the session has started messages have no type.
    fn first(bytes: &[u8], started: bool) -> Option<Self> {
        let word = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let message = if started {
            let kind = *bytes.first()?;
            Self { length: 1 + word(1)? as usize, starts: false, waits: matches!(kind, b'S' | b'Q') }
        } else {
            Self { length: word(0)? as usize, starts: !ENCRYPTION_REQUESTS.contains(&word(4)?), waits: false }
        };
        (bytes.len() >= message.length).then_some(message)
    }
}
