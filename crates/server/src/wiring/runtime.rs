//! The runtime of the process: commits and everything beside requests runs on it. It outlives the threads that serve requests.

use std::future::Future;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// Runs a command to its end. What is still at work then is left behind: a commit is all or nothing.
pub fn block_on(command: impl Future<Output = Outcome>) -> Outcome {
    install_tls();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("orderbase")
        .build()
        .map_err(|error| Failure::new(Exit::Internal, format!("no runtime: {error}")))?;
    let outcome = runtime.block_on(command);
    runtime.shutdown_background();
    outcome
}

/// The one TLS provider of the process, before anything connects.
fn install_tls() {
    // A second call finds the first one's provider, which is the same.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}
