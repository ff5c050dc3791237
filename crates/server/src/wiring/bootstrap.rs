//! The first operator of the platform, out of the configuration: for hosts where nobody has a shell. Has an effect once.

use orderbase_application::operators::{self, AddOperator};
use orderbase_application::{App, Code, Error};

use crate::config::{Config, Fault, Faults};
use crate::failure::Failure;

/// Makes the configured operator if there is none at all; else says that it did not. Several instances may do so at once.
///
/// # Errors
/// 78 for a password that is easily guessed; 69 if the database gave no answer.
pub async fn first_operator(config: &Config, app: &App) -> Result<(), Failure> {
    let bootstrap = &config.bootstrap;
    let (Some(email), Some(password)) = (&bootstrap.operator_email, &bootstrap.operator_password) else {
        return Ok(());
    };
    let wish = AddOperator { email: email.clone(), password: password.expose().clone() };
    match operators::bootstrap(app, wish).await {
        Ok(Some(operator)) => tracing::info!(operator.id = %operator.id, "bootstrap.operator_made"),
        Ok(None) => tracing::warn!("bootstrap.ignored"),
        Err(error) => return Err(refused(error)),
    }
    Ok(())
}

fn refused(error: Error) -> Failure {
    if error.code() != Code::ValidationFailed {
        return error.into();
    }
    let fault = Fault::new("ORDERBASE_BOOTSTRAP_OPERATOR_PASSWORD", "the value is easily guessed, needs another")
        .why("whoever signs in with it runs the platform")
        .fix("some words by chance, or what a password manager makes");
    Faults::from(fault).into()
}
