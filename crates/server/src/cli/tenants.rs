//! Commands on tenants and on what belongs to one: its people and its keys. The doc comments are the help texts.

use clap::{Args, Subcommand};

use crate::terminal::Output;

#[derive(Clone, Debug, Subcommand)]
pub enum TenantCommand {
    /// Make a tenant and print it, with the ticket of its owner, this once
    Create(Box<TenantCreateArgs>),
    /// List all tenants
    List {
        /// How to answer
        #[arg(long, value_enum)]
        output: Option<Output>,
    },
    /// Print a tenant with its limits
    Show {
        /// Its slug
        slug: String,
        /// How to answer
        #[arg(long, value_enum)]
        output: Option<Output>,
    },
    /// Let a tenant only read from now on
    Suspend(TenantActArgs),
    /// End a trial or a suspension
    Activate(TenantActArgs),
    /// Close a tenant for good; its data may be erased 30 days later
    Close {
        #[command(flatten)]
        act: TenantActArgs,
        /// Do it; without this nothing happens
        #[arg(long)]
        yes: bool,
    },
    /// Put a tenant on another plan
    SetPlan {
        #[command(flatten)]
        act: TenantActArgs,
        /// The plan
        #[arg(value_parser = ["free", "pro", "enterprise"])]
        plan: String,
    },
    /// Grant a tenant a limit in place of its plan's
    SetLimit {
        #[command(flatten)]
        act: TenantActArgs,
        /// Such as requests_per_minute=1200; `plan` as value takes the grant back; may be repeated
        #[arg(value_name = "NAME=VALUE", required = true)]
        limits: Vec<String>,
        /// When all grants of the tenant end: days such as 90d, or an RFC 3339 instant [default: as it was]
        #[arg(long, value_name = "WHEN")]
        until: Option<String>,
    },
}

#[derive(Clone, Debug, Args)]
pub struct TenantCreateArgs {
    /// Its name for people, 1 to 200 characters
    #[arg(long)]
    pub name: String,
    /// Its name for machines: a-z, 0-9 and -, 3 to 40 characters; never changes
    #[arg(long)]
    pub slug: String,
    /// free, pro or enterprise [default: limits.default_plan]
    #[arg(long, value_parser = ["free", "pro", "enterprise"])]
    pub plan: Option<String>,
    /// Live, or sandbox with keys that begin with ob_test_; never changes
    #[arg(long, value_parser = ["live", "sandbox"], default_value = "live")]
    pub mode: String,
    /// Who is invited as its first owner
    #[arg(long, value_name = "E-MAIL")]
    pub owner_email: Option<String>,
    /// Begin with a trial of so many days, such as 14d
    #[arg(long, value_name = "DAYS")]
    pub trial: Option<String>,
    /// The zone that decides which day an order belongs to, an IANA name
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub time_zone: String,
    /// The currencies of its orders; the first is its default
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "USD,EUR,GBP,AED")]
    pub currencies: Vec<String>,
    /// What its order numbers begin with: A-Z, 0-9 and -, up to 8 characters
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub order_prefix: String,
    /// Why it is made, for its audit log
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// How to answer
    #[arg(long, value_enum)]
    pub output: Option<Output>,
}

/// A tenant and why something is done to it.
#[derive(Clone, Debug, Args)]
pub struct TenantActArgs {
    /// The slug of the tenant
    pub slug: String,
    /// Why, for its audit log; of a suspension its people see it
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// How to answer
    #[arg(long, value_enum)]
    pub output: Option<Output>,
}

#[derive(Clone, Debug, Subcommand)]
pub enum ApiKeyCommand {
    /// Make a key and print its text, this once
    Create {
        /// The slug of the tenant
        #[arg(long, value_name = "SLUG")]
        tenant: String,
        /// Its name for people, 1 to 200 characters
        #[arg(long)]
        name: String,
        /// What it may do: permissions such as orders:read, or `all` that a key may have
        #[arg(long, value_name = "LIST", value_delimiter = ',', required = true)]
        scopes: Vec<String>,
        /// When it ends: days such as 90d, or an RFC 3339 instant [default: never]
        #[arg(long, value_name = "WHEN")]
        expires: Option<String>,
        /// How many requests a minute it may make, 1 to 600000 [default: as many as its tenant]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=600_000))]
        rate: Option<u32>,
        /// Networks it may be used from, such as 203.0.113.0/24 [default: anywhere]
        #[arg(long, value_name = "LIST", value_delimiter = ',')]
        ip: Vec<String>,
    },
    /// List the keys of a tenant, newest first
    List {
        /// The slug of the tenant
        #[arg(long, value_name = "SLUG")]
        tenant: String,
        /// How to answer
        #[arg(long, value_enum)]
        output: Option<Output>,
    },
    /// Give a key a new secret under the same id, and print its text, this once
    Rotate {
        /// The slug of the tenant
        #[arg(long, value_name = "SLUG")]
        tenant: String,
        /// The id of the key
        id: String,
        /// How long the secret until now still opens: 0, or 1s to 30d, with s, m, h or d
        #[arg(long, value_name = "TIME", default_value = "24h")]
        overlap: String,
    },
    /// End a key, for good
    Revoke {
        /// The slug of the tenant
        #[arg(long, value_name = "SLUG")]
        tenant: String,
        /// The id of the key
        id: String,
    },
}
