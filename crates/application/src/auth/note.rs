//! Notes sign-ins that failed. Nothing waits for it, and it holds no e-mail: what was typed may be a password.

use orderbase_kernel::{TenantId, Timestamp};

use super::entry::entry;
use crate::app::App;
use crate::changeset::{AuditEntry, AuditOutcome};
use crate::client::Client;
use crate::ports::Account;

/// Counts the failure and, where the tenant exists, notes it. The hundredth in a row is an alarm.
pub(crate) async fn denied_sign_in(
    app: &App,
    client: &Client,
    account_name: &str,
    found: Option<(TenantId, Option<&Account>)>,
    at: Timestamp,
) {
    let is_alarm = app.throttles.failed(account_name).await;
    let Some((tenant_id, account)) = found else { return };
    let target = account.map(|account| ("user", account.user.id().to_string()));
    let action = if is_alarm { "auth.guessing_suspected" } else { "auth.sign_in_failed" };
    if is_alarm {
        tracing::warn!(tenant.id = %tenant_id, "auth.guessing_suspected: 100 failed sign-ins in a row on one account");
    }
    let row = entry(app, tenant_id, client, None, action, target, at);
    app.audit_notes.note(AuditEntry { outcome: AuditOutcome::Failed, ..row });
}
