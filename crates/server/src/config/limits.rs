//! Settings of plans.

use orderbase_tenancy::PlanCode;

use super::setting::{Kind, Preset, section};
use super::words::words;

words! {
    /// The built-in plans.
    pub enum Plan {
        /// For a trial.
        Free = "free",
        /// For a company.
        Pro = "pro",
        /// For a large one.
        Enterprise = "enterprise",
    }
}

impl From<Plan> for PlanCode {
    fn from(plan: Plan) -> Self {
        match plan {
            Plan::Free => Self::Free,
            Plan::Pro => Self::Pro,
            Plan::Enterprise => Self::Enterprise,
        }
    }
}

section! {
    /// `[limits]`
    "limits" => pub struct Limits {
        /// Whether an instance takes some requests ahead from a shared limit; without, every request asks Redis.
        leases: bool = Preset::Is("true"), Kind::Bool, "";
        /// The plan of a tenant that is made without one.
        default_plan: Plan = Preset::Is("free"), Kind::Word(Plan::WORDS), "";
    }
}
