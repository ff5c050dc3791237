//! The future of a handler, or of a look-up before it, under a deadline. It is never cut: when the time is over, or the client has gone, the rest of it runs on by
//! itself and keeps its admission place (reliability.md 18). What waits for it just stops waiting.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use super::admission::Permit;

/// The time is over; the work goes on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Late;

/// Waits for `work` for at most `limit`.
///
/// # Errors
/// [`Late`].
pub(crate) async fn within<F>(limit: Duration, permit: Option<Permit>, work: F) -> Result<F::Output, Late>
where
    F: Future + 'static,
{
    let mut work = Work { future: Some(Box::pin(work)), permit, polling: false };
    let mut timer = pin!(tokio::time::sleep(limit));
    poll_fn(|context| match work.poll(context) {
        Poll::Ready(output) => Poll::Ready(Ok(output)),
        Poll::Pending => timer.as_mut().poll(context).map(|()| Err(Late)),
    })
    .await
}

struct Work<F: Future + 'static> {
    future: Option<Pin<Box<F>>>,
    permit: Option<Permit>,
    /// Stays true when the future panicked; then there is nothing to go on with.
    polling: bool,
}

impl<F: Future + 'static> Work<F> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<F::Output> {
        let Some(future) = &mut self.future else { return Poll::Pending };
        self.polling = true;
        let polled = future.as_mut().poll(context);
        self.polling = false;
        if polled.is_ready() {
            self.future = None;
        }
        polled
    }
}

impl<F: Future + 'static> Drop for Work<F> {
    fn drop(&mut self) {
        let (Some(future), false) = (self.future.take(), self.polling) else { return };
        // Without a runtime of its own the process is at its end; storage finishes what it has begun by itself.
        if actix_web::rt::System::try_current().is_some() {
            let permit = self.permit.take();
            actix_web::rt::spawn(async move {
                future.await;
                drop(permit);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use tokio::sync::Notify;

    use super::*;

    #[actix_web::test]
    async fn in_time_is_in_time() {
        assert_eq!(within(Duration::from_secs(5), None, async { 7 }).await, Ok(7));
    }

    #[actix_web::test]
    async fn late_work_runs_on() {
        let (go, done) = (Rc::new(Notify::new()), Rc::new(Notify::new()));
        let work = {
            let (go, done) = (Rc::clone(&go), Rc::clone(&done));
            async move {
                go.notified().await;
                done.notify_one();
            }
        };
        assert_eq!(within(Duration::from_millis(5), None, work).await, Err(Late));
        go.notify_one();
        done.notified().await;
    }

    #[actix_web::test]
    async fn abandoned_work_runs_on() {
        let (go, done) = (Rc::new(Notify::new()), Rc::new(Notify::new()));
        let work = {
            let (go, done) = (Rc::clone(&go), Rc::clone(&done));
            async move {
                go.notified().await;
                done.notify_one();
            }
        };
        let waiting = actix_web::rt::spawn(within(Duration::from_secs(5), None, work));
        tokio::task::yield_now().await;
        waiting.abort();
        assert!(waiting.await.is_err());
        go.notify_one();
        done.notified().await;
    }

    #[actix_web::test]
    async fn what_panicked_is_not_tried_again() {
        let polls = Rc::new(Cell::new(0));
        let work = {
            let polls = Rc::clone(&polls);
            poll_fn(move |_| -> Poll<()> {
                polls.set(polls.get() + 1);
                panic!("in the test");
            })
        };
        let waiting = actix_web::rt::spawn(within(Duration::from_secs(5), None, work));
        assert!(waiting.await.unwrap_err().is_panic());
        tokio::task::yield_now().await;
        assert_eq!(polls.get(), 1);
    }
}
