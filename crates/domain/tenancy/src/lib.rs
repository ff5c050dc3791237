#![doc = include_str!("../README.md")]

mod base62;
mod key;
mod password;
mod permission;
mod permission_set;
mod plan;
mod role;
mod session;
mod settings;
mod tenant;
mod texts;
mod ticket;
mod token;
mod user;

pub use key::{
    ApiKey, ApiKeyError, ApiKeyEvent, ApiKeyEventKind, ApiKeyIssued, ApiKeyParts, ApiKeyText, CreateApiKey,
    IP_ALLOWLIST_MAX, KeyHash, KeyRate, KeySecret, MalformedKey, OVERLAP_SECS_DEFAULT, OVERLAP_SECS_MAX, PepperId,
    PepperedHash, UpdateApiKey,
};
pub use password::Password;
pub use permission::Permission;
pub use permission_set::PermissionSet;
pub use plan::{Limits, Overrides, PlanCode};
pub use role::Role;
pub use session::{BeginSession, RefreshRules, Refreshed, Session, SessionClient, SessionError, SessionParts};
pub use settings::{FIRST_ORDER_NUMBER_DEFAULT, Settings};
pub use tenant::{
    Access, ChangeSettings, CreateTenant, Mode, PURGE_DELAY_MILLIS, Suspension, Tenant, TenantCommand, TenantCreated,
    TenantError, TenantEvent, TenantEventKind, TenantParts, TenantStatus, UpdateTenant,
};
pub use texts::{OrderPrefix, Reason, Slug, TimeZoneName};
pub use ticket::{Ticket, TicketPurpose};
pub use token::{MalformedToken, RefreshTokenText, TicketText, TokenHash};
pub use user::{
    Acting, InviteUser, UpdateUser, User, UserError, UserEvent, UserEventKind, UserInvited, UserParts, UserStatus,
};
