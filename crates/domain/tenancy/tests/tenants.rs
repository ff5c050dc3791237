//! PT15 and the other rules of a tenant: every state against every command, access by the clock, limits, broken rows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use orderbase_kernel::{Currency, Name, Patch, TenantId, Timestamp, Uuid, Version};
use orderbase_tenancy::{
    Access, ChangeSettings, CreateTenant, Mode, OrderPrefix, Overrides, PURGE_DELAY_MILLIS, PlanCode, Reason, Settings,
    Slug, Suspension, Tenant, TenantCommand, TenantError, TenantEvent, TenantParts, TenantStatus, TimeZoneName,
    UpdateTenant,
};
use proptest::prelude::*;

/// 2026-01-15T12:00:00Z plus `millis`.
fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_768_478_400_000 + millis).unwrap()
}

fn reason() -> Reason {
    Reason::parse("unpaid").unwrap()
}

fn creating(trial_ends_at: Option<Timestamp>, mode: Mode) -> CreateTenant {
    CreateTenant {
        id: TenantId::lowest_at(at(0)),
        name: Name::parse("Acme").unwrap(),
        slug: Slug::parse("acme").unwrap(),
        mode,
        plan: PlanCode::Pro,
        trial_ends_at,
        settings: Settings::default(),
    }
}

fn tenant_in(status: TenantStatus) -> Tenant {
    let trial = (status == TenantStatus::Trial).then(|| at(10_000));
    let (mut tenant, _) = Tenant::create(creating(trial, Mode::Live)).unwrap();
    match status {
        TenantStatus::Trial | TenantStatus::Active => {}
        TenantStatus::Suspended => drop(tenant.suspend(reason(), at(1)).unwrap().unwrap()),
        TenantStatus::Closed => drop(tenant.close(at(1)).unwrap().unwrap()),
    }
    assert_eq!(tenant.status(), status);
    tenant
}

fn run(tenant: &mut Tenant, command: TenantCommand, at: Timestamp) -> Result<Option<TenantEvent>, TenantError> {
    match command {
        TenantCommand::Activate => tenant.activate(at),
        TenantCommand::Suspend => tenant.suspend(reason(), at),
        TenantCommand::Close => tenant.close(at),
        TenantCommand::Update => {
            tenant.update(UpdateTenant { plan: Some(PlanCode::Free), ..UpdateTenant::default() }, at)
        }
        TenantCommand::SetLimits => tenant.set_overrides(Overrides { customers: Some(7), ..Overrides::default() }, at),
        TenantCommand::ChangeSettings => tenant.change_settings(
            ChangeSettings { name: Some(Name::parse("New").unwrap()), ..ChangeSettings::default() },
            at,
        ),
        TenantCommand::Purge => tenant.purge(at),
    }
}

/// The table of the specification, written once more: the state after, or nothing.
fn table(from: TenantStatus, command: TenantCommand) -> Option<TenantStatus> {
    use TenantStatus::{Active, Closed, Suspended};
    match (from, command) {
        (Closed, TenantCommand::Close | TenantCommand::Purge) => Some(Closed),
        (Closed, _) | (_, TenantCommand::Purge) => None,
        (_, TenantCommand::Activate) => Some(Active),
        (_, TenantCommand::Suspend) => Some(Suspended),
        (_, TenantCommand::Close) => Some(Closed),
        (same, TenantCommand::Update | TenantCommand::SetLimits | TenantCommand::ChangeSettings) => Some(same),
    }
}

/// PT15
#[test]
fn every_state_meets_every_command() {
    for from in TenantStatus::ALL {
        for command in TenantCommand::ALL {
            let before = tenant_in(from);
            let mut tenant = before.clone();
            let outcome = run(&mut tenant, command, at(PURGE_DELAY_MILLIS + 50));
            match table(from, command) {
                Some(target) => {
                    assert_eq!(tenant.status(), target, "{from} {command}");
                    let edit = matches!(
                        command,
                        TenantCommand::Update
                            | TenantCommand::SetLimits
                            | TenantCommand::ChangeSettings
                            | TenantCommand::Purge
                    );
                    assert_eq!(outcome.unwrap().is_some(), edit || target != from, "{from} {command}");
                    let after = tenant.clone();
                    assert_eq!(
                        run(&mut tenant, command, at(PURGE_DELAY_MILLIS + 60)),
                        Ok(None),
                        "a repeat: {from} {command}"
                    );
                    assert_eq!(tenant, after);
                }
                None => {
                    let allowed = from.allowed_commands();
                    assert_eq!(outcome, Err(TenantError::InvalidTransition { from, attempted: command, allowed }));
                    assert_eq!(tenant, before);
                }
            }
        }
    }
}

