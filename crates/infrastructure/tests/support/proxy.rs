//! A TCP proxy before PostgreSQL that cuts the connection around a COMMIT, or goes silent there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// What the proxy does with the next COMMIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Cut {
    /// Passes everything on.
    Never,
    /// Lets it through and loses the answer; new connections are welcome.
    Reply,
    /// The same, and new connections are refused.
    ReplyAndAllAfter,
    /// Loses the COMMIT itself; new connections are welcome.
    Request,
    /// Loses the COMMIT and everything after it, and tells neither side: a network that has become a black hole.
    Nothing,
}

pub struct Proxy {
    pub port: u16,
    cut: Arc<AtomicU8>,
}

impl Proxy {
    pub async fn start(upstream: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, cut) = (listener.local_addr().unwrap().port(), Arc::new(AtomicU8::new(Cut::Never as u8)));
        let shared = Arc::clone(&cut);
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                if shared.load(Ordering::SeqCst) == REFUSING {
                    continue;
                }
                let server = TcpStream::connect(&upstream).await.unwrap();
                let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
                let losing = Arc::new(Losing::default());
                let answers = tokio::spawn(pass(from_server, to_client, Arc::clone(&losing)));
                tokio::spawn(requests(from_client, to_server, answers, losing, Arc::clone(&shared)));
            }
        });
        Self { port, cut }
    }

    pub fn set(&self, cut: Cut) {
        self.cut.store(cut as u8, Ordering::SeqCst);
    }
}

const REFUSING: u8 = 255;

/// Passes answers on, and closes at the first that is to be lost: by then the server has done what it answers.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, losing: Arc<Losing>) {
    let mut buffer = vec![0; 16_384];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if losing.is_on() {
            break;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            break;
        }
    }
    if losing.is_silent() {
        // Not even that the server hung up is told.
        std::future::pending::<()>().await;
    }
}

/// Whether the answers of a connection are lost.
#[derive(Default)]
struct Losing {
    on: AtomicBool,
    silent: AtomicBool,
}

impl Losing {
    fn at_once(&self) {
        self.on.store(true, Ordering::SeqCst);
    }

    fn silently(&self) {
        self.silent.store(true, Ordering::SeqCst);
        self.at_once();
    }

    fn is_on(&self) -> bool {
        self.on.load(Ordering::SeqCst)
    }

    fn is_silent(&self) -> bool {
        self.silent.load(Ordering::SeqCst)
    }
}

async fn requests(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    answers: tokio::task::JoinHandle<()>,
    losing: Arc<Losing>,
    cut: Arc<AtomicU8>,
) {
    let mut buffer = vec![0; 16_384];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let sent = &buffer[..length];
        let mode = cut.load(Ordering::SeqCst);
        if mode != Cut::Never as u8 && sent.windows(6).any(|bytes| bytes == b"COMMIT") {
            cut.store(if mode == Cut::ReplyAndAllAfter as u8 { REFUSING } else { Cut::Never as u8 }, Ordering::SeqCst);
            if mode == Cut::Nothing as u8 {
                losing.silently();
                return std::future::pending().await;
            }
            losing.at_once();
            if mode == Cut::Request as u8 {
                answers.abort();
            } else {
                to.write_all(sent).await.unwrap();
            }
            let _ended = answers.await;
            return;
        }
        if to.write_all(sent).await.is_err() {
            return;
        }
    }
}
