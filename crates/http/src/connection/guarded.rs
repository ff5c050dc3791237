//! A stream that ends when its [`Watch`] says so. Bytes pass unchanged.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, UNIX_EPOCH};

use actix_web::http::header::HttpDate;
use orderbase_application::ports::Clock;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::watch::{End, Limits, Watch};

/// A stream and its clock.
pub(crate) struct Guarded<T> {
    stream: T,
    watch: Rc<Watch>,
    /// Rings at the deadline or before it; set back only when it has rung or rings too late, since most deadlines are never met.
    bell: Pin<Box<Sleep>>,
    is_over: bool,
    /// What still comes in is thrown away.
    is_refused: bool,
    clock: Arc<dyn Clock>,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Guarded<T> {
    pub fn new(stream: T, limits: Limits, clock: Arc<dyn Clock>) -> Self {
        let watch = Rc::new(Watch::new(limits));
        let bell = Box::pin(sleep_until(watch.until().unwrap_or_else(Instant::now)));
        Self { stream, watch, bell, is_over: false, is_refused: false, clock }
    }

    pub fn watch(&self) -> Rc<Watch> {
        Rc::clone(&self.watch)
    }

    /// Whether the deadline is past; if not, the task is woken when it is.
    fn is_late(&mut self, context: &mut Context<'_>) -> bool {
        let Some(until) = self.watch.until() else { return false };
        if self.bell.deadline() > until {
            self.bell.as_mut().reset(until);
        }
        while self.bell.as_mut().poll(context).is_ready() {
            if Instant::now() >= until {
                return true;
            }
            self.bell.as_mut().reset(until);
        }
        false
    }

    /// Says goodbye where a head was awaited. Nothing else is on its way out then, and a few bytes fit or are not missed.
    fn finish(&mut self, context: &mut Context<'_>) {
        self.is_over = true;
        if self.watch.end() == End::Late {
            self.say(context, "408 Request Timeout");
        }
    }

    /// Writes a bare answer.
    fn say(&mut self, context: &mut Context<'_>, status: &str) {
        let millis = u64::try_from(self.clock.now().millis()).unwrap_or(0);
        let date = HttpDate::from(UNIX_EPOCH + Duration::from_millis(millis));
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\ndate: {date}\r\n\r\n");
        let _ = Pin::new(&mut self.stream).poll_write(context, answer.as_bytes());
    }

    /// Reads to the end and for nothing, for a socket that is closed over unread bytes takes back what was written last.
    fn poll_swallow(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut scratch = [0; 4_096];
        loop {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() && !self.is_late(context) => {}
                Poll::Pending if !self.is_late(context) => return Poll::Pending,
                _ => {
                    self.is_over = true;
                    return Poll::Ready(Ok(()));
                }
            }
        }
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for Guarded<T> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // Asked before reading, so that bytes that keep coming do not put the end off.
        if !this.is_over && this.watch.until().is_some_and(|until| until <= Instant::now()) {
            this.finish(context);
        }
        if this.is_over {
            return Poll::Ready(Ok(()));
        }
        if this.is_refused {
            return this.poll_swallow(context);
        }
        let before = buffer.filled().len();
        match Pin::new(&mut this.stream).poll_read(context, buffer) {
            Poll::Ready(Ok(())) => {
                let piece = buffer.filled().get(before..).unwrap_or_default();
                if !piece.is_empty() {
                    this.watch.read(piece);
                }
                if this.watch.is_line_too_long() {
                    buffer.set_filled(before);
                    this.is_refused = true;
                    this.watch.refused();
                    this.say(context, "414 URI Too Long");
                    return this.poll_swallow(context);
                }
                Poll::Ready(Ok(()))
            }
            Poll::Pending if this.is_late(context) => {
                this.finish(context);
                Poll::Ready(Ok(()))
            }
            other => other,
        }
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guarded<T> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.watch.wrote(written.is_ready());
        if written.is_pending() && this.is_late(context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        written
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_flush(context))?;
        this.watch.flushed();
        // Nobody may read before the next byte comes: the bell has to be heard from here on.
        if !this.is_over && this.is_late(context) {
            context.waker().wake_by_ref();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
