//! Lines on their way to standard output: a bounded queue and the one thread that writes. Whoever logs never waits.

use std::io::{BufWriter, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use orderbase_application::ports::Clock;
use tracing::Level;

use super::fields::push_text;
use super::line::{Head, Rendering};
use crate::system::SystemClock;

const FLUSH_MAX: Duration = Duration::from_secs(2);

enum Message {
    Line(String),
    Flush(SyncSender<()>),
}

/// Where lines are offered.
pub(super) struct Queue {
    to: SyncSender<Message>,
    dropped: Arc<AtomicU64>,
}

impl Queue {
    pub fn offer(&self, line: String) {
        if self.to.try_send(Message::Line(line)).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Keeps the log going; writes what waits when it is dropped.
pub struct LogGuard {
    to: SyncSender<Message>,
    dropped: Arc<AtomicU64>,
}

impl LogGuard {
    /// Lines that were never written since the start, because the queue was full or standard output is gone.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Waits until what was offered before is written, for at most 2 s. Says whether it was.
    pub fn flush(&self) -> bool {
        let (done, wait) = sync_channel(1);
        let mut message = Message::Flush(done);
        for _ in 0..FLUSH_MAX.as_millis() {
            match self.to.try_send(message) {
                Ok(()) => return wait.recv_timeout(FLUSH_MAX).is_ok(),
                Err(TrySendError::Disconnected(_)) => return false,
                Err(TrySendError::Full(back)) => message = back,
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        false
    }
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        self.flush();
    }
}

pub(super) fn start(
    to: Box<dyn Write + Send>,
    lines_max: usize,
    rendering: Rendering,
) -> std::io::Result<(Queue, LogGuard)> {
    let (sender, receiver) = sync_channel(lines_max.max(1));
    let dropped = Arc::new(AtomicU64::new(0));
    let writer = Writer { from: receiver, to: BufWriter::new(to), dropped: Arc::clone(&dropped), told: 0, rendering };
    std::thread::Builder::new().name("log".to_owned()).spawn(move || writer.run())?;
    let queue = Queue { to: sender.clone(), dropped: Arc::clone(&dropped) };
    Ok((queue, LogGuard { to: sender, dropped }))
}

struct Writer {
    from: Receiver<Message>,
    to: BufWriter<Box<dyn Write + Send>>,
    dropped: Arc<AtomicU64>,
    /// How many drops the log has told of.
    told: u64,
    rendering: Rendering,
}

impl Writer {
    fn run(mut self) {
        while let Ok(message) = self.from.recv() {
            self.take(message);
            while let Ok(message) = self.from.try_recv() {
                self.take(message);
            }
            self.tell_drops();
            self.push();
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Line(line) => {
                if self.to.write_all(line.as_bytes()).is_err() {
                    self.dropped.fetch_add(1, Ordering::Relaxed);
                }
            }
            Message::Flush(done) => {
                self.push();
                // Whoever asked may have stopped waiting.
                let _heard = done.try_send(());
            }
        }
    }

    fn tell_drops(&mut self) {
        let dropped = self.dropped.load(Ordering::Relaxed);
        if dropped > self.told {
            self.told = dropped;
            let mut message = String::new();
            push_text(&mut message, format_args!("telemetry.dropped: {dropped} log lines so far"));
            let head = Head { at: SystemClock.now(), level: Level::WARN, target: "orderbase", message: &message };
            let line = self.rendering.line(&head, &[]);
            // A log that cannot be written has nobody to tell.
            let _written = self.to.write_all(line.as_bytes());
        }
    }

    fn push(&mut self) {
        // As above: the lines are lost with their reader.
        let _flushed = self.to.flush();
    }
}
