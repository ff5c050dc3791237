//! In every zone each instant has one business date, and the days tile (PT14).

use orderbase_application::tenants::{business_date, is_time_zone, start_of_day};
use orderbase_kernel::{BusinessDate, Currency, Name, TenantId, Timestamp};
use orderbase_tenancy::{CreateTenant, Mode, OrderPrefix, PlanCode, Settings, Slug, Tenant, TimeZoneName};
use proptest::prelude::*;

fn tenant_in(zone: &str) -> Tenant {
    let zone = TimeZoneName::parse(zone).unwrap();
    let created_at = Timestamp::parse("2026-01-15T12:00:00Z").unwrap();
    let (tenant, _) = Tenant::create(CreateTenant {
        id: TenantId::lowest_at(created_at),
        name: Name::parse("Acme").unwrap(),
        slug: Slug::parse("acme").unwrap(),
        mode: Mode::Live,
        plan: PlanCode::Free,
        trial_ends_at: None,
        settings: Settings::try_new(zone, vec![Currency::Usd], Currency::Usd, OrderPrefix::none(), 1).unwrap(),
    })
    .unwrap();
    tenant
}

fn day(text: &str) -> BusinessDate {
    BusinessDate::parse(text).unwrap()
}

fn next(date: BusinessDate) -> BusinessDate {
    BusinessDate::from_days(date.days_from_epoch() + 1).unwrap()
}

fn hours(tenant: &Tenant, date: BusinessDate) -> f64 {
    let (from, to) = (start_of_day(tenant, date).unwrap(), start_of_day(tenant, next(date)).unwrap());
    (to.millis() - from.millis()) as f64 / 3_600_000.0
}

#[test]
fn days_of_other_lengths() {
    for (zone, date, length, begins) in [
        ("UTC", "2026-03-29", 24.0, "2026-03-29T00:00:00.000Z"),
        ("Europe/Berlin", "2026-03-29", 23.0, "2026-03-28T23:00:00.000Z"),
        ("Europe/Berlin", "2026-10-25", 25.0, "2026-10-24T22:00:00.000Z"),
        ("America/New_York", "2026-03-08", 23.0, "2026-03-08T05:00:00.000Z"),
        ("America/New_York", "2026-11-01", 25.0, "2026-11-01T04:00:00.000Z"),
        ("Australia/Lord_Howe", "2026-04-05", 24.5, "2026-04-04T13:00:00.000Z"),
        ("Asia/Kathmandu", "2026-07-01", 24.0, "2026-06-30T18:15:00.000Z"),
        ("Pacific/Kiritimati", "2026-01-01", 24.0, "2025-12-31T10:00:00.000Z"),
        // Midnight is left out: the day begins at 01:00.
        ("Asia/Beirut", "2024-03-31", 23.0, "2024-03-30T22:00:00.000Z"),
        ("America/Santiago", "2024-09-08", 23.0, "2024-09-08T04:00:00.000Z"),
        // Midnight comes twice; the day begins with the first.
        ("America/Havana", "2024-11-03", 25.0, "2024-11-03T04:00:00.000Z"),
        // Samoa left this day out.
        ("Pacific/Apia", "2011-12-30", 0.0, "2011-12-30T10:00:00.000Z"),
        ("Pacific/Apia", "2011-12-31", 24.0, "2011-12-30T10:00:00.000Z"),
    ] {
        let tenant = tenant_in(zone);
        assert_eq!(start_of_day(&tenant, day(date)).unwrap().to_string(), begins, "{zone} {date}");
        assert!((hours(&tenant, day(date)) - length).abs() < f64::EPSILON, "{zone} {date}");
    }
}

#[test]
fn the_ends_of_the_calendar_hold() {
    for zone in ["UTC", "Pacific/Kiritimati", "Etc/GMT+12"] {
        let tenant = tenant_in(zone);
        let _ = business_date(&tenant, Timestamp::MIN);
        let _ = business_date(&tenant, Timestamp::MAX);
        let _ = start_of_day(&tenant, BusinessDate::MIN);
        let _ = start_of_day(&tenant, BusinessDate::MAX);
    }
    let tenant = tenant_in("UTC");
    assert_eq!(business_date(&tenant, Timestamp::MAX).unwrap(), BusinessDate::MAX);
    assert_eq!(start_of_day(&tenant, BusinessDate::MAX).unwrap().to_string(), "9999-12-31T00:00:00.000Z");
    assert_eq!(start_of_day(&tenant, BusinessDate::MIN).unwrap(), Timestamp::MIN);
}

/// From 2020 to 2029 no zone's clock goes back over midnight into the day before and out again, so there every day is one stretch.
#[test]
fn days_tile_in_every_zone() {
    let mut lengths = std::collections::BTreeSet::new();
    for zone in chrono_tz::TZ_VARIANTS {
        assert!(is_time_zone(&TimeZoneName::parse(zone.name()).unwrap()), "{zone}");
        let tenant = tenant_in(zone.name());
        let mut date = day("2023-12-25");
        let mut begins = start_of_day(&tenant, date).unwrap();
        while date < day("2025-01-05") {
            let ends = start_of_day(&tenant, next(date)).unwrap();
            assert!(begins < ends, "{zone} {date}");
            for at in [begins, begins.plus_millis((ends.millis() - begins.millis()) / 2), ends.plus_millis(-1)] {
                assert_eq!(business_date(&tenant, at).unwrap(), date, "{zone} {at}");
            }
            assert!(business_date(&tenant, begins.plus_millis(-1)).unwrap() < date, "{zone} {date}");
            lengths.insert((ends.millis() - begins.millis()) / 60_000);
            (date, begins) = (next(date), ends);
        }
    }
    assert!(lengths.contains(&(23 * 60)) && lengths.contains(&(25 * 60)), "{lengths:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn an_instant_lies_in_its_day(index in 0..chrono_tz::TZ_VARIANTS.len(), millis in 1_577_836_800_000_i64..1_893_456_000_000) {
        let tenant = tenant_in(chrono_tz::TZ_VARIANTS[index].name());
        let at = Timestamp::from_millis(millis).unwrap();
        let date = business_date(&tenant, at).unwrap();
        prop_assert!(start_of_day(&tenant, date).unwrap() <= at);
        prop_assert!(at < start_of_day(&tenant, next(date)).unwrap());
    }
}
