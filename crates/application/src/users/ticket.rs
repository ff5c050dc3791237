//! Tickets that are handed out: shown once, kept as a digest.

use orderbase_kernel::{Timestamp, UserId};
use orderbase_tenancy::{Ticket, TicketPurpose, TicketText, User};

use crate::app::App;
use crate::changeset::Record;
use crate::ctx::Ctx;

/// A user with a ticket of its own, which is shown now and never again.
#[derive(Clone, Debug)]
pub struct TicketIssued {
    pub user: User,
    /// Prints nothing by itself: [`TicketText::expose`] gives it.
    pub text: TicketText,
    pub expires_at: Timestamp,
}

/// A new ticket and the record that replaces earlier ones of its purpose.
pub(crate) fn issue(
    app: &App,
    ctx: &Ctx,
    user_id: UserId,
    purpose: TicketPurpose,
    at: Timestamp,
) -> (TicketText, Timestamp, Record) {
    let tenant_id = ctx.tenant.id();
    let text = TicketText::generate(tenant_id, |bytes| app.digests.fill_random(bytes));
    let ticket = Ticket::issue(app.digests.token_hash(text.expose()), tenant_id, user_id, purpose, at);
    (text, ticket.expires_at, Record::Ticket(ticket))
}
