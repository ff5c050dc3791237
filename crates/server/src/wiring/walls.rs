//! Whether the database itself keeps tenants apart for the role that serves (security.md rule 46). A server that could be talked out of
//! it does not start.

use orderbase_infrastructure::sql::{SqlDb, WallBreach, wall_breaches};

use crate::exit::Exit;
use crate::failure::{Failure, chain};

/// Breaches that are told one by one.
const TOLD_MAX: usize = 6;

/// Refuses a role that row-level security does not hold, and tables without it. SQLite has neither.
///
/// # Errors
/// 78 with all that is wrong and the cure; 69 if the database gave no answer.
pub async fn walls(db: &SqlDb) -> Result<(), Failure> {
    let breaches = wall_breaches(db).await.map_err(|error| Failure::new(Exit::Unreachable, chain(&error)))?;
    match words(breaches) {
        None => Ok(()),
        Some(words) => Err(Failure::new(Exit::Config, words)),
    }
}

/// An owner owns them all: one table stands for the rest.
fn words(mut breaches: Vec<WallBreach>) -> Option<String> {
    let mut owners = Vec::new();
    breaches.retain(|breach| match breach {
        WallBreach::Owner { role, .. } if owners.contains(role) => false,
        WallBreach::Owner { role, .. } => {
            owners.push(role.clone());
            true
        }
        _ => true,
    });
    if breaches.is_empty() {
        return None;
    }
    let mut words = String::from("the database does not keep tenants apart; nothing was started");
    for breach in breaches.iter().take(TOLD_MAX) {
        words.push_str(&format!("\n  {breach}"));
    }
    if breaches.len() > TOLD_MAX {
        words.push_str(&format!("\n  and {} more", breaches.len() - TOLD_MAX));
    }
    let by_role = breaches.iter().any(|breach| !matches!(breach, WallBreach::Open(_) | WallBreach::Widened { .. }));
    words.push_str(if by_role {
        "\n  fix: ORDERBASE_DATABASE_URL for the role orderbase_app (deploy/postgres/roles.sql makes it), \
         and ORDERBASE_DATABASE_MIGRATION_URL for the owner"
    } else {
        "\n  fix: orderbase migrate up, as the owner"
    });
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_breach_has_its_cure() {
        assert_eq!(words(Vec::new()), None);
        let superuser = words(vec![WallBreach::Superuser("postgres".to_owned())]).unwrap();
        assert!(superuser.contains("postgres") && superuser.contains("ORDERBASE_DATABASE_URL"), "{superuser}");
        let owned = |table: &str| WallBreach::Owner { role: "orderbase_owner".to_owned(), table: table.to_owned() };
        let owner = words(vec![owned("customers"), owned("orders")]).unwrap();
        assert_eq!(owner.matches("owns the table").count(), 1, "{owner}");
        let open: Vec<_> = (0..9).map(|number| WallBreach::Open(format!("t{number}"))).collect();
        let open = words(open).unwrap();
        assert!(
            open.contains("and 3 more") && open.contains("migrate up") && !open.contains("orderbase_app"),
            "{open}"
        );
    }
}
