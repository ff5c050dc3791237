//! How a key is written into an answer that may be kept: pure, so that the same key gives the same bytes.

use orderbase_application::changeset::KeptAnswer;
use orderbase_application::keys::{KeyCreated, KeyRotated};
use orderbase_application::views::KeyView;

use crate::dto::api_key::ApiKeyBody;
use crate::respond;

/// 201 with the new key and its text.
pub(super) fn created(created: &KeyCreated) -> KeptAnswer {
    let location = format!("/api/v1/api-keys/{}", created.key.id);
    respond::showing_credential(respond::created(location, created.key.version, &ApiKeyBody::created(created)))
}

/// 200 with the key and its new text.
pub(super) fn rotated(rotated: &KeyRotated) -> KeptAnswer {
    respond::showing_credential(respond::ok(rotated.key.version, &ApiKeyBody::rotated(rotated)))
}

/// 200 with the key after the command.
pub(super) fn changed(view: &KeyView) -> KeptAnswer {
    respond::ok(view.version, &ApiKeyBody::changed(view))
}
