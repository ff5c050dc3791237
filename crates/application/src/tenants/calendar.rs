//! Days of a tenant's zone. The one place that knows the IANA time zone database.

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use orderbase_kernel::{BusinessDate, InvalidCode, Timestamp};
use orderbase_tenancy::{Settings, Tenant, TimeZoneName};

use crate::error::{Error, Fault};

/// No zone is further than this from UTC, and no jump of a zone across the date line is longer.
const ZONE_MILLIS_MAX: i64 = 26 * 60 * 60 * 1_000;

/// Whether the database has the zone.
pub fn is_time_zone(name: &TimeZoneName) -> bool {
    name.as_str().parse::<Tz>().is_ok()
}

/// # Errors
/// `validation_failed` at the settings' zone if the database does not have it.
pub(super) fn checked_zone(settings: &Settings) -> Result<(), Error> {
    if is_time_zone(settings.time_zone()) {
        return Ok(());
    }
    let detail = "must be a zone of the IANA time zone database, such as Europe/Berlin";
    Err(Error::invalid(Fault::ruled("#/settings/time_zone", InvalidCode::NotOneOf, detail)))
}

/// The day that the instant falls on in the tenant's zone.
///
/// # Errors
/// [`Error::Internal`] if the tenant's zone is not in the database, or the day is outside the years 0001 to 9999.
pub fn business_date(tenant: &Tenant, at: Timestamp) -> Result<BusinessDate, Error> {
    local_date(zone_of(tenant)?, at)
}

/// The first instant of the day in the tenant's zone: midnight, or what the clock shows next where midnight is left out. A day
/// that the zone leaves out begins with the next one.
///
/// # Errors
/// As [`business_date`].
pub fn start_of_day(tenant: &Tenant, date: BusinessDate) -> Result<Timestamp, Error> {
    let zone = zone_of(tenant)?;
    let midnight = Timestamp::from_millis(i64::from(date.days_from_epoch()) * 86_400_000).map_err(Error::internal)?;
    // Dates never fall as time goes on, so the first instant of the date can be bisected. At the beginning of the calendar
    // there is nothing before it.
    let (mut before, mut on) = (midnight.plus_millis(-ZONE_MILLIS_MAX), midnight.plus_millis(2 * ZONE_MILLIS_MAX));
    if local_date(zone, before)? >= date {
        return Ok(before);
    }
    while on.millis() - before.millis() > 1 {
        let middle = before.plus_millis((on.millis() - before.millis()) / 2);
        if local_date(zone, middle)? < date { before = middle } else { on = middle }
    }
    Ok(on)
}

fn zone_of(tenant: &Tenant) -> Result<Tz, Error> {
    tenant.settings().time_zone().as_str().parse().map_err(|_| Error::internal("the tenant's time zone is unknown"))
}

fn local_date(zone: Tz, at: Timestamp) -> Result<BusinessDate, Error> {
    let utc: DateTime<Utc> =
        DateTime::from_timestamp_millis(at.millis()).ok_or_else(|| Error::internal("no such instant"))?;
    let day = utc.with_timezone(&zone).date_naive();
    BusinessDate::from_ymd(day.year(), day.month(), day.day()).map_err(Error::internal)
}
