//! Commands and flags. The doc comments are the help texts and the reference page.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    /// Make and list tenants
    Tenant {
        #[command(subcommand)]
        command: TenantCommand,
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
    /// Compare with this file instead and name the first difference
    #[arg(long, value_name = "FILE")]
    pub check: Option<PathBuf>,
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
}

#[derive(Clone, Debug, Subcommand)]
pub enum SecretCommand {
    /// Print a new secret, ready for its variable
    Generate {
        /// What it is for
        #[arg(long, value_enum)]
        kind: SecretKind,
    },
}

#[derive(Clone, Debug, Subcommand)]
pub enum TenantCommand {
    /// Make a tenant and print it
    Create {
        /// Its name for people, 1 to 200 characters
        #[arg(long)]
        name: String,
        /// Its name for machines: a-z, 0-9 and -, 3 to 40 characters; never changes
        #[arg(long)]
        slug: String,
        /// free, pro or enterprise [default: limits.default_plan]
        #[arg(long, value_parser = ["free", "pro", "enterprise"])]
        plan: Option<String>,
        /// Live, or sandbox with keys that begin with ob_test_; never changes
        #[arg(long, value_parser = ["live", "sandbox"], default_value = "live")]
        mode: String,
        /// Begin with a trial of so many days, such as 14d
        #[arg(long, value_name = "DAYS")]
        trial: Option<String>,
        /// The zone that decides which day an order belongs to, an IANA name
        #[arg(long, value_name = "ZONE", default_value = "UTC")]
        time_zone: String,
        /// The currencies of its orders; the first is its default
        #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "USD,EUR,GBP,AED")]
        currencies: Vec<String>,
        /// What its order numbers begin with: A-Z, 0-9 and -, up to 8 characters
        #[arg(long, value_name = "TEXT", default_value = "")]
        order_prefix: String,
        /// How to answer
        #[arg(long, value_enum)]
        output: Option<Output>,
    },
    /// List all tenants
    List {
        /// How to answer
        #[arg(long, value_enum)]
        output: Option<Output>,
    },
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
