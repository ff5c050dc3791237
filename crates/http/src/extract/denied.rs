//! Notes who was refused what (security.md rule 50). The buffer behind bounds them, nothing is looked up for them, and no request waits.

use std::borrow::Cow;

use orderbase_application::changeset::{AuditEntry, AuditOutcome, AuditTarget};
use orderbase_application::{App, Client};
use orderbase_kernel::{Actor, TenantId, Timestamp};

/// Who was refused, and when.
pub(super) struct Denied {
    pub tenant_id: TenantId,
    pub actor: Actor,
    pub at: Timestamp,
}

/// A row of the tenant's audit log, which names the operation and never what it was asked with.
pub(super) fn note(app: &App, operation: &'static str, client: &Client, denied: Denied) {
    let Denied { tenant_id, actor, at } = denied;
    app.audit_notes.note(AuditEntry {
        id: app.ids.next(at),
        tenant_id,
        occurred_at: at,
        actor: Some(actor),
        action: Cow::Borrowed("access.denied"),
        target: Some(AuditTarget { kind: Cow::Borrowed(operation), id: String::new() }),
        outcome: AuditOutcome::Denied,
        request_id: client.request_id.clone(),
        network: Some(client.network),
        detail: None,
    });
}
