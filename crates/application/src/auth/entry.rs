//! Rows of the audit log for what people do to their sessions and passwords.

use std::borrow::Cow;

use orderbase_kernel::{Actor, TenantId, Timestamp};

use crate::app::App;
use crate::changeset::{AuditEntry, AuditOutcome, AuditTarget};
use crate::client::Client;
use crate::ctx::Ctx;

/// What a row is about: a kind and an id.
pub(crate) type Target = Option<(&'static str, String)>;

/// A row about something that went well, done by somebody who is only just being recognised.
pub(crate) fn entry(
    app: &App,
    tenant_id: TenantId,
    client: &Client,
    actor: Option<Actor>,
    action: &'static str,
    target: Target,
    at: Timestamp,
) -> AuditEntry {
    AuditEntry {
        id: app.ids.next(at),
        tenant_id,
        occurred_at: at,
        actor,
        action: Cow::Borrowed(action),
        target: target.map(|(kind, id)| AuditTarget { kind: Cow::Borrowed(kind), id }),
        outcome: AuditOutcome::Succeeded,
        request_id: client.request_id.clone(),
        network: Some(client.network),
        detail: None,
    }
}

/// A row about something that the caller did.
pub(crate) fn entry_of(app: &App, ctx: &Ctx, action: &'static str, target: Target, at: Timestamp) -> AuditEntry {
    AuditEntry {
        id: app.ids.next(at),
        tenant_id: ctx.tenant.id(),
        occurred_at: at,
        actor: Some(ctx.actor.clone()),
        action: Cow::Borrowed(action),
        target: target.map(|(kind, id)| AuditTarget { kind: Cow::Borrowed(kind), id }),
        outcome: AuditOutcome::Succeeded,
        request_id: ctx.request_id.clone(),
        network: ctx.network,
        detail: None,
    }
}
