//! The orderly stop: ready red, serve on, stop accepting, finish what is at work, close. A second signal or the maximum ends it at
//! once, which is safe: a commit is all or nothing.

use std::sync::Arc;
use std::time::Duration;

use orderbase_http::Shared;

use super::{Front, Instance, Signals};
use crate::config::Config;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome, chain};

/// Stops a serving instance.
///
/// # Errors
/// 75 if it was cut short.
pub async fn stop(
    config: &Config,
    mut signals: Signals,
    shared: &Arc<Shared>,
    front: Front,
    instance: Instance,
) -> Outcome {
    shared.lifecycle.drain();
    let drain_delay = Duration::from_millis(config.http.drain_delay_ms);
    let orderly = tokio::spawn(async move {
        tokio::time::sleep(drain_delay).await;
        front.stop().await;
        instance.close().await;
    });
    let cut = tokio::select! {
        ended = orderly => {
            if let Err(error) = ended {
                return Err(Failure::new(Exit::Internal, chain(&error)));
            }
            None
        }
        signal = signals.next() => Some(signal),
        () = tokio::time::sleep(Duration::from_millis(config.http.shutdown_ms_max)) => Some("the maximum"),
    };
    match cut {
        None => {
            tracing::info!("shutdown.end");
            Ok(Exit::Done)
        }
        Some(reason) => {
            tracing::warn!(reason, "shutdown.cut_short");
            Err(Failure::new(Exit::TryAgain, format!("the stop was cut short by {reason}")))
        }
    }
}
