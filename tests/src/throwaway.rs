//! A PostgreSQL database for one test, dropped with its guard. Speaks through `psql`, because no crate but infrastructure and migrations may
//! name a database driver. Must never touch a database that it did not create.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::process::Command;

use reqwest::Url;

use crate::environment;

/// A database that exists as long as this value.
#[derive(Debug)]
pub struct Database {
    cluster: String,
    name: String,
}

impl Database {
    /// A new, empty database.
    pub fn create() -> Self {
        Self::from_template("template0")
    }

    /// A new database with the schema and rows of another one, to which nobody may be connected at that moment.
    pub fn from_template(template: &str) -> Self {
        let cluster = environment::database_url();
        // Two tests of two processes may start in the same instant, so the name is random, not a time.
        let name = format!("t_{}_{:016x}", std::process::id(), RandomState::new().hash_one(template));
        // Copying files takes a twentieth of the time that copying through the log does.
        psql(&cluster, &format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY OWNER orderbase_owner"))
            .unwrap_or_else(|fault| panic!("{fault}"));
        Self { cluster, name }
    }

    /// The name, for `from_template` and for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// URL by which a server is served: the role is held by every policy and owns nothing.
    pub fn url(&self) -> String {
        self.as_role("orderbase_app")
    }

    /// URL of the role that migrates.
    pub fn owner_url(&self) -> String {
        self.as_role("orderbase_owner")
    }

    /// Runs one statement as superuser, who sees every tenant's rows, and answers its rows, fields parted by `|`.
    pub fn query(&self, sql: &str) -> Vec<String> {
        let text = psql(self.address().as_str(), sql).unwrap_or_else(|fault| panic!("{fault}"));
        text.lines().map(str::to_owned).collect()
    }

    /// In tests the roles of `deploy/postgres/roles.sql` have the superuser's password.
    fn as_role(&self, role: &str) -> String {
        let mut url = self.address();
        url.set_username(role).expect("the URL of a server takes a user");
        url.into()
    }

    fn address(&self) -> Url {
        let mut url = Url::parse(&self.cluster).expect("ORDERBASE_TEST_DATABASE_URL has to be a URL");
        url.set_path(&self.name);
        url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // FORCE: a test that failed may have left its connections open. A second panic here would hide the first.
        let dropped = psql(&self.cluster, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        if let Err(fault) = dropped
            && !std::thread::panicking()
        {
            panic!("{fault}");
        }
    }
}

fn psql(url: &str, sql: &str) -> Result<String, String> {
    let output = Command::new("psql")
        .args(["--no-psqlrc", "--no-align", "--tuples-only", "--quiet", "--set=ON_ERROR_STOP=1"])
        .args(["--dbname", url, "--command", sql])
        .output()
        .map_err(|cause| format!("`psql` cannot be started ({cause}); install PostgreSQL's client or use tests/run"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("psql: {sql}: {}", String::from_utf8_lossy(&output.stderr).trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exists(name: &str) -> bool {
        let sql = format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'");
        psql(&environment::database_url(), &sql).unwrap().trim() == "1"
    }

    #[test]
    fn a_database_lives_as_long_as_its_guard() {
        let database = Database::create();
        let name = database.name().to_owned();

        assert!(exists(&name));
        assert_eq!(database.query("SELECT current_database()"), std::slice::from_ref(&name));

        drop(database);
        assert!(!exists(&name), "{name} was left behind");
    }

    #[test]
    fn a_template_hands_down_its_rows_and_two_databases_do_not_meet() {
        let base = Database::create();
        base.query("CREATE TABLE seed AS SELECT 7 AS n");

        let (one, two) = (Database::from_template(base.name()), Database::from_template(base.name()));
        one.query("UPDATE seed SET n = 8");

        assert_eq!(one.query("SELECT n FROM seed"), ["8"]);
        assert_eq!(two.query("SELECT n FROM seed"), ["7"]);
    }

    #[test]
    #[should_panic(expected = "relation \"nothing\" does not exist")]
    fn a_refused_statement_fails_the_test() {
        Database::create().query("SELECT * FROM nothing");
    }
}