#[test]
fn allowed_commands_are_those_that_can_have_an_effect() {
    for from in TenantStatus::ALL {
        for command in TenantCommand::ALL {
            let effect = matches!(run(&mut tenant_in(from), command, at(PURGE_DELAY_MILLIS + 50)), Ok(Some(_)));
            assert_eq!(from.allowed_commands().contains(&command), effect, "{from} {command}");
        }
    }
}

proptest! {
    /// PT15, PT7, PT8 for tenants
    #[test]
    fn any_history_keeps_the_rules(
        trial in proptest::option::of(0_i64..20_000),
        history in proptest::collection::vec((
            proptest::sample::select(TenantCommand::ALL.to_vec()),
            prop_oneof![4 => -500_i64..2_000, 1 => Just(PURGE_DELAY_MILLIS)],
        ), 1..20),
    ) {
        let (mut tenant, created) = Tenant::create(creating(trial.map(at), Mode::Live)).unwrap();
        prop_assert_eq!(tenant.id().timestamp(), Some(tenant.created_at()));
        let (mut events, mut clock) = (vec![created], 0);
        for (command, passed) in history {
            clock += passed;
            let before = tenant.clone();
            match run(&mut tenant, command, at(clock)) {
                Ok(Some(event)) => {
                    prop_assert_eq!(Some(tenant.status()), table(before.status(), command));
                    prop_assert_eq!((event.sequence, event.occurred_at), (before.version().next(), at(clock).max(before.updated_at())));
                    prop_assert!(!event.changed().is_empty());
                    events.push(event);
                }
                Ok(None) => prop_assert_eq!(&tenant, &before),
                Err(TenantError::PurgeTooEarly { purge_after }) => {
                    prop_assert!(at(clock) < purge_after);
                    prop_assert_eq!(&tenant, &before);
                }
                Err(_) => {
                    prop_assert_eq!(table(before.status(), command), None);
                    prop_assert_eq!(&tenant, &before);
                }
            }
            prop_assert_eq!((tenant.mode(), tenant.created_at()), (before.mode(), before.created_at()));
            prop_assert!(tenant.slug() == before.slug() || tenant.purged_at().is_some());
            prop_assert_eq!(Tenant::from_events(&events), Ok(tenant.clone()));
            prop_assert_eq!(Tenant::rehydrate(tenant.to_parts()), Ok(tenant.clone()));
            // Writable exactly when active or on a running trial.
            let running = trial.is_some_and(|end| clock < end);
            let writable = match tenant.status() {
                TenantStatus::Active => true,
                TenantStatus::Trial => running,
                TenantStatus::Suspended | TenantStatus::Closed => false,
            };
            prop_assert_eq!(tenant.access(at(clock)) == Access::Writable, writable);
        }
    }
}

#[test]
fn a_trial_ends_by_the_clock() {
    let tenant = tenant_in(TenantStatus::Trial);
    let cases = [(9_999, Access::Writable), (10_000, Access::TrialExpired), (99_999, Access::TrialExpired)];
    for (millis, access) in cases {
        assert_eq!(tenant.access(at(millis)), access);
    }
    assert_eq!(tenant_in(TenantStatus::Suspended).access(at(5)), Access::Suspended);
    assert_eq!(tenant_in(TenantStatus::Closed).access(at(5)), Access::Closed);
    let mut longer = tenant.clone();
    let update = UpdateTenant { trial_ends_at: Patch::Set(at(20_000)), ..UpdateTenant::default() };
    assert_eq!(longer.update(update, at(5)).unwrap().unwrap().event_type(), "tenant.updated");
    assert_eq!(longer.access(at(15_000)), Access::Writable);
    let endless = UpdateTenant { trial_ends_at: Patch::Clear, ..UpdateTenant::default() };
    assert_eq!(longer.update(endless, at(5)), Err(TenantError::TrialNeedsEnd));
}

