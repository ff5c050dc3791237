//! Changes single settings of a tenant and keeps the others, as a merge patch wants it.

use orderbase_kernel::{Currency, Invalid, InvalidCode, Name};
use orderbase_tenancy::{OrderPrefix, Permission, Settings, Tenant, TimeZoneName};

use super::update_settings::{UpdateSettings, update_settings};
use crate::app::App;
use crate::conditions::{Conditions, Done, IfMatch};
use crate::ctx::Ctx;
use crate::error::{Error, Fault};
use crate::write::ATTEMPTS_MAX;

/// What shall change; the rest stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatchSettings {
    pub name: Option<Name>,
    pub settings: SettingsPatch,
}

/// Settings of which any may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsPatch {
    pub time_zone: Option<TimeZoneName>,
    pub allowed_currencies: Option<Vec<Currency>>,
    pub default_currency: Option<Currency>,
    pub order_prefix: Option<OrderPrefix>,
    pub first_order_number: Option<u64>,
}

/// As [`update_settings()`], for single settings. They are merged into those that are stored, under the version they were read at:
/// what somebody else changes at the same time is not undone.
///
/// # Errors
/// As [`update_settings()`]; `validation_failed` for a default currency that would not be allowed; `write_conflict`.
#[tracing::instrument(name = "tenants.patch_settings", skip_all, fields(tenant.id = %ctx.tenant.id()))]
pub async fn patch_settings(
    app: &App,
    ctx: &Ctx,
    patch: PatchSettings,
    if_match: &IfMatch,
) -> Result<Done<Tenant>, Error> {
    ctx.require(Permission::TenantWrite)?;

    for _ in 0..ATTEMPTS_MAX {
        let found = app.tenants.get(ctx.tenant.id()).await?;
        let stored = found.ok_or_else(|| Error::internal("a caller without its tenant"))?;
        if_match.check(stored.version())?;

        let settings = Some(patch.settings.over(stored.settings())?);
        let update = UpdateSettings { name: patch.name.clone(), settings };
        let as_read = Conditions { if_match: IfMatch::Versions(vec![stored.version().get()]), once: None };
        match update_settings(app, ctx, update, as_read).await {
            // Somebody else was faster: the next round merges into what they left.
            Err(Error::VersionConflict { .. }) => {}
            done => return done,
        }
    }
    Err(Error::WriteConflict)
}

impl SettingsPatch {
    fn over(&self, stored: &Settings) -> Result<Settings, Error> {
        let Self { time_zone, allowed_currencies, default_currency, order_prefix, first_order_number } = self;
        let merged = Settings::try_new(
            time_zone.as_ref().unwrap_or(stored.time_zone()).clone(),
            allowed_currencies.clone().unwrap_or_else(|| stored.allowed_currencies().to_vec()),
            default_currency.unwrap_or(stored.default_currency()),
            order_prefix.as_ref().unwrap_or(stored.order_prefix()).clone(),
            first_order_number.unwrap_or(stored.first_order_number()),
        );
        merged.map_err(|invalid| Error::invalid(Fault::at(pointer(&invalid), &invalid)))
    }
}

/// Which of the settings a refusal speaks of.
fn pointer(invalid: &Invalid) -> &'static str {
    match invalid.code {
        InvalidCode::TooFew => "#/settings/allowed_currencies",
        InvalidCode::NotOneOf => "#/settings/default_currency",
        _ => "#/settings/first_order_number",
    }
}
