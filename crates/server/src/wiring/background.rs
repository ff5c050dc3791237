//! What goes on beside the requests, from the start of an instance to its end.

use std::future::Future;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Tasks that are told to end and waited for.
#[derive(Default)]
pub struct Background {
    end: CancellationToken,
    tasks: TaskTracker,
}

impl Background {
    /// Runs on until the token says so. Has to be called within the runtime.
    pub fn run<F>(&self, task: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tasks.spawn(task(self.end.clone()));
    }

    /// Waits for what is at work.
    pub async fn stop(&self) {
        self.end.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[tokio::test]
    async fn the_last_step_is_waited_for() {
        let (background, written) = (Background::default(), Arc::new(AtomicBool::new(false)));
        let last = Arc::clone(&written);
        background.run(|end| async move {
            end.cancelled().await;
            tokio::task::yield_now().await;
            last.store(true, Ordering::SeqCst);
        });
        background.stop().await;
        assert!(written.load(Ordering::SeqCst));
    }
}
