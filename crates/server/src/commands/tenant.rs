//! `tenant create`, `list`, `show`, `suspend`, `activate`, `close`, `set-plan`, `set-limit`: the operator's use cases.

use orderbase_application::ports::Clock as _;
use orderbase_application::tenants::{self, CreateTenant, TenantCreated, TenantLimits, UpdateTenant, Which};
use orderbase_application::users::TicketIssued;
use orderbase_application::{App, Conditions, Done, Error, Operator};
use orderbase_infrastructure::system::SystemClock;
use orderbase_kernel::{Currency, Email, Name};
use orderbase_tenancy::{
    FIRST_ORDER_NUMBER_DEFAULT, Mode, OrderPrefix, Permission, PlanCode, Reason, Settings, Slug, Tenant, TimeZoneName,
};
use serde::Serialize;

use super::context::{later, operator, tenant, value, with_instance};
use super::tenant_limits::{self, Grants};
use crate::cli::{GlobalArgs, TenantActArgs, TenantCommand, TenantCreateArgs};
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
    #[serde(skip_serializing_if = "Option::is_none")]
    trial_ends_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suspended_because: Option<String>,
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
            trial_ends_at: tenant.trial_ends_at().map(|at| at.to_string()),
            suspended_because: tenant.suspension().map(|suspension| suspension.reason.to_string()),
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

fn print(tenant: &Tenant, output: Option<Output>) -> Outcome {
    let shown = Shown::from(tenant);
    match Output::or_fitting(output) {
        Output::Json => terminal::print_json(&shown)?,
        Output::Table => terminal::print(&terminal::table(COLUMNS, &[cells(&shown)]))?,
    }
    Ok(Exit::Done)
}

pub fn run(global: &GlobalArgs, command: TenantCommand) -> Outcome {
    match command {
        TenantCommand::Create(args) => create(global, &args),
        TenantCommand::List { output } => list(global, output),
        TenantCommand::Show { slug, output } => show(global, slug, output),
        TenantCommand::Suspend(act) => act_on(global, act, async |app, operator, which, why| {
            tenants::suspend(app, operator, which, why, Conditions::default()).await
        }),
        TenantCommand::Activate(act) => act_on(global, act, async |app, operator, which, why| {
            tenants::activate(app, operator, which, why, Conditions::default()).await
        }),
        TenantCommand::Close { act, yes } if !yes => {
            let words = format!("{} would be closed for good; say --yes if that is meant", act.slug);
            Err(Failure::new(Exit::Refused, words))
        }
        TenantCommand::Close { act, .. } => act_on(global, act, async |app, operator, which, why| {
            tenants::close_by_operator(app, operator, which, why, Conditions::default()).await
        }),
        TenantCommand::SetPlan { act, plan } => {
            let update = UpdateTenant { plan: Some(value("PLAN", PlanCode::parse(&plan))?), ..UpdateTenant::default() };
            act_on(global, act, async move |app, operator, which, why| {
                tenants::update(app, operator, which, update.clone(), why, Conditions::default()).await
            })
        }
        TenantCommand::SetLimit { act, limits, until } => {
            let grants = Grants::parse(&limits)?;
            let until = until.map(|text| later("--until", &text, SystemClock.now())).transpose()?;
            act_on(global, act, async move |app, operator, which, why| {
                tenant_limits::grant(app, operator, which, &grants, until, why).await
            })
        }
    }
}

