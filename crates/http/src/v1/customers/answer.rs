//! How a customer is written into an answer that may be kept: pure, so that the same customer gives the same bytes.

use orderbase_application::changeset::KeptAnswer;
use orderbase_application::views::CustomerView;

use crate::dto::customer::CustomerBody;
use crate::respond;

/// 201 with the new customer.
pub(super) fn created(view: &CustomerView) -> KeptAnswer {
    respond::created(format!("/api/v1/customers/{}", view.id), view.version, &CustomerBody::from(view))
}

/// 200 with the customer after the command.
pub(super) fn changed(view: &CustomerView) -> KeptAnswer {
    respond::ok(view.version, &CustomerBody::from(view))
}
