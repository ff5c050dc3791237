//! How an invitation is written into an answer that may be kept: pure, so that the same invitation gives the same bytes.

use orderbase_application::changeset::KeptAnswer;
use orderbase_application::users::TicketIssued;
use orderbase_tenancy::User;

use crate::dto::user::InvitationBody;
use crate::respond;

/// 201 with the new invitation and its token.
pub(super) fn created(issued: &TicketIssued) -> KeptAnswer {
    let (id, version) = (issued.user.id(), issued.user.version());
    let location = format!("/api/v1/invitations/{id}");
    respond::showing_credential(respond::created(location, version, &InvitationBody::from(issued)))
}

/// 200 with the invitation after the command.
pub(super) fn changed(user: &User) -> KeptAnswer {
    respond::ok(user.version(), &InvitationBody::from(user))
}
