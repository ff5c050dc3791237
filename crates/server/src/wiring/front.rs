//! The listeners: opened as early as a start wants them, stopped when nobody is left to answer.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use orderbase_http::{Listener, Shared, server};
use tokio::task::JoinSet;

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
    handles: Vec<ServerHandle>,
    running: JoinSet<std::io::Result<()>>,
}

impl Front {
    /// Accepts on the sockets from now on; what is answered is for `shared` to say.
    ///
    /// # Errors
    /// 70 if a server cannot be started.
    pub fn open(shared: &Arc<Shared>, sockets: Vec<(Listener, TcpListener)>) -> Result<Self, Failure> {
        let mut handles = Vec::new();
        let mut running = JoinSet::new();
        for (listener, socket) in sockets {
            let server = server(Arc::clone(shared), listener, socket)
                .map_err(|error| Failure::new(Exit::Internal, format!("no listener: {error}")))?;
            handles.push(server.handle());
            running.spawn(server);
        }
        Ok(Self { handles, running })
    }

    /// Waits until any of the servers ends by itself, which only a fault makes it do.
    pub async fn failed(&mut self) -> String {
        let Some(ended) = self.running.join_next().await else { return std::future::pending().await };
        match ended {
            Ok(Ok(())) => "the listener ended by itself".to_owned(),
            Ok(Err(error)) => format!("the listener failed: {error}"),
            Err(error) => format!("the listener failed: {error}"),
        }
    }

    /// Stops accepting and waits for the requests at work, as long as the options allow.
    pub async fn stop(mut self) {
        for handle in &self.handles {
            handle.stop(true).await;
        }
        // Dropping the set would abort what still ends by itself.
        self.running.detach_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_listener_is_watched() {
        let mut running = JoinSet::new();
        running.spawn(std::future::pending());
        running.spawn(async { Err(std::io::Error::other("no more sockets")) });
        let mut front = Front { handles: Vec::new(), running };
        assert_eq!(front.failed().await, "the listener failed: no more sockets");
    }
}
