//! `tenant create`, `tenant list`.

use orderbase_application::tenants::{self, CreateTenant};
use orderbase_kernel::{Currency, Name};
use orderbase_tenancy::{
    FIRST_ORDER_NUMBER_DEFAULT, Mode, OrderPrefix, Permission, PlanCode, Settings, Slug, Tenant, TimeZoneName,
};
use serde::Serialize;

use super::context::{later, operator, value, with_instance};
use crate::cli::{GlobalArgs, TenantCommand};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal::{self, Output};

/// A tenant as the command line shows it.
#[derive(Serialize)]
struct Shown {
    id: String,
    slug: String,
    name: String,
    mode: &'static str,
    status: &'static str,
    plan: &'static str,
    created_at: String,
}

impl From<&Tenant> for Shown {
    fn from(tenant: &Tenant) -> Self {
        Self {
            id: tenant.id().to_string(),
            slug: tenant.slug().to_string(),
            name: tenant.name().to_string(),
            mode: tenant.mode().as_str(),
            status: tenant.status().as_str(),
            plan: tenant.plan().as_str(),
            created_at: tenant.created_at().to_string(),
        }
    }
}

const COLUMNS: &[&str] = &["SLUG", "NAME", "MODE", "STATUS", "PLAN", "CREATED", "ID"];

fn cells(shown: &Shown) -> Vec<String> {
    [&shown.slug, &shown.name, shown.mode, shown.status, shown.plan, &shown.created_at, &shown.id]
        .into_iter()
        .map(str::to_owned)
        .collect()
}

/// What `tenant create` was asked for.
struct Wish {
    name: Name,
    slug: Slug,
    plan: Option<PlanCode>,
    mode: Mode,
    trial: Option<String>,
    settings: Settings,
}

pub fn run(global: &GlobalArgs, command: TenantCommand) -> Outcome {
    match command {
        TenantCommand::Create { name, slug, plan, mode, trial, time_zone, currencies, order_prefix, output } => {
            let wish = Wish {
                name: value("--name", Name::parse(&name))?,
                slug: value("--slug", Slug::parse(&slug))?,
                plan: plan.map(|plan| value("--plan", PlanCode::parse(&plan))).transpose()?,
                mode: value("--mode", Mode::parse(&mode))?,
                trial,
                settings: settings(&time_zone, &currencies, &order_prefix)?,
            };
            create(global, wish, output)
        }
        TenantCommand::List { output } => list(global, output),
    }
}

fn settings(time_zone: &str, currencies: &[String], order_prefix: &str) -> Result<Settings, Failure> {
    let zone = value("--time-zone", TimeZoneName::parse(time_zone))?;
    let allowed: Result<Vec<Currency>, Failure> =
        currencies.iter().map(|code| value("--currencies", Currency::parse(code.trim()))).collect();
    let allowed = allowed?;
    let default = allowed.first().copied().ok_or_else(|| Failure::usage("--currencies needs one at least"))?;
    let prefix = value("--order-prefix", OrderPrefix::parse(order_prefix))?;
    value("--currencies", Settings::try_new(zone, allowed, default, prefix, FIRST_ORDER_NUMBER_DEFAULT))
}

fn create(global: &GlobalArgs, wish: Wish, output: Option<Output>) -> Outcome {
    with_instance(global, |config, app| async move {
        let operator = operator(&app, &[Permission::PlatformRead, Permission::PlatformWrite])?;
        let Wish { name, slug, plan, mode, trial, settings } = wish;
        let trial_ends_at = trial.map(|trial| later("--trial", &trial, operator.at)).transpose()?;
        let plan = plan.unwrap_or_else(|| config.limits.default_plan.into());
        let command = CreateTenant { name, slug, mode, plan, trial_ends_at, settings };
        let tenant = tenants::create(&app, &operator, command).await?;
        let shown = Shown::from(&tenant);
        match Output::or_fitting(output) {
            Output::Json => terminal::print_json(&shown)?,
            Output::Table => terminal::print(&terminal::table(COLUMNS, &[cells(&shown)]))?,
        }
        Ok(Exit::Done)
    })
}

fn list(global: &GlobalArgs, output: Option<Output>) -> Outcome {
    with_instance(global, |_, app| async move {
        let operator = operator(&app, &[Permission::PlatformRead])?;
        let all: Vec<Shown> = tenants::list(&app, &operator).await?.iter().map(Shown::from).collect();
        terminal::print_rows(Output::or_fitting(output), &all, COLUMNS, cells)?;
        Ok(Exit::Done)
    })
}