#[test]
fn closing_sets_the_day_of_erasure_and_keeps_why_it_was_suspended() {
    let mut tenant = tenant_in(TenantStatus::Suspended);
    tenant.close(at(7)).unwrap();
    assert_eq!((tenant.closed_at(), tenant.purge_after()), (Some(at(7)), Some(at(7 + PURGE_DELAY_MILLIS))));
    assert_eq!(tenant.suspension(), Some(&Suspension { at: at(1), reason: reason() }));
    let mut tenant = tenant_in(TenantStatus::Suspended);
    tenant.activate(at(7)).unwrap();
    assert_eq!(tenant.suspension(), None);
}

#[test]
fn a_purge_waits_for_its_day_and_leaves_no_name() {
    let mut tenant = tenant_in(TenantStatus::Suspended);
    let settings = Settings::try_new(
        TimeZoneName::parse("Europe/Berlin").unwrap(),
        vec![Currency::Eur],
        Currency::Eur,
        OrderPrefix::parse("ACME-").unwrap(),
        7,
    );
    let renamed = ChangeSettings { settings: Some(settings.unwrap()), ..ChangeSettings::default() };
    tenant.change_settings(renamed, at(2)).unwrap().unwrap();
    tenant.set_overrides(Overrides { users: Some(7), reason: Some(reason()), ..Overrides::default() }, at(3)).unwrap();
    tenant.close(at(7)).unwrap();
    let purge_after = at(7 + PURGE_DELAY_MILLIS);
    let early = tenant.purge(at(6 + PURGE_DELAY_MILLIS));
    assert_eq!(early, Err(TenantError::PurgeTooEarly { purge_after }));

    let event = tenant.purge(purge_after).unwrap().unwrap();

    assert_eq!((event.event_type(), tenant.purged_at()), ("tenant.purged", Some(purge_after)));
    assert_eq!((tenant.name().as_str(), tenant.slug()), (Name::PURGED, &Slug::purged(tenant.id())));
    assert_eq!(Slug::parse(tenant.slug().as_str()).as_ref(), Ok(tenant.slug()));
    assert_eq!((tenant.suspension(), tenant.overrides()), (None, &Overrides::default()));
    assert_eq!((tenant.settings(), tenant.status()), (&Settings::default(), TenantStatus::Closed));
    assert_eq!(tenant.purge(at(9 + PURGE_DELAY_MILLIS)), Ok(None));
}

#[test]
fn limits_are_plan_then_mode_then_overrides() {
    let (mut tenant, _) = Tenant::create(creating(None, Mode::Sandbox)).unwrap();
    let rate = |tenant: &Tenant, millis| {
        let limits = tenant.limits(at(millis));
        (limits.requests_per_minute, limits.burst, limits.customers)
    };
    assert_eq!(rate(&tenant, 1), (150, 25, 50_000));
    let grant = Overrides {
        requests_per_minute: Some(601),
        customers: Some(9),
        expires_at: Some(at(100)),
        reason: Some(reason()),
        ..Overrides::default()
    };
    let event = tenant.set_overrides(grant.clone(), at(2)).unwrap().unwrap();
    assert_eq!((event.event_type(), event.changed().join(",").as_str()), ("tenant.limits_changed", "overrides"));
    assert_eq!(rate(&tenant, 99), (601, 25, 9));
    assert_eq!(rate(&tenant, 100), (150, 25, 50_000));
    assert_eq!(tenant.set_overrides(grant, at(3)), Ok(None));
    let burst = Overrides { burst: Some(151), ..Overrides::default() };
    assert_eq!(tenant.set_overrides(burst, at(4)), Err(TenantError::BurstAboveRate));
    let update = UpdateTenant { plan: Some(PlanCode::Enterprise), ..UpdateTenant::default() };
    assert_eq!(tenant.update(update, at(5)).unwrap().unwrap().event_type(), "tenant.plan_changed");
    assert_eq!(rate(&tenant, 100), (1_500, 250, 5_000_000));
}

