//! The bodies of `PATCH /tenant` (a merge patch, RFC 7396) and `POST /tenant/close`.

use orderbase_application::tenants::{CloseTenant, PatchSettings, SettingsPatch};
use orderbase_kernel::{Bound, Currency, Invalid, InvalidCode, MONEY_MINOR_MAX, Name};
use orderbase_tenancy::{OrderPrefix, Reason, TimeZoneName};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::bounds::{self, wide};
use crate::extract::json::{self, Object};
use crate::extract::{Faults, FromJson};

/// Characters of the longest slug.
const SLUG_MAX: usize = 40;
/// Entries of a list of currencies; one given twice counts once.
const CURRENCIES_MAX: usize = 4;

/// What shall change. Absent members stay as they are, those of the settings too; none may be null.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdateTenant)]
pub struct UpdateTenantBody {
    #[validate(length(min = wide(Name::MIN), max = wide(Name::MAX)))]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200, pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$")]
    #[serde(default, deserialize_with = "json::present")]
    pub name: Option<String>,
    #[schema(value_type = SettingsInputBody, required = false)]
    #[serde(default, deserialize_with = "json::present")]
    pub settings: Option<Object<SettingsInputBody>>,
}

/// What the tenant chooses.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TenantSettingsInput)]
pub struct SettingsInputBody {
    /// A zone of the IANA time zone database. It dates new orders; those that stand keep their date.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 64, pattern = "^[A-Za-z][A-Za-z0-9_+/-]{0,63}$")]
    #[serde(default, deserialize_with = "json::present")]
    pub time_zone: Option<String>,
    /// A hint for clients: one of the allowed ones, in any case.
    #[schema(value_type = String, required = false, min_length = 3, max_length = 3, pattern = r"^(?:[Uu][Ss][Dd]|[Ee][Uu][Rr]|[Gg][Bb][Pp]|[Aa][Ee][Dd])$")]
    #[serde(default, deserialize_with = "json::present")]
    pub default_currency: Option<String>,
    /// The currencies that new orders may have. Replaces the whole list.
    #[schema(value_type = Vec<super::currency_text::CurrencyText>, required = false, min_items = 1, max_items = 4)]
    #[serde(default, deserialize_with = "json::present")]
    pub allowed_currencies: Option<Vec<String>>,
    /// What stands before an order's number. The first order freezes it.
    #[schema(value_type = String, required = false, max_length = 8, pattern = "^[A-Z0-9-]{0,8}$")]
    #[serde(default, deserialize_with = "json::present")]
    pub order_prefix: Option<String>,
    /// The number of the first order, which freezes it.
    #[schema(value_type = i64, required = false, minimum = 1, maximum = 9007199254740991_i64)]
    #[serde(default, deserialize_with = "json::present_whole")]
    pub first_order_number: Option<i64>,
}

impl FromJson for UpdateTenantBody {
    type Valid = PatchSettings;

    fn validate(self, faults: &mut Faults) -> Option<PatchSettings> {
        let bounds = bounds::of(&self);
        let Self { name, settings } = self;
        let name = faults.optional("name", name, |text| Name::parse(&text));
        let settings = match settings {
            Some(Object(settings)) => faults.member("settings", |faults| settings.read(faults)),
            None => Some(SettingsPatch::default()),
        };
        faults.complete(bounds);
        Some(PatchSettings { name: name?, settings: settings? })
    }
}

impl SettingsInputBody {
    fn read(self, faults: &mut Faults) -> Option<SettingsPatch> {
        let Self { time_zone, default_currency, allowed_currencies, order_prefix, first_order_number } = self;
        let time_zone = faults.optional("time_zone", time_zone, |text| TimeZoneName::parse(&text));
        let default_currency = faults.optional("default_currency", default_currency, |text| Currency::parse(&text));
        let allowed_currencies = match allowed_currencies {
            Some(texts) => currencies(faults, texts).map(Some),
            None => Some(None),
        };
        let order_prefix = faults.optional("order_prefix", order_prefix, |text| OrderPrefix::parse(&text));
        let first_order_number =
            faults.optional("first_order_number", first_order_number, |number| match u64::try_from(number) {
                Ok(number) if (1..=MONEY_MINOR_MAX.unsigned_abs()).contains(&number) => Ok(number),
                _ => Err(Invalid::range(1, MONEY_MINOR_MAX)),
            });
        Some(SettingsPatch {
            time_zone: time_zone?,
            default_currency: default_currency?,
            allowed_currencies: allowed_currencies?,
            order_prefix: order_prefix?,
            first_order_number: first_order_number?,
        })
    }
}

fn currencies(faults: &mut Faults, texts: Vec<String>) -> Option<Vec<Currency>> {
    let bound = Bound::Count { min: 1, max: CURRENCIES_MAX };
    let length = match texts.len() {
        0 => Err(Invalid::new(InvalidCode::TooFew, bound)),
        count if count > CURRENCIES_MAX => Err(Invalid::new(InvalidCode::TooMany, bound)),
        _ => Ok(()),
    };
    faults.read("allowed_currencies", length)?;
    faults.each("allowed_currencies", texts, |faults, text| faults.here(Currency::parse(&text)))
}

/// The owner's wish to close the tenant for good.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CloseTenant)]
pub struct CloseTenantBody {
    /// The tenant's slug, typed again.
    #[validate(length(min = 3, max = wide(SLUG_MAX)))]
    #[schema(min_length = 3, max_length = 40, pattern = "^[a-z][a-z0-9-]{1,38}[a-z0-9]$")]
    pub confirm_slug: String,
    /// Kept in the audit log.
    #[validate(length(min = wide(Reason::MIN), max = wide(Reason::MAX)))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    pub reason: String,
}

impl FromJson for CloseTenantBody {
    type Valid = CloseTenant;

    fn validate(self, faults: &mut Faults) -> Option<CloseTenant> {
        let bounds = bounds::of(&self);
        let Self { confirm_slug, reason } = self;
        let reason = faults.read("reason", Reason::parse(&reason));
        faults.complete(bounds);
        Some(CloseTenant { confirm_slug, reason: reason? })
    }
}
