//! Signs an operator in: without tenant, from the networks that are configured, for an access token alone.

use orderbase_kernel::Email;
use orderbase_tenancy::{Password, Permission, PermissionSet};

use crate::app::App;
use crate::auth::{Login, SignedIn, issue};
use crate::client::Client;
use crate::error::Error;
use crate::ports::{OperatorAccount, Subject, Verified};

/// The throttles were asked before.
///
/// # Errors
/// `invalid_credentials`, alike for an unknown operator, a wrong password, a disabled one and a network that is not theirs.
pub(crate) async fn sign_in(app: &App, client: &Client, account_name: &str, wish: Login) -> Result<SignedIn, Error> {
    let found = match Email::parse(&wish.email) {
        Ok(email) => app.operators.by_email_unscoped(&email).await?,
        Err(_) => None,
    };
    let verified = app.passwords.verify(&wish.password, found.as_ref().map(|found| &found.phc)).await?;
    let admitted = app.auth_rules.admits_operator(client.network);
    let good = found.filter(|found| found.disabled_at.is_none() && verified != Verified::No && admitted);
    let Some(found) = good else {
        app.throttles.failed(account_name).await;
        tracing::warn!(client.address = %client.network, "operators.sign_in_failed");
        return Err(Error::InvalidCredentials);
    };

    if verified == Verified::YesButWeak {
        hash_anew(app, &found, &wish.password).await;
    }

    let at = app.clock.now();
    let granted = PermissionSet::of(&[Permission::PlatformRead, Permission::PlatformWrite]);
    let scope = wish.scope.map_or(granted, |narrowed| narrowed.intersection(granted));
    let signed_in = issue(app, Subject::Operator { id: found.id, epoch: found.epoch }, wish.scope, scope, at)?;
    app.throttles.succeeded(account_name, client.network).await;
    tracing::info!(operator.id = %found.id, client.address = %client.network, "operators.signed_in");
    Ok(signed_in)
}

/// The same password under today's cost and pepper; a sign-in does not fail for it. The epoch stays, so tokens live on. Of two sign-ins at
/// once one writes, and whoever changes the operator meanwhile is not overwritten.
async fn hash_anew(app: &App, found: &OperatorAccount, password: &str) {
    let Ok(password) = Password::parse(password) else { return };
    let Ok(phc) = app.passwords.hash(&password).await else { return };
    let stronger = OperatorAccount { phc, version: found.version.next(), ..found.clone() };
    if let Err(error) = app.operators.replace_unscoped(&stronger, found.version).await {
        tracing::warn!(%error, operator.id = %found.id, "operators.password_not_hashed_anew");
    }
}