#[test]
fn numbering_is_frozen_by_the_first_order() {
    let settings = |zone: &str, prefix: &str, first| {
        let (zone, prefix) = (TimeZoneName::parse(zone).unwrap(), OrderPrefix::parse(prefix).unwrap());
        Settings::try_new(zone, vec![Currency::Eur], Currency::Eur, prefix, first).unwrap()
    };
    let mut tenant = tenant_in(TenantStatus::Active);
    let change = |settings, has_orders| ChangeSettings { name: None, settings: Some(settings), has_orders };
    let event = tenant.change_settings(change(settings("Europe/Berlin", "AC-", 5), false), at(1)).unwrap().unwrap();
    assert_eq!(
        event.changed(),
        [
            "settings.time_zone",
            "settings.allowed_currencies",
            "settings.default_currency",
            "settings.order_prefix",
            "settings.first_order_number"
        ]
    );
    for frozen in [settings("UTC", "AX-", 5), settings("UTC", "AC-", 6)] {
        assert_eq!(tenant.change_settings(change(frozen, true), at(2)), Err(TenantError::NumberingFrozen));
    }
    let event = tenant.change_settings(change(settings("UTC", "AC-", 5), true), at(3)).unwrap().unwrap();
    assert_eq!(
        (event.event_type(), event.changed().join(",").as_str()),
        ("tenant.settings_changed", "settings.time_zone")
    );
}

#[test]
fn an_id_without_time_creates_nothing() {
    let command = CreateTenant { id: TenantId::from_uuid(Uuid::nil()), ..creating(None, Mode::Live) };
    assert_eq!(Tenant::create(command).unwrap_err(), TenantError::NotV7);
    let command = CreateTenant { slug: Slug::parse("purged-acme").unwrap(), ..creating(None, Mode::Live) };
    assert_eq!(Tenant::create(command).unwrap_err(), TenantError::ReservedSlug);
}

type Spoil = fn(&mut TenantParts);

#[test]
fn broken_rows_are_corrupt() {
    use TenantStatus::{Active, Closed, Suspended, Trial};
    let cases: [(TenantStatus, Spoil, &str); 14] = [
        (Active, |p| p.created_at = at(1), "created_at is the time in the id"),
        (Active, |p| p.updated_at = at(-1), "updated_at is not before created_at"),
        (Trial, |p| p.trial_ends_at = None, "a trial has an end"),
        (Active, |p| p.closed_at = Some(at(0)), "closed_at is present exactly when closed"),
        (Closed, |p| p.closed_at = None, "closed_at is present exactly when closed"),
        (Closed, |p| p.purge_after = None, "purge_after is present exactly when closed"),
        (Suspended, |p| p.suspension = None, "a suspension is present while suspended, and kept only by closing"),
        (Suspended, |p| p.status = Active, "a suspension is present while suspended, and kept only by closing"),
        (Closed, |p| p.closed_at = Some(at(2)), "closed_at lies between the first and the last event"),
        (
            Suspended,
            |p| p.suspension.as_mut().unwrap().at = at(2),
            "the suspension lies between the first and the last event",
        ),
        (Active, |p| p.purged_at = Some(at(0)), "nothing is purged before its day"),
        (Closed, |p| p.purged_at = Some(at(PURGE_DELAY_MILLIS)), "nothing is purged before its day"),
        (
            Closed,
            |p| p.purged_at = Some(at(1 + PURGE_DELAY_MILLIS)),
            "purged_at lies between the first and the last event",
        ),
        (Active, |p| p.overrides.burst = Some(0), "overrides lie within their bounds"),
    ];
    for (status, spoil, rule) in cases {
        let mut parts = tenant_in(status).to_parts();
        assert!(Tenant::rehydrate(parts.clone()).is_ok());
        spoil(&mut parts);
        assert_eq!(Tenant::rehydrate(parts).unwrap_err().rule, rule, "{status}");
    }
    assert_eq!(tenant_in(Active).version(), Version::FIRST);
}
