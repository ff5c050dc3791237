//! A whole Orderbase in either mode: schema, two tenants with a key each, and the real binary to serve them. Everything in it is thrown away
//! with it. Must never be shared by two tests.

use std::ffi::OsString;
use std::time::Duration;

use tempfile::TempDir;

use crate::binary::{Binary, Running, free_port};
use crate::client::Client;
use crate::environment;
use crate::journeys::twins::CANARY;
use crate::throwaway::Database;

/// How long a start may take on a machine that runs other tests beside it.
const START_MAX: Duration = Duration::from_secs(30);

/// What the house stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One SQLite file.
    Embedded,
    /// PostgreSQL.
    Server,
}

/// A house that may be served and stopped as often as a test wants.
#[derive(Debug)]
pub struct House {
    /// Key of tenant `acme`, with all scopes.
    pub acme: String,
    /// Key of tenant `borealis`, with all scopes.
    pub borealis: String,
    /// Key of tenant `twin`, which journeys do not touch: what is its is the same before and after.
    pub twin: String,
    variables: Vec<(&'static str, OsString)>,
    // The guards come last: what uses them is dropped before them.
    folder: TempDir,
    database: Option<Database>,
}

impl House {
    /// Builds a house; nothing is served yet.
    pub fn build(mode: Mode) -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let mut variables: Vec<(&'static str, OsString)> = vec![("ORDERBASE_HTTP_INTERNAL_LISTEN", "off".into())];
        // The stop is tested, its politeness towards load balancers is waited for nowhere.
        variables.push(("ORDERBASE_HTTP_DRAIN_DELAY_MS", "0".into()));
        let database = match mode {
            Mode::Embedded => {
                variables.push(("ORDERBASE_DATA_DIR", folder.path().join("data").into()));
                None
            }
            Mode::Server => {
                let database = Database::create();
                let secret = said(&Binary::in_folder(folder.path()).args(["secret", "generate", "--kind", "master"]));
                variables.push(("ORDERBASE_DATABASE_URL", database.url().into()));
                variables.push(("ORDERBASE_DATABASE_MIGRATION_URL", database.owner_url().into()));
                variables.push(("ORDERBASE_MASTER_KEYS", secret.into()));
                variables.push(("ORDERBASE_REDIS_URL", environment::redis_url().into()));
                // A busy machine is not a Redis that is away.
                variables.push(("ORDERBASE_REDIS_TIMEOUT_MS", "1000".into()));
                variables.push(("ORDERBASE_PUBLIC_URL", "http://127.0.0.1:8080".into()));
                Some(database)
            }
        };
        let (acme, borealis, twin) = (String::new(), String::new(), String::new());
        let mut house = Self { acme, borealis, twin, variables, folder, database };
        said(&house.command(["migrate", "up"]));
        house.acme = house.tenant("acme");
        house.borealis = house.tenant("borealis");
        house.twin = house.tenant("twin");
        house
    }

    /// The same with a setting of its own.
    #[must_use]
    pub fn with(mut self, variable: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((variable, value.into()));
        self
    }

    /// A command of the binary in this house.
    pub fn command<A: Into<OsString>>(&self, arguments: impl IntoIterator<Item = A>) -> Binary {
        let binary = Binary::in_folder(self.folder.path()).args(arguments);
        self.variables.iter().fold(binary, |binary, (name, value)| binary.env(name, value.clone()))
    }

    /// Makes an active user of a tenant, or an operator where no tenant is named, while nobody serves; answers the password.
    pub fn person(&self, tenant: Option<&str>, email: &str, role: &str) -> String {
        let mut arguments = vec!["user", "create", "--email", email, "--generate"];
        match tenant {
            Some(slug) => arguments.extend(["--tenant", slug, "--role", role]),
            None => arguments.push("--operator"),
        }
        said(&self.command(arguments))
    }

    /// Grants a tenant limits in place of its plan's, each as `name=value`.
    pub fn grant(&self, slug: &str, limits: &[&str]) {
        let mut arguments = vec!["tenant", "set-limit", "--reason", "end to end", slug];
        arguments.extend(limits);
        said(&self.command(arguments));
    }

    /// The database of server mode.
    pub fn database(&self) -> Option<&Database> {
        self.database.as_ref()
    }

    /// The folder in which the binary works.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Serves the house until the answer is dropped.
    pub fn serve(&self) -> Served {
        // A port that was free may be taken a moment later by somebody else's outgoing connection.
        for _ in 0..3 {
            let address = format!("127.0.0.1:{}", free_port());
            let running = self.command(["serve"]).env("ORDERBASE_HTTP_LISTEN", address.as_str()).start();
            match running.find_line(START_MAX, |line| line.contains("start.ready")) {
                Ok(_) => {
                    let client = Client::new(&format!("http://{address}"));
                    return Served {
                        acme: client.with_key(&self.acme).never_shown(CANARY),
                        borealis: client.with_key(&self.borealis),
                        twin: client.with_key(&self.twin),
                        client,
                        address,
                        running,
                    };
                }
                Err(fault) if fault.contains("in use") => {}
                Err(fault) => panic!("{fault}"),
            }
        }
        panic!("three ports in a row were taken");
    }

    /// Makes a tenant on the largest plan and a key that may do everything; answers the key.
    fn tenant(&self, slug: &str) -> String {
        said(&self.command(["tenant", "create", "--name", slug, "--slug", slug, "--plan", "enterprise"]));
        said(&self.command(["api-key", "create", "--tenant", slug, "--name", "end to end", "--scopes", "all"]))
    }
}

/// A house that answers.
#[derive(Debug)]
pub struct Served {
    /// A caller with the key of `acme`.
    pub acme: Client,
    /// A caller with the key of `borealis`.
    pub borealis: Client,
    /// A caller with the key of `twin`.
    pub twin: Client,
    /// A caller without a key.
    pub client: Client,
    /// Host and port.
    pub address: String,
    /// The process.
    pub running: Running,
}

/// Runs a command that has to succeed and answers its stdout, trimmed.
pub fn said(binary: &Binary) -> String {
    let output = binary.run();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{binary:?} ended with {}:\n{stdout}\n{stderr}", output.status);
    stdout.trim().to_owned()
}
