//! The examples of people, keys and tenants are what the server takes and gives.

use std::borrow::Cow;

use orderbase_application::changeset::{AuditEntry, AuditOutcome, AuditTarget};
use orderbase_application::tenants::TenantLimits;
use orderbase_application::views::KeyView;
use orderbase_kernel::{
    Actor, ApiKeyId, Currency, Email, EventId, Name, Network, RequestId, TenantId, Timestamp, UserId, Version,
};
use orderbase_tenancy::{
    Acting, CreateTenant, InviteUser, KeyRate, Mode, OrderPrefix, Overrides, Permission, PermissionSet, PlanCode,
    Reason, Role, Settings, Slug, Tenant, TimeZoneName, User,
};
use serde::Serialize;
use serde_json::Value;

use super::examples::is_read;
use crate::dto::api_key::{ApiKeyBody, CreateApiKeyBody, RotateApiKeyBody, UpdateApiKeyBody};
use crate::dto::audit::AuditEntryBody;
use crate::dto::examples;
use crate::dto::platform::{
    CreateTenantBody, InviteOwnerBody, PlatformTenantBody, ReasonBody, SetLimitsBody, TenantLimitsBody,
    UpdatePlatformTenantBody,
};
use crate::dto::settings::{CloseTenantBody, UpdateTenantBody};
use crate::dto::tenant::TenantBody;
use crate::dto::user::{InvitationBody, InviteBody, UpdateUserBody, UserBody};

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn written(body: impl Serialize) -> Value {
    serde_json::to_value(body).unwrap()
}

#[test]
fn request_examples_are_taken() {
    is_read::<InviteBody>(&examples::invite());
    is_read::<UpdateUserBody>(&examples::update_user());
    is_read::<CreateApiKeyBody>(&examples::create_api_key());
    is_read::<UpdateApiKeyBody>(&examples::update_api_key());
    is_read::<RotateApiKeyBody>(&examples::rotate_api_key());
    is_read::<UpdateTenantBody>(&examples::update_tenant());
    is_read::<CloseTenantBody>(&examples::close_tenant());
    is_read::<CreateTenantBody>(&examples::create_tenant());
    is_read::<UpdatePlatformTenantBody>(&examples::update_platform_tenant());
    is_read::<ReasonBody>(&examples::operator_reason());
    is_read::<InviteOwnerBody>(&examples::invite_owner());
    is_read::<SetLimitsBody>(&examples::set_limits());
}

fn invited(id: &str, email: &str, role: Role) -> User {
    let (id, tenant_id) =
        (UserId::parse(id).unwrap(), TenantId::parse("01980000-0000-7000-8000-000000000001").unwrap());
    User::invite(InviteUser { id, tenant_id, email: Email::parse(email).unwrap(), role, by: Acting::OPERATOR })
        .unwrap()
        .0
}

#[test]
fn people() {
    let mut grace = invited("01980000-0000-7000-8000-0000000000d1", "grace@example.com", Role::Member);
    grace.join(Name::parse("Grace Hopper").unwrap(), at("2025-07-12T19:00:00Z")).unwrap();
    assert_eq!(written(UserBody::from(&grace)), examples::user());
    grace.disable(&Acting::OPERATOR, at("2025-07-12T19:05:00Z")).unwrap();
    assert_eq!(written(UserBody::from(&grace)), examples::disabled_user());

    let mut linus = invited("01980000-0000-7000-8000-0000000000d2", "linus@example.com", Role::Viewer);
    assert_eq!(written(InvitationBody::from(&linus)), examples::invitation());
    linus.disable(&Acting::OPERATOR, at("2025-07-12T19:00:00Z")).unwrap();
    assert_eq!(written(InvitationBody::from(&linus)), examples::revoked_invitation());
}

