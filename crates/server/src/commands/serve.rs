//! `serve`: the order of start and stop of reliability.md §8.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use orderbase_http::{Listener, Phase, Shared};
use orderbase_infrastructure::sql::SqlDb;
use orderbase_infrastructure::system::{SystemClock, SystemIds};

use super::context::load;
use crate::cli::{GlobalArgs, ServeArgs};
use crate::config::{Config, Loaded, Migrate};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::wiring::{self, Front, Instance, Ring, Signals};

pub fn run(global: &GlobalArgs, args: &ServeArgs) -> Outcome {
    let loaded = load(global)?;
    let log = wiring::for_server(&loaded.config)?;
    let outcome = wiring::block_on(serve(&loaded, Duration::from_secs(args.wait_for)));
    if let Err(failure) = &outcome {
        tracing::error!(error.message = failure.words, exit.code = failure.exit.code(), "start.failed");
    }
    drop(log);
    outcome
}

async fn serve(loaded: &Loaded, wait_for: Duration) -> Outcome {
    let config = &loaded.config;
    let mut signals = Signals::listen()?;
    tracing::info!(
        mode = config.mode().as_str(),
        profile = config.top.profile.as_str(),
        warnings = loaded.warnings.len(),
        "config.loaded"
    );
    wiring::data_directory(config)?;
    let ring = wiring::ring(config)?;
    if let Some(path) = &ring.made {
        tracing::warn!(file = %path.display(), "master_key.made");
    }

    let sockets = bind(config)?;
    let address = sockets.first().and_then(|(_, socket)| socket.local_addr().ok()).unwrap_or(config.http.listen);
    let mut options = wiring::http_options(config);
    if config.top.public_url.is_none() {
        // Port 0 is whatever the system gave.
        options.public_url = format!("http://{address}");
    }
    let public_url = options.public_url.clone();
    let shared = Shared::starting(options, Arc::new(SystemClock), Arc::new(SystemIds::new()));
    let mut front = None;
    let started = tokio::select! {
        started = start(config, &ring, &shared, sockets, &mut front, wait_for) => started,
        signal = signals.next() => {
            tracing::info!(signal, "shutdown.begin");
            return Ok(Exit::Done);
        }
    };
    let instance = started?;
    let Some(mut front) = front else {
        return Err(Failure::new(Exit::Internal, "the listener was not opened"));
    };
    tracing::info!(
        http.listen = %address,
        public_url,
        mode = config.mode().as_str(),
        "start.ready"
    );

    let failed = tokio::select! {
        signal = signals.next() => { tracing::info!(signal, "shutdown.begin"); None }
        problem = front.failed() => Some(problem),
    };
    if let Some(problem) = failed {
        return Err(Failure::new(Exit::Internal, problem));
    }
    wiring::stop(config, signals, &shared, front, instance).await
}

/// Everything up to ready. The listener opens first where clients would otherwise wait for long.
async fn start(
    config: &Config,
    ring: &Ring,
    shared: &Arc<Shared>,
    sockets: Vec<(Listener, TcpListener)>,
    front: &mut Option<Front>,
    wait_for: Duration,
) -> Result<Instance, Failure> {
    let mut sockets = Some(sockets);
    let mut open_front = |front: &mut Option<Front>| -> Result<(), Failure> {
        if let Some(sockets) = sockets.take() {
            *front = Some(Front::open(shared, sockets)?);
        }
        Ok(())
    };
    if !wait_for.is_zero() {
        shared.lifecycle.set_phase(Some(Phase::named("connecting")));
        open_front(front)?;
    }

    let options = wiring::database_options(config, config.database_url().expose());
    let db: SqlDb = wiring::open(&options, wait_for).await?;
    let db = match config.migrate() {
        Migrate::Auto => {
            if wiring::guard(&db).await.is_err() {
                shared.lifecycle.set_phase(Some(Phase::named("migrating")));
                open_front(front)?;
            }
            wiring::bring_up_to_date(db, &options).await?
        }
        Migrate::Check => {
            wiring::guard(&db).await?;
            db
        }
    };

    let instance = Instance::over(config, db, &ring.keys, &shared.options.public_url).await?;
    wiring::first_operator(config, &instance.app).await?;
    if config.auth.password_grant {
        tracing::warn!("auth.password_grant_on");
    }
    open_front(front)?;
    instance.serve_through(shared);
    Ok(instance)
}

/// The sockets are taken before anything else is, so that a taken port is noticed at once; nobody is accepted yet.
fn bind(config: &Config) -> Result<Vec<(Listener, TcpListener)>, Failure> {
    let mut sockets = vec![(Listener::Public, wiring::bind(config.http.listen, "ORDERBASE_HTTP_LISTEN")?)];
    if let Some(address) = config.internal_listen() {
        sockets.push((Listener::Internal, wiring::bind(address, "ORDERBASE_HTTP_INTERNAL_LISTEN")?));
    }
    Ok(sockets)
}
