//! Adds an operator.

use orderbase_kernel::{Email, OperatorName, Timestamp, Version};
use orderbase_tenancy::Permission;
use uuid::Uuid;

use crate::app::App;
use crate::auth::chosen_password;
use crate::error::{Error, Fault, Place, Taken};
use crate::operator::Operator;
use crate::ports::{OperatorAccount, OperatorWritten};

/// Who shall sign in, and with what.
#[derive(Clone)]
pub struct AddOperator {
    pub email: Email,
    pub password: String,
}

/// Adds an operator.
///
/// # Errors
/// `permission_denied`; `validation_failed` for the password; `user_email_taken`; `overloaded`.
#[tracing::instrument(name = "operators.add", skip_all)]
pub async fn add(app: &App, operator: &Operator, wish: AddOperator) -> Result<OperatorAccount, Error> {
    operator.require(Permission::PlatformWrite)?;

    match write(app, wish, false).await? {
        (account, OperatorWritten::Written) => Ok(account),
        (_, OperatorWritten::EmailTaken) => Err(Error::Taken { taken: Taken::UserEmail, existing_id: None }),
        (_, other) => Err(Error::internal(format!("an operator was not added: {other:?}"))),
    }
}

/// Adds the first operator out of the configuration; `None` if there is one already, whoever it is.
///
/// # Errors
/// `validation_failed` for the password; `overloaded`; those of the storage.
#[tracing::instrument(name = "operators.bootstrap", skip_all)]
pub async fn bootstrap(app: &App, wish: AddOperator) -> Result<Option<OperatorAccount>, Error> {
    // Spares the hash at every start but the first; the storage decides once more, under lock.
    if !app.operators.all_unscoped().await?.is_empty() {
        return Ok(None);
    }
    match write(app, wish, true).await? {
        (account, OperatorWritten::Written) => Ok(Some(account)),
        (_, OperatorWritten::NotTheFirst | OperatorWritten::EmailTaken) => Ok(None),
        (_, OperatorWritten::Stale) => Err(Error::WriteConflict),
    }
}

async fn write(app: &App, wish: AddOperator, first: bool) -> Result<(OperatorAccount, OperatorWritten), Error> {
    // The name under which an operator stands in logs is shorter than an address may be.
    OperatorName::parse(wish.email.as_str())
        .map_err(|invalid| Error::invalid(Fault::new(Place::Pointer("#/email".to_owned()), &invalid)))?;
    let password = chosen_password(app, "#/password", &wish.password, &[wish.email.as_str()])?;
    let phc = app.passwords.hash(&password).await?;
    let at: Timestamp = app.clock.now();
    let id: Uuid = app.ids.next(at);
    let account = OperatorAccount {
        id,
        email: wish.email,
        phc,
        epoch: 0,
        disabled_at: None,
        created_at: at,
        version: Version::FIRST,
    };
    let written = app.operators.add_unscoped(&account, first).await?;
    Ok((account, written))
}
