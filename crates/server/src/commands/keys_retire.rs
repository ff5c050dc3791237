//! `keys retire`: the end of a rotation that ends by hand. Nothing of a running server is asked, the rows say who still needs the key.

use orderbase_application::Scope;
use orderbase_infrastructure::security::{KeyPurpose, RingError};
use orderbase_infrastructure::sql::SqlAuditSeals;
use orderbase_infrastructure::sql::pepper_needs::{self, KeyPepperNeeds, PasswordPepperNeeds};
use orderbase_kernel::Timestamp;

use super::context::Opened;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome, chain};
use crate::{terminal, wiring};

/// # Errors
/// 1 where no key of the purpose is retired; 75 within a minute of its retirement; 77 if something needs it, unless `yes`.
pub async fn retire(opened: &Opened, purpose: &str, yes: bool) -> Outcome {
    let purpose = KeyPurpose::parse(purpose).ok_or_else(|| Failure::usage(format!("{purpose} is no purpose")))?;
    let keeper = wiring::ring_keeper(&opened.config, &opened.db, &opened.master);
    let ring = keeper.load().await.map_err(|error| wiring::ring_failure(&error))?;
    let retired = ring.retired(purpose, opened.app.clock.now());
    let retired = retired.map_err(|refused| wiring::ring_failure(&refused.into()))?;
    let name = purpose.as_str();
    let Some((entry, before)) = retired else {
        return Err(Failure::new(Exit::Difference, format!("no key of {name} is retired, so there is nothing to end")));
    };

    let needs = needs(opened, purpose, &entry.kid, before).await?;
    if !needs.is_empty() && !yes {
        return Err(Failure::new(
            Exit::Refused,
            format!(
                "{} of {name} is still needed by {}; {}, and --yes ends {0} all the same and makes these worthless",
                entry.kid,
                needs.join(", "),
                lasting(purpose)
            ),
        ));
    }
    let gone = keeper.delete_retired(purpose, &entry.kid).await;
    if !gone.map_err(|error| wiring::ring_failure(&error))? {
        return Err(wiring::ring_failure(&RingError::Contended));
    }
    terminal::say(&format!("{} of {name} is gone; running servers forget it within 30 s", entry.kid));
    if !needs.is_empty() {
        terminal::say(&format!("worthless from then on, unless renewed before: {}", needs.join(", ")));
    }
    Ok(Exit::Done)
}

/// How long the needs last.
fn lasting(purpose: KeyPurpose) -> &'static str {
    match purpose {
        KeyPurpose::AuditSeal => "they are checked with it as long as their tenants are there",
        _ => "each is renewed when it is next used",
    }
}

/// What needs the key, in words; none for what nothing needs.
async fn needs(opened: &Opened, purpose: KeyPurpose, kid: &str, before: Timestamp) -> Result<Vec<String>, Failure> {
    let counts = match purpose {
        KeyPurpose::ApiKeyPepper => {
            let idle_secs = opened.app.auth_rules.refresh.idle_secs;
            let needs = pepper_needs::of_key_pepper(&opened.db, kid, before, idle_secs).await;
            let KeyPepperNeeds { api_keys, sessions, tickets } = needs.map_err(|error| unreachable(&error))?;
            vec![(api_keys, "API keys"), (sessions, "sessions"), (tickets, "invitations and password resets")]
        }
        KeyPurpose::PasswordPepper => {
            let needs = pepper_needs::of_password_pepper(&opened.db, kid).await;
            let PasswordPepperNeeds { users, operators } = needs.map_err(|error| unreachable(&error))?;
            vec![(users, "passwords of users"), (operators, "passwords of operators")]
        }
        KeyPurpose::AuditSeal => {
            let mut seals = 0;
            let tenants = opened.app.tenants.all_unscoped().await.map_err(|error| unreachable(&error))?;
            for scope in tenants.iter().map(|tenant| Scope { tenant_id: tenant.id() }) {
                let signed = SqlAuditSeals::signed_with(&opened.db, scope, kid).await;
                seals += signed.map_err(|error| unreachable(&error))?;
            }
            vec![(seals, "audit seals")]
        }
        KeyPurpose::Jwt | KeyPurpose::Cursor | KeyPurpose::Throttle => {
            return Err(Failure::usage(format!("a rotation of {} ends by itself", purpose.as_str())));
        }
    };
    let words = |(count, what): (u64, &str)| (count > 0).then(|| format!("{count} {what}"));
    Ok(counts.into_iter().filter_map(words).collect())
}

fn unreachable(error: &dyn std::error::Error) -> Failure {
    Failure::new(Exit::Unreachable, chain(error))
}
