//! Commands and flags. The doc comments are the help texts and the reference page.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use orderbase_http::version::ApiVersion;

use super::{ApiKeyCommand, AuditCommand, KeysCommand, TenantCommand, UserCommand};
use crate::terminal::Output;

/// Multi-tenant order API: embedded SQLite on a laptop, PostgreSQL for thousands of tenants.
#[derive(Debug, Parser)]
#[command(name = "orderbase", version, arg_required_else_help = true, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub global: GlobalArgs,
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Clone, Debug, Default, Args)]
pub struct GlobalArgs {
    /// The configuration file [default: orderbase.toml, if there is one]
    #[arg(long, global = true, value_name = "PATH")]
    pub config: Option<PathBuf>,
    /// A setting, stronger than all other sources; may be repeated
    #[arg(long, global = true, value_name = "SECTION.KEY=VALUE")]
    pub set: Vec<String>,
    /// The same as --set log.level=FILTER
    #[arg(long, global = true, value_name = "FILTER")]
    pub log_level: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API
    Serve(ServeArgs),
    /// Serve the API with made-up tenants and throw-away data
    Demo(DemoArgs),
    /// Bring the database's schema where it has to be
    Migrate {
        #[command(subcommand)]
        command: MigrateCommand,
    },
    /// Take in historic orders and their customers
    Import(ImportArgs),
    /// Print the OpenAPI document
    Openapi(OpenapiArgs),
    /// List the operations of the API
    Routes(RoutesArgs),
    /// Ask this host's server whether it is well; exits with 0 or 1 only
    Healthcheck(HealthcheckArgs),
    /// Write, check and show the configuration
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Make secrets
    Secret {
        #[command(subcommand)]
        command: SecretCommand,
    },
    /// List, rotate, retire and re-wrap the keys that the server makes for itself
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Check the seals over the audit trail
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Make, list and change tenants
    Tenant {
        #[command(subcommand)]
        command: TenantCommand,
    },
    /// Make, list and disable the people of a tenant or the operators of the platform
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Make, list, rotate and revoke the API keys of a tenant
    #[command(visible_alias = "key")]
    ApiKey {
        #[command(subcommand)]
        command: ApiKeyCommand,
    },
    /// Print the completions of a shell
    Completions {
        /// The shell to complete in
        shell: clap_complete::Shell,
    },
}

#[derive(Clone, Debug, Default, Args)]
pub struct ServeArgs {
    /// How long to try the first connection to the database again
    #[arg(long, value_name = "SECS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=3600))]
    pub wait_for: u64,
}

#[derive(Clone, Debug, Args)]
pub struct DemoArgs {
    /// The port to listen on [default: 8080, or the next free one up to 8099]
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
    /// What the made-up data is a function of, together with --now
    #[arg(long, value_name = "NUMBER", default_value_t = 42)]
    pub seed: u64,
    /// The instant the made-up data ends at, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Keep the data in this directory; it is made up once
    #[arg(long, value_name = "PATH")]
    pub data: Option<PathBuf>,
    /// Print more requests to try
    #[arg(long)]
    pub tour: bool,
    /// Write addresses, keys and requests as JSON to this file (mode 0600)
    #[arg(long, value_name = "PATH")]
    pub print_json: Option<PathBuf>,
}

#[derive(Clone, Debug, Subcommand)]
pub enum MigrateCommand {
    /// List the steps that are not applied yet
    Plan {
        /// Exit with 1 if there are any
        #[arg(long)]
        check: bool,
        /// How to answer
        #[arg(long, value_enum)]
        output: Option<Output>,
    },
    /// Apply the steps that are not applied yet
    Up {
        /// The last step to apply [default: all]
        #[arg(long, value_name = "ID")]
        to: Option<String>,
        /// Also those that take away what no running version uses any more
        #[arg(long)]
        contract: bool,
    },
    /// Take the last steps back
    Down {
        /// How many
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        steps: u32,
    },
    /// List all steps and whether they are applied
    Status {
        /// How to answer
        #[arg(long, value_enum)]
        output: Option<Output>,
    },
}

#[derive(Clone, Debug, Args)]
pub struct ImportArgs {
    /// One JSON object a line, at most 512 KiB each
    #[arg(value_name = "FILE.ndjson")]
    pub file: PathBuf,
    /// The slug of the tenant that gets the orders
    #[arg(long, value_name = "SLUG")]
    pub tenant: String,
    /// Do all but commit
    #[arg(long)]
    pub dry_run: bool,
    /// Where rejected lines go (mode 0600) [default: FILE.rejects.ndjson]
    #[arg(long, value_name = "PATH")]
    pub rejects: Option<PathBuf>,
    /// What happens to an order whose external_reference exists
    #[arg(long, value_enum, value_name = "HOW", default_value = "skip")]
    pub on_existing: OnExistingArg,
    /// How to answer
    #[arg(long, value_enum)]
    pub output: Option<Output>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnExistingArg {
    /// It is left as it is and counted
    Skip,
    /// The line is rejected
    Fail,
}

#[derive(Clone, Debug, Args)]
pub struct OpenapiArgs {
    /// The version of the API to describe
    #[arg(long, value_enum, default_value = "1", value_name = "NUMBER")]
    pub api_version: ApiVersionArg,
    /// Compare with this file instead and name the first difference
    #[arg(long, value_name = "FILE")]
    pub check: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ApiVersionArg {
    #[value(name = "1")]
    V1,
    #[value(name = "2")]
    V2,
}

impl From<ApiVersionArg> for ApiVersion {
    fn from(version: ApiVersionArg) -> Self {
        match version {
            ApiVersionArg::V1 => Self::V1,
            ApiVersionArg::V2 => Self::V2,
        }
    }
}

#[derive(Clone, Debug, Args)]
pub struct RoutesArgs {
    /// Group by permission
    #[arg(long)]
    pub permissions: bool,
    /// How to answer
    #[arg(long, value_enum)]
    pub output: Option<Output>,
}

#[derive(Clone, Debug, Args)]
pub struct HealthcheckArgs {
    /// Ask whether it lives, not whether it is ready
    #[arg(long)]
    pub live: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModeArg {
    /// SQLite and this process alone
    Embedded,
    /// PostgreSQL and any number of instances
    Server,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// orderbase.toml
    Toml,
    /// .env
    Env,
}

#[derive(Clone, Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print a commented file to begin with
    Init {
        /// For which mode
        #[arg(long, value_enum, default_value = "embedded")]
        mode: ModeArg,
        /// In which form
        #[arg(long, value_enum, default_value = "toml")]
        format: FormatArg,
        /// Write it to this path, which must not exist
        #[arg(long, value_name = "PATH")]
        write: Option<PathBuf>,
    },
    /// Name all errors and warnings
    Check,
    /// Print what holds; secrets as their length
    Show {
        /// Also where each value was set
        #[arg(long)]
        origin: bool,
        /// How to answer
        #[arg(long, value_enum)]
        output: Option<Output>,
    },
    /// Say what one setting is for
    Explain {
        /// A variable or a path such as http.listen
        name: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SecretKind {
    /// A ring of one master key, for ORDERBASE_MASTER_KEYS
    Master,
    /// What signs access tokens with hs256, for ORDERBASE_AUTH_TOKEN_SECRET
    Jwt,
}

#[derive(Clone, Debug, Subcommand)]
pub enum SecretCommand {
    /// Print a new secret, ready for its variable
    Generate {
        /// What it is for
        #[arg(long, value_enum)]
        kind: SecretKind,
        /// The id of the master key, such as k2 [default: k and random characters]
        #[arg(long, value_name = "ID")]
        id: Option<String>,
    },
}
