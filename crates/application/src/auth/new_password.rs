//! The rules of a new password (security.md §3), at their place in a body.

use orderbase_kernel::{Invalid, InvalidCode};
use orderbase_tenancy::{Password, Tenant, User};

use crate::app::App;
use crate::error::{Error, Fault, Place};

/// A password that may be set for the user.
///
/// # Errors
/// `validation_failed` at the pointer: too short, too long, or easily guessed.
pub(crate) fn checked(
    app: &App,
    pointer: &'static str,
    text: &str,
    tenant: &Tenant,
    user: &User,
    name: Option<&str>,
) -> Result<Password, Error> {
    let mut hints = vec![user.email().as_str(), tenant.slug().as_str(), tenant.name().as_str()];
    hints.extend(name.or(user.name().map(|name| name.as_str())));
    chosen(app, pointer, text, &hints)
}

/// The same for whoever the hints describe.
///
/// # Errors
/// As [`checked`].
pub(crate) fn chosen(app: &App, pointer: &'static str, text: &str, hints: &[&str]) -> Result<Password, Error> {
    let at = |invalid: &Invalid| Error::invalid(Fault::new(Place::Pointer(pointer.to_owned()), invalid));
    let password = Password::parse(text).map_err(|invalid| at(&invalid))?;
    if app.passwords.is_common(&password, hints) {
        return Err(at(&Invalid::plain(InvalidCode::PasswordCommon)));
    }
    Ok(password)
}
