//! Limits as the command line names them: `requests_per_minute=1200`. The rules of each are the tenant's.

use orderbase_application::tenants::{self, TenantLimits, Which};
use orderbase_application::{App, Conditions, Done, Error, IfMatch, Operator};
use orderbase_kernel::Timestamp;
use orderbase_tenancy::{Limits, Overrides, Reason, Tenant};
use serde::Serialize;

use crate::config::nearest;
use crate::failure::Failure;

/// One limit: its name, how it is read, granted and taken back.
struct Limit {
    name: &'static str,
    of: fn(&Limits) -> u64,
    granted: fn(&Overrides) -> Option<u64>,
    /// False for a number that the limit cannot hold.
    grant: fn(&mut Overrides, Option<u64>) -> bool,
}

macro_rules! limits {
    ($($field:ident)+) => {
        &[$(Limit {
            name: stringify!($field),
            of: |limits| u64::from(limits.$field),
            granted: |overrides| overrides.$field.map(u64::from),
            grant: |overrides, number| match number.map(TryFrom::try_from).transpose() {
                Ok(number) => {
                    overrides.$field = number;
                    true
                }
                Err(_) => false,
            },
        }),+]
    };
}

const LIMITS: &[Limit] = limits! {
    requests_per_minute burst concurrency orders_per_month customers users api_keys webhooks live exports export_rows items_per_order
};

pub const COLUMNS: &[&str] = &["LIMIT", "IN FORCE", "PLAN", "GRANTED"];

/// A limit as it is shown.
#[derive(Serialize)]
pub struct ShownLimit {
    name: &'static str,
    in_force: u64,
    of_plan: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    granted: Option<u64>,
}

impl ShownLimit {
    pub fn cells(&self) -> Vec<String> {
        let granted = self.granted.map_or_else(|| "-".to_owned(), |number| number.to_string());
        vec![self.name.to_owned(), self.in_force.to_string(), self.of_plan.to_string(), granted]
    }
}

pub fn shown(limits: &TenantLimits) -> Vec<ShownLimit> {
    let show = |limit: &Limit| ShownLimit {
        name: limit.name,
        in_force: (limit.of)(&limits.in_force),
        of_plan: (limit.of)(&limits.of_plan),
        granted: (limit.granted)(&limits.overrides),
    };
    LIMITS.iter().map(show).collect()
}

/// What is granted, or taken back, by name.
pub struct Grants(Vec<(&'static Limit, Option<u64>)>);

impl Grants {
    /// # Errors
    /// 2 for a name that is no limit, with the nearest, and for a value that is no number.
    pub fn parse(texts: &[String]) -> Result<Self, Failure> {
        texts.iter().map(|text| grant_of(text)).collect::<Result<_, _>>().map(Self)
    }

    fn apply(&self, overrides: &mut Overrides) {
        for (limit, number) in &self.0 {
            // Whether the number fits was asked when it was parsed.
            let _fits = (limit.grant)(overrides, *number);
        }
    }
}

fn grant_of(text: &str) -> Result<(&'static Limit, Option<u64>), Failure> {
    let (name, number) = text.split_once('=').ok_or_else(|| {
        Failure::usage(format!(
            "{text}: needs NAME=VALUE, such as requests_per_minute=1200 or requests_per_minute=plan"
        ))
    })?;
    let limit = LIMITS.iter().find(|limit| limit.name == name).ok_or_else(|| {
        let names = LIMITS.iter().map(|limit| limit.name);
        let hint = nearest(name, names.clone()).map_or_else(
            || format!("needs one of {}", names.collect::<Vec<_>>().join(", ")),
            |meant| format!("did you mean {meant}?"),
        );
        Failure::usage(format!("{name} is no limit; {hint}"))
    })?;
    if number == "plan" {
        return Ok((limit, None));
    }
    let wanted = number.parse::<u64>().ok().filter(|wanted| (limit.grant)(&mut Overrides::default(), Some(*wanted)));
    match wanted {
        Some(wanted) => Ok((limit, Some(wanted))),
        None => Err(Failure::usage(format!("{name}={number}: needs a whole number, or plan"))),
    }
}

/// Adds the grants to those of the tenant, decided on the version that was read.
///
/// # Errors
/// Those of [`tenants::limits`] and [`tenants::set_limits`].
pub async fn grant(
    app: &App,
    operator: &Operator,
    which: &Which,
    grants: &Grants,
    until: Option<Timestamp>,
    why: Reason,
) -> Result<Done<Tenant>, Error> {
    let TenantLimits { mut overrides, version, .. } = tenants::limits(app, operator, which).await?;
    grants.apply(&mut overrides);
    overrides.expires_at = until.or(overrides.expires_at);
    overrides.reason = Some(why.clone());
    let conditions = Conditions { if_match: IfMatch::Versions(vec![version.get()]), ..Conditions::default() };
    tenants::set_limits(app, operator, which, overrides, why, conditions).await
}

#[cfg(test)]
mod tests {
    use orderbase_application::testing::{World, operator, tenant};
    use orderbase_tenancy::PlanCode;

    use super::*;
    use crate::exit::Exit;

    fn parse(texts: &[&str]) -> Result<Grants, Failure> {
        Grants::parse(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn wrong_names_and_numbers_are_slips_of_the_command_line() {
        for bad in ["users", "users=many", "users=-1", "user=5", "colour=5", "burst=4294967296", "users="] {
            let refused = parse(&[bad]).err().unwrap();
            assert_eq!(refused.exit, Exit::Usage, "{bad}");
        }
        assert!(parse(&["user=5"]).err().unwrap().words.contains("did you mean users?"));
    }

    #[tokio::test]
    async fn grants_are_added_and_taken_back_one_by_one() {
        let world = World::new();
        let (app, operator) = (&world.app, operator(&world.app));
        let acme = tenant(app, "acme").await;
        let which: Which = acme.slug().into();
        let why = || Reason::parse("a test").unwrap();
        for (texts, expected) in
            [(vec!["users=7", "burst=3"], vec![("users", 7), ("burst", 3)]), (vec!["users=plan"], vec![("burst", 3)])]
        {
            grant(app, &operator, &which, &parse(&texts).unwrap(), None, why()).await.unwrap();
            let limits = tenants::limits(app, &operator, &which).await.unwrap();
            let granted: Vec<_> =
                shown(&limits).into_iter().filter_map(|limit| Some((limit.name, limit.granted?))).collect();
            let mut expected = expected;
            expected.sort();
            let mut granted = granted;
            granted.sort();
            assert_eq!(granted, expected);
        }
        let limits = tenants::limits(app, &operator, &which).await.unwrap();
        let users = shown(&limits).into_iter().find(|limit| limit.name == "users").unwrap();
        assert_eq!((users.in_force, users.of_plan), (acme.plan().limits().users, acme.plan().limits().users));
        assert!(PlanCode::ALL.contains(&acme.plan()));
    }
}
