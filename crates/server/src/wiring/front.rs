//! The listeners: opened as early as a start wants them, stopped when nobody is left to answer.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use orderbase_http::{Listener, Shared, server};
use tokio::task::JoinHandle;

use crate::exit::Exit;
use crate::failure::Failure;

/// Binds a socket; nobody is accepted yet.
///
/// # Errors
/// 75 if the port is in use, 78 where the address is not this machine's or not allowed.
pub fn bind(address: SocketAddr, variable: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).map_err(|error| {
        let exit = if error.kind() == std::io::ErrorKind::AddrInUse { Exit::TryAgain } else { Exit::Config };
        Failure::new(exit, format!("cannot listen on {address} ({variable}): {error}"))
    })
}

/// Listeners that accept.
pub struct Front {
    running: Vec<(ServerHandle, JoinHandle<std::io::Result<()>>)>,
}

impl Front {
    /// Accepts on the sockets from now on; what is answered is for `shared` to say.
    ///
    /// # Errors
    /// 70 if a server cannot be started.
    pub fn open(shared: &Arc<Shared>, sockets: Vec<(Listener, TcpListener)>) -> Result<Self, Failure> {
        let mut running = Vec::new();
        for (listener, socket) in sockets {
            let server = server(Arc::clone(shared), listener, socket)
                .map_err(|error| Failure::new(Exit::Internal, format!("no listener: {error}")))?;
            running.push((server.handle(), tokio::spawn(server)));
        }
        Ok(Self { running })
    }

    /// Waits until a server ends by itself, which only a fault makes it do.
    pub async fn failed(&mut self) -> String {
        let Some((_, task)) = self.running.first_mut() else { return std::future::pending().await };
        match task.await {
            Ok(Ok(())) => "the listener ended by itself".to_owned(),
            Ok(Err(error)) => format!("the listener failed: {error}"),
            Err(error) => format!("the listener failed: {error}"),
        }
    }

    /// Stops accepting and waits for the requests at work, as long as the options allow.
    pub async fn stop(self) {
        for (handle, _) in &self.running {
            handle.stop(true).await;
        }
    }
}
