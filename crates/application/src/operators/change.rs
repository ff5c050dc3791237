//! Changes an operator: a new password, or the end. Both kill every token it holds.

use orderbase_kernel::{Email, Timestamp};
use orderbase_tenancy::Permission;

use crate::app::App;
use crate::auth::chosen_password;
use crate::error::{Error, Missing};
use crate::operator::Operator;
use crate::ports::{OperatorAccount, OperatorWritten};

/// Sets a password; one who was disabled may sign in again.
///
/// # Errors
/// `permission_denied`; `user_not_found`; `validation_failed` for the password; `overloaded`; `write_conflict`.
#[tracing::instrument(name = "operators.set_password", skip_all)]
pub async fn set_password(app: &App, operator: &Operator, email: &Email, password: &str) -> Result<(), Error> {
    operator.require(Permission::PlatformWrite)?;

    let password = chosen_password(app, "#/password", password, &[email.as_str()])?;
    let phc = app.passwords.hash(&password).await?;
    replace(app, email, |account, _| {
        account.phc = phc.clone();
        account.disabled_at = None;
    })
    .await
}

/// From now on the operator cannot sign in. Without effect if it is disabled.
///
/// # Errors
/// `permission_denied`; `user_not_found`; `write_conflict`.
#[tracing::instrument(name = "operators.disable", skip_all)]
pub async fn disable(app: &App, operator: &Operator, email: &Email) -> Result<(), Error> {
    operator.require(Permission::PlatformWrite)?;

    replace(app, email, |account, at| account.disabled_at = account.disabled_at.or(Some(at))).await
}

async fn replace(app: &App, email: &Email, change: impl Fn(&mut OperatorAccount, Timestamp)) -> Result<(), Error> {
    for _ in 0..3 {
        let found = app.operators.by_email_unscoped(email).await?;
        let mut account = found.ok_or(Error::NotFound(Missing::User))?;
        let read = account.version;
        change(&mut account, app.clock.now());
        account.epoch += 1;
        account.version = read.next();
        if app.operators.replace_unscoped(&account, read).await? == OperatorWritten::Written {
            return Ok(());
        }
    }
    Err(Error::WriteConflict)
}
