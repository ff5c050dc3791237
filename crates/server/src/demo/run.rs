//! From the command line to a server that answers, and back to a directory that is gone.

use std::fs::{File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::Arc;

use orderbase_application::App;
use orderbase_application::ports::{Clock as _, Ids as _};
use orderbase_http::{DocsMode, Listener, Shared};
use orderbase_infrastructure::system::{SystemClock, SystemIds};
use orderbase_kernel::Timestamp;

use super::address::Address;
use super::banner::{self, Build};
use super::folder::Folder;
use super::found::{self, Found};
use super::keys::DemoTenant;
use super::ready::Ready;
use super::seed::{Origin, seed};
use super::users::{DemoOperator, platform_operator};
use super::{settings, tour};
use crate::cli::{DemoArgs, GlobalArgs};
use crate::config::Config;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal;
use crate::wiring::{self, Front, Instance, Signals};

/// Runs a demonstration until a signal ends it.
///
/// # Errors
/// 2 for a wrong flag, 65 for half a demonstration and 77 for other data in `--data`, 75 for a busy port or directory, 78 for a
/// setting, and those of a server's start.
pub fn run(global: &GlobalArgs, args: &DemoArgs) -> Outcome {
    let started_at = SystemClock.now();
    let origin = Origin { seed: args.seed, now: now(args.now.as_deref(), started_at)? };
    let address = Address::bind(settings::asked(global, args)?)?;
    let folder = Folder::open(args.data.as_deref(), SystemIds::new().next(started_at))?;
    let config = settings::config(global, folder.path(), &address)?;

    let log = wiring::for_command(&config.log.level)?;
    let outcome = wiring::block_on(Demo { config, address, args, origin, started_at, kept: folder.kept() }.serve());
    drop(log);
    // Last: whoever looks in must find all of it or nothing.
    drop(folder);
    outcome
}

/// Where the history ends.
fn now(text: Option<&str>, present: Timestamp) -> Result<Timestamp, Failure> {
    let Some(text) = text else { return Ok(present) };
    let now = Timestamp::parse(text).map_err(|invalid| Failure::usage(format!("--now {text}: {invalid}")))?;
    if now.millis() < Origin::EARLIEST_MILLIS || now > Origin::LATEST {
        return Err(Failure::usage(format!("--now {text}: must lie between March 1970 and the year 9998")));
    }
    Ok(now)
}

/// All that a start was told.
struct Demo<'a> {
    config: Config,
    address: Address,
    args: &'a DemoArgs,
    origin: Origin,
    started_at: Timestamp,
    kept: Option<&'a Path>,
}

impl Demo<'_> {
    async fn serve(self) -> Outcome {
        let mut signals = Signals::listen()?;
        let instance = Instance::open(&self.config).await?;
        let told = match self.prepare(&instance.app).await {
            Ok(told) => told,
            Err(failure) => {
                instance.close().await;
                return Err(failure);
            }
        };

        let mut options = wiring::http_options(&self.config);
        let is_local = self.address.at.ip().is_loopback();
        options.demo_key = told.tenants.first().and_then(DemoTenant::key).filter(|_| is_local).map(str::to_owned);
        let has_docs = options.docs == DocsMode::Public;
        let shared = Shared::starting(options, Arc::clone(&instance.app.clock), Arc::clone(&instance.app.ids));
        instance.serve_through(&shared);
        let socket = self.address.socket.try_clone().map_err(|error| Failure::internal(&error))?;
        let mut front = Front::open(&shared, vec![(Listener::Public, socket)])?;

        self.announce(&told, has_docs.then_some(is_local))?;
        drop(told);
        let failed = tokio::select! {
            _ = signals.next() => None,
            problem = front.failed() => Some(problem),
        };
        if let Some(problem) = failed {
            return Err(Failure::new(Exit::Internal, problem));
        }
        wiring::stop(&self.config, signals, &shared, front, instance).await
    }

    /// Makes the data up, or finds that of an earlier start.
    async fn prepare(&self, app: &App) -> Result<Told, Failure> {
        let place = self.config.top.data_dir.display();
        let tenants = match found::look(app).await? {
            Found::Nothing => seed(app, self.origin).await?,
            Found::Demonstration(found) => found::reopen(app, found).await?,
            Found::Half => {
                let problem = format!("{place} holds half a demonstration\n  fix: remove it and start again");
                return Err(Failure::new(Exit::BadInput, problem));
            }
            Found::Foreign => {
                let problem = format!("{place} holds other tenants; a demonstration wants a directory of its own");
                return Err(Failure::new(Exit::Refused, problem));
            }
        };
        let operator = platform_operator(app).await?;
        let base_url = self.config.public_url();
        let key = tenants.first().and_then(DemoTenant::key).unwrap_or_default();
        let first = tour::first(&base_url, key);
        let tour = tour::tour(app, &tenants, &base_url, self.started_at).await?;
        Ok(Told { base_url, tenants, operator, first, tour })
    }

    /// `docs`: whether the page of the documents comes with a key, where there is one.
    fn announce(&self, told: &Told, docs: Option<bool>) -> Result<(), Failure> {
        let ready = Ready {
            base_url: &told.base_url,
            remarks: &self.address.remarks,
            docs_authorised: docs,
            kept: self.kept,
            tenants: &told.tenants,
            operator: &told.operator,
            first: &told.first,
            tour: &told.tour,
        };
        let json = ready.json().map_err(|error| Failure::internal(&error))?;
        if let Some(path) = &self.args.print_json {
            write_for_owner(path, &json).map_err(|error| {
                Failure::new(Exit::BadInput, format!("{} cannot be written: {error}", path.display()))
            })?;
        }
        terminal::say(&banner::banner(&Build::this(), &ready, self.args.tour));
        if self.args.tour {
            terminal::say(&banner::tour(&ready));
        }
        // A reader that has gone away is no reason not to serve.
        if !terminal::is_watched() && terminal::print(&json).is_err() {
            tracing::warn!("nobody reads standard output");
        }
        Ok(())
    }
}

/// What is made known; it holds the texts of keys and passwords.
struct Told {
    base_url: String,
    tenants: Vec<DemoTenant>,
    operator: DemoOperator,
    first: tour::Request,
    tour: Vec<tour::Request>,
}

/// It holds keys, so nobody else may read it, not even where it was there before.
fn write_for_owner(path: &Path, line: &str) -> std::io::Result<()> {
    let mut file = File::options().create(true).truncate(true).write(true).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    writeln!(file, "{line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn now_is_an_instant_with_two_months_before_it() {
        let present = Timestamp::parse("2026-01-15T12:00:00Z").unwrap();
        assert_eq!(now(None, present), Ok(present));
        assert_eq!(now(Some("2026-01-15T13:00:00+01:00"), Timestamp::MIN), Ok(present));
        for bad in ["tomorrow", "1970-02-01T00:00:00Z", "9999-06-01T00:00:00Z"] {
            assert_eq!(now(Some(bad), present).unwrap_err().exit, Exit::Usage, "{bad}");
        }
    }

    #[test]
    fn what_holds_keys_is_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("demo.json");
        std::fs::write(&path, "older and much longer").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        write_for_owner(&path, "{}").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{}\n");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
