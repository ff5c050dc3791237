//! What commands on tenants share: the configuration, one open instance, the operator behind the terminal.

use std::future::Future;
use std::sync::Arc;

use orderbase_application::{App, Error, Operator, tenants};
use orderbase_infrastructure::security::MasterKeys;
use orderbase_infrastructure::sql::SqlDb;
use orderbase_infrastructure::telemetry::LogGuard;
use orderbase_kernel::{OperatorName, Timestamp};
use orderbase_tenancy::{Permission, Slug, Tenant};

use crate::cli::GlobalArgs;
use crate::config::{Config, Flag, Inputs, Loaded, nearest, user_name, warnings_text};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal;
use crate::wiring::{self, Instance};

/// Days of an answer such as `90d`, at most.
const DAYS_MAX: i64 = 3_650;
const DAY_MILLIS: i64 = 86_400_000;

/// The flags that set something.
pub fn flags(global: &GlobalArgs) -> Vec<Flag> {
    let sets = global.set.iter().map(|assignment| Flag { flag: "--set", assignment: assignment.clone() });
    let level =
        global.log_level.iter().map(|level| Flag { flag: "--log-level", assignment: format!("log.level={level}") });
    sets.chain(level).collect()
}

/// The configuration of this process; warnings go to the person at the terminal.
pub fn load(global: &GlobalArgs) -> Result<Loaded, Failure> {
    let inputs = Inputs::of_process(global.config.as_deref(), flags(global))?;
    let loaded = Config::load(&inputs)?;
    if !loaded.warnings.is_empty() {
        terminal::say(&format!("orderbase: {}", warnings_text(&loaded.warnings)));
    }
    Ok(loaded)
}

/// The log of a command: warnings, or what `--log-level` lets through.
pub fn command_log(global: &GlobalArgs) -> Result<LogGuard, Failure> {
    wiring::for_command(global.log_level.as_deref().unwrap_or("warn"))
}

/// What a command finds open.
pub struct Opened {
    pub config: Config,
    pub app: App,
    pub db: SqlDb,
    pub master: MasterKeys,
}

/// Runs a command on an open instance, and closes it whatever came of it.
pub fn with_opened<F>(global: &GlobalArgs, command: impl FnOnce(Opened) -> F) -> Outcome
where
    F: Future<Output = Outcome>,
{
    let loaded = load(global)?;
    let log = command_log(global)?;
    let outcome = wiring::block_on(async {
        let instance = Instance::open(&loaded.config).await?;
        let (app, db, master) = (instance.app.clone(), instance.db.clone(), instance.master.clone());
        let outcome = command(Opened { config: loaded.config, app, db, master }).await;
        instance.close().await;
        outcome
    });
    drop(log);
    outcome
}

/// The same for a command that wants use cases alone.
pub fn with_instance<F>(global: &GlobalArgs, command: impl FnOnce(Config, App) -> F) -> Outcome
where
    F: Future<Output = Outcome>,
{
    with_opened(global, |opened| command(opened.config, opened.app))
}

/// Whoever sits at the terminal, with the permissions that the command needs and no others.
pub fn operator(app: &App, permissions: &[Permission]) -> Result<Operator, Failure> {
    let user = user_name().unwrap_or_else(|| "unknown".to_owned());
    let clean: String = user.chars().filter(|c| !c.is_control()).take(150).collect();
    let name = OperatorName::parse(&format!("cli:{clean}")).map_err(|error| Failure::internal(&error))?;
    Ok(Operator::on_host(app, name, permissions))
}

/// The tenant of a slug.
///
/// # Errors
/// 2 with the nearest slug.
pub async fn tenant(app: &App, operator: &Operator, slug: &str) -> Result<Arc<Tenant>, Failure> {
    let reader =
        Operator { permissions: orderbase_tenancy::PermissionSet::of(&[Permission::PlatformRead]), ..operator.clone() };
    let parsed = Slug::parse(slug).map_err(|invalid| Failure::usage(format!("--tenant {slug}: {invalid}")))?;
    match tenants::show(app, &reader, &(&parsed).into()).await {
        Ok(tenant) => Ok(Arc::new(tenant)),
        Err(Error::NotFound(_)) => {
            let all = tenants::list(app, &reader).await?;
            let meant = nearest(slug, all.iter().map(|tenant| tenant.slug().as_str()));
            let hint = meant.map_or_else(
                || "; orderbase tenant list names them".to_owned(),
                |meant| format!("; did you mean {meant}?"),
            );
            Err(Failure::usage(format!("there is no tenant {slug}{hint}")))
        }
        Err(error) => Err(error.into()),
    }
}

/// An instant in the future: `90d` from now, or RFC 3339.
pub fn later(flag: &str, text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    let days = text.strip_suffix('d').and_then(|days| days.parse::<i64>().ok());
    match days {
        Some(days) if (1..=DAYS_MAX).contains(&days) => Ok(now.plus_millis(days * DAY_MILLIS)),
        Some(_) => Err(Failure::usage(format!("{flag} {text}: needs 1 to {DAYS_MAX} days"))),
        None => Timestamp::parse(text).map_err(|_| {
            Failure::usage(format!("{flag} {text}: needs days such as 90d, or an instant such as 2027-01-01T00:00:00Z"))
        }),
    }
}

/// A value of the command line, or what is wrong with it.
pub fn value<T>(flag: &str, parsed: Result<T, orderbase_kernel::Invalid>) -> Result<T, Failure> {
    parsed.map_err(|invalid| Failure::usage(format!("{flag} {invalid}")))
}

/// Prints and is done.
pub fn done(printed: std::io::Result<()>) -> Outcome {
    printed?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants() {
        let now = Timestamp::parse("2026-01-15T12:00:00Z").unwrap();
        assert_eq!(later("--expires", "90d", now).unwrap(), now.plus_millis(90 * DAY_MILLIS));
        assert_eq!(later("--expires", "2027-01-01T00:00:00Z", now).unwrap().to_string(), "2027-01-01T00:00:00.000Z");
        for bad in ["0d", "3651d", "d", "90", "tomorrow", "-1d"] {
            assert_eq!(later("--expires", bad, now).unwrap_err().exit, Exit::Usage, "{bad}");
        }
    }
}
