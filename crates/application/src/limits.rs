//! What a caller may use: which rule counts and where it comes from, what is left of it, and how much of the plan is used.

use orderbase_kernel::Timestamp;
use orderbase_tenancy::{KeyRate, Overrides, Permission, Tenant};

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::ports::RateMode;
use crate::rates::{PerPolicy, RateRule, Standing};
use crate::tenants::{business_date, start_of_day};

/// Where a rule was said; the later ones win.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// By the plan; a quarter of it in a sandbox.
    Plan,
    /// By an operator of the platform, for this tenant.
    Override,
    /// By whoever made the API key; it counts where it is lower.
    Key,
}

/// What one level says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub level: Level,
    pub rule: RateRule,
    /// Of an override.
    pub reason: Option<String>,
    /// Of an override that ends.
    pub expires_at: Option<Timestamp>,
}

/// A policy as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyView {
    /// The rule in force.
    pub rule: RateRule,
    pub standing: Standing,
    /// Whose word it is.
    pub source: Level,
    /// All that was said, the word in force among it.
    pub chain: Vec<Link>,
}

/// How much of one quota of the plan is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaView {
    pub limit: &'static str,
    pub max: u64,
    pub current: u64,
    /// When it begins anew.
    pub resets_at: Option<Timestamp>,
}

/// The limits of a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitsView {
    pub mode: RateMode,
    pub tenant: PolicyView,
    pub credential: PolicyView,
    /// Requests in flight, per instance.
    pub concurrency: u32,
    pub quotas: Vec<QuotaView>,
}

/// The limits of the caller, and what is left of them.
///
/// # Errors
/// `permission_denied`.
#[tracing::instrument(name = "limits.own", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn own(app: &App, ctx: &Ctx) -> Result<LimitsView, Error> {
    ctx.require(Permission::UsageRead)?;

    let ask = ctx.rate_ask(1);
    let standings = app.rates.standing(&ask);
    let quotas = quotas(app, ctx).await?;
    let PerPolicy { tenant, credential } = ask.rules.zip(standings);
    let chain = of_tenant(&ctx.tenant, ctx.at);
    let keys = ctx.key_rate.map(|rate| of_key(rate, ask.rules.tenant));
    Ok(LimitsView {
        mode: app.rates.mode(),
        credential: policy(credential, chain.iter().cloned().chain(keys).collect()),
        tenant: policy(tenant, chain),
        concurrency: ctx.limits().concurrency,
        quotas,
    })
}

/// The last level that says the rule in force; some other said the same before.
fn policy((rule, standing): (RateRule, Standing), chain: Vec<Link>) -> PolicyView {
    let source = chain.iter().rev().find(|link| link.rule == rule).map_or(Level::Plan, |link| link.level);
    PolicyView { rule, standing, source, chain }
}

fn of_tenant(tenant: &Tenant, now: Timestamp) -> Vec<Link> {
    let plan = tenant.plan_limits();
    let mut chain = vec![Link {
        level: Level::Plan,
        rule: RateRule { quota: plan.requests_per_minute, burst: plan.burst },
        reason: None,
        expires_at: None,
    }];
    let Overrides { requests_per_minute, burst, reason, expires_at, .. } = tenant.overrides();
    if (requests_per_minute.is_some() || burst.is_some()) && tenant.overrides().in_force(now) {
        let limits = tenant.limits(now);
        chain.push(Link {
            level: Level::Override,
            rule: RateRule { quota: limits.requests_per_minute, burst: limits.burst },
            reason: reason.as_ref().map(|reason| reason.as_str().to_owned()),
            expires_at: *expires_at,
        });
    }
    chain
}

fn of_key(rate: KeyRate, tenant: RateRule) -> Link {
    Link { level: Level::Key, rule: tenant.of_key(rate), reason: None, expires_at: None }
}

async fn quotas(app: &App, ctx: &Ctx) -> Result<Vec<QuotaView>, Error> {
    let (limits, month) = (ctx.limits(), business_date(&ctx.tenant, ctx.at)?.period());
    let used = app.quotas.used(ctx.scope(), month).await?;
    let lasting = |limit, max, current| QuotaView { limit, max, current, resets_at: None };
    Ok(vec![
        QuotaView {
            limit: "orders_per_month",
            max: limits.orders_per_month,
            current: used.orders,
            resets_at: start_of_day(&ctx.tenant, month.next_start()).ok(),
        },
        lasting("customers", limits.customers, used.customers),
        lasting("users", limits.users, used.users),
        lasting("api_keys", limits.api_keys, used.api_keys),
    ])
}