#[test]
fn keys() {
    let id = ApiKeyId::parse("01980000-0000-7000-8000-0000000000f1").unwrap();
    let created_at = id.timestamp().unwrap();
    let key = KeyView {
        id,
        name: Name::parse("ci").unwrap(),
        scopes: PermissionSet::of(&[Permission::OrdersRead, Permission::OrdersWrite]),
        hint: "ob_live_3fA9".to_owned(),
        expires_at: None,
        rate_limit: Some(KeyRate::try_new(60).unwrap()),
        ip_allowlist: vec![Network::parse("192.0.2.0/24").unwrap()],
        revoked_at: None,
        created_at,
        updated_at: created_at,
        version: Version::FIRST,
    };
    assert_eq!(written(ApiKeyBody::new(&key, created_at)), examples::api_key());
    let ended = at("2025-07-12T19:00:00Z");
    let key = KeyView { revoked_at: Some(ended), updated_at: ended, version: Version::FIRST.next(), ..key };
    assert_eq!(written(ApiKeyBody::new(&key, ended)), examples::revoked_api_key());
    assert_eq!(written(ApiKeyBody::changed(&key)), examples::revoked_api_key());
}

#[test]
fn the_audit_log() {
    let entry = AuditEntry {
        id: EventId::parse("01980000-0000-7000-8000-0000000000e3").unwrap().uuid(),
        tenant_id: TenantId::parse("01980000-0000-7000-8000-000000000001").unwrap(),
        occurred_at: at("2025-07-12T19:00:00Z"),
        actor: Some(Actor::User(UserId::parse("01980000-0000-7000-8000-0000000000d1").unwrap())),
        action: Cow::Borrowed("auth.signed_in"),
        target: Some(AuditTarget {
            kind: Cow::Borrowed("session"),
            id: "01980000-0000-7000-8000-0000000000d3".to_owned(),
        }),
        outcome: AuditOutcome::Succeeded,
        request_id: RequestId::parse("01980000-0000-7000-8000-000000000002").unwrap(),
        network: Some("192.0.2.7".parse().unwrap()),
        detail: None,
    };
    assert_eq!(written(AuditEntryBody::from(&entry)), examples::audit_entry());
}

fn acme() -> Tenant {
    let zone = TimeZoneName::parse("Europe/Berlin").unwrap();
    let currencies = vec![Currency::Eur, Currency::Usd];
    let prefix = OrderPrefix::parse("AC-").unwrap();
    let (tenant, _) = Tenant::create(CreateTenant {
        id: TenantId::parse("01980000-0000-7000-8000-000000000001").unwrap(),
        name: Name::parse("Acme").unwrap(),
        slug: Slug::parse("acme").unwrap(),
        mode: Mode::Live,
        plan: PlanCode::Pro,
        trial_ends_at: None,
        settings: Settings::try_new(zone, currencies, Currency::Eur, prefix, 1_001).unwrap(),
    })
    .unwrap();
    tenant
}

#[test]
fn tenants() {
    let (tenant, later) = (acme(), at("2025-07-12T19:00:00Z"));
    assert_eq!(written(PlatformTenantBody::from(&tenant)), examples::platform_tenant());
    let mut suspended = tenant.clone();
    suspended.suspend(Reason::parse("Contract 7.").unwrap(), later).unwrap();
    assert_eq!(written(PlatformTenantBody::from(&suspended)), examples::suspended_platform_tenant());
    let mut closed = tenant.clone();
    closed.close(later).unwrap();
    assert_eq!(written(PlatformTenantBody::from(&closed)), examples::closed_platform_tenant());
    assert_eq!(written(TenantBody::new(&closed, later)), examples::closed_tenant());

    let mut granted = tenant;
    let overrides = Overrides {
        users: Some(50),
        reason: Some(Reason::parse("Contract 7.").unwrap()),
        expires_at: Some(at("2026-07-12T00:00:00Z")),
        ..Overrides::default()
    };
    granted.set_overrides(overrides, later).unwrap();
    assert_eq!(written(TenantLimitsBody::from(&TenantLimits::of(&granted, later))), examples::tenant_limits());
}