/// Does one thing to one tenant, and prints the tenant.
fn act_on(
    global: &GlobalArgs,
    act: TenantActArgs,
    command: impl AsyncFnOnce(&App, &Operator, &Which, Reason) -> Result<Done<Tenant>, Error>,
) -> Outcome {
    let TenantActArgs { slug, reason, output } = act;
    let why = value("--reason", Reason::parse(&reason))?;
    with_instance(global, |_, app| async move {
        let operator = operator(&app, &[Permission::PlatformRead, Permission::PlatformWrite])?;
        let which = tenant(&app, &operator, &slug).await?.slug().into();
        let changed = command(&app, &operator, &which, why).await?.into_fresh()?;
        print(&changed, output)
    })
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

/// A tenant that was made, with what its owner joins by.
#[derive(Serialize)]
struct Made {
    #[serde(flatten)]
    tenant: Shown,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Owner>,
}

#[derive(Serialize)]
struct Owner {
    email: String,
    ticket: String,
    expires_at: String,
}

impl From<&TicketIssued> for Owner {
    fn from(issued: &TicketIssued) -> Self {
        Self {
            email: issued.user.email().to_string(),
            ticket: issued.text.expose().to_owned(),
            expires_at: issued.expires_at.to_string(),
        }
    }
}

fn create(global: &GlobalArgs, args: &TenantCreateArgs) -> Outcome {
    let name = value("--name", Name::parse(&args.name))?;
    let slug = value("--slug", Slug::parse(&args.slug))?;
    let plan = args.plan.as_deref().map(|plan| value("--plan", PlanCode::parse(plan))).transpose()?;
    let mode = value("--mode", Mode::parse(&args.mode))?;
    let settings = settings(&args.time_zone, &args.currencies, &args.order_prefix)?;
    let owner_email = args.owner_email.as_deref().map(|text| value("--owner-email", Email::parse(text))).transpose()?;
    let reason = args.reason.as_deref().map(|text| value("--reason", Reason::parse(text))).transpose()?;
    with_instance(global, |config, app| async move {
        let operator = operator(&app, &[Permission::PlatformRead, Permission::PlatformWrite])?;
        let trial_ends_at = args.trial.as_deref().map(|trial| later("--trial", trial, operator.at)).transpose()?;
        let plan = plan.unwrap_or_else(|| config.limits.default_plan.into());
        let command = CreateTenant { name, slug, mode, plan, trial_ends_at, settings, owner_email, reason };
        let made = tenants::create(&app, &operator, command, Conditions::default()).await?.into_fresh()?;
        print_made(&made, args.output)
    })
}

fn print_made(made: &TenantCreated, output: Option<Output>) -> Outcome {
    let shown = Made { tenant: Shown::from(&made.tenant), owner: made.owner.as_ref().map(Owner::from) };
    if let Some(owner) = &shown.owner {
        let words = "joins as owner with the ticket (POST /api/v1/auth/invitations/accept), which is shown this once";
        terminal::say(&format!("{} {words}, until {}", owner.email, owner.expires_at));
    }
    match Output::or_fitting(output) {
        Output::Json => terminal::print_json(&shown)?,
        Output::Table => {
            terminal::print(&terminal::table(COLUMNS, &[cells(&shown.tenant)]))?;
            if let Some(owner) = &shown.owner {
                terminal::print(&owner.ticket)?;
            }
        }
    }
    Ok(Exit::Done)
}

fn list(global: &GlobalArgs, output: Option<Output>) -> Outcome {
    with_instance(global, |_, app| async move {
        let operator = operator(&app, &[Permission::PlatformRead])?;
        let all: Vec<Shown> = tenants::list(&app, &operator).await?.iter().map(Shown::from).collect();
        terminal::print_rows(Output::or_fitting(output), &all, COLUMNS, cells)?;
        Ok(Exit::Done)
    })
}

/// A tenant with its limits.
#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    tenant: Shown,
    time_zone: String,
    currencies: Vec<&'static str>,
    limits: Vec<tenant_limits::ShownLimit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limits_until: Option<String>,
    version: u64,
}

impl Whole {
    fn of(tenant: &Tenant, limits: &TenantLimits) -> Self {
        let settings = tenant.settings();
        Self {
            tenant: Shown::from(tenant),
            time_zone: settings.time_zone().to_string(),
            currencies: settings.allowed_currencies().iter().map(|currency| currency.code()).collect(),
            limits: tenant_limits::shown(limits),
            limits_until: limits.overrides.expires_at.map(|at| at.to_string()),
            version: tenant.version().get(),
        }
    }
}

fn show(global: &GlobalArgs, slug: String, output: Option<Output>) -> Outcome {
    with_instance(global, |_, app| async move {
        let operator = operator(&app, &[Permission::PlatformRead])?;
        let tenant = tenant(&app, &operator, &slug).await?;
        let limits = tenants::limits(&app, &operator, &tenant.slug().into()).await?;
        let whole = Whole::of(&tenant, &limits);
        match Output::or_fitting(output) {
            Output::Json => terminal::print_json(&whole)?,
            Output::Table => {
                terminal::print(&terminal::table(COLUMNS, &[cells(&whole.tenant)]))?;
                let rows: Vec<_> = whole.limits.iter().map(tenant_limits::ShownLimit::cells).collect();
                terminal::print(&format!("\n{}", terminal::table(tenant_limits::COLUMNS, &rows)))?;
            }
        }
        Ok(Exit::Done)
    })
}
