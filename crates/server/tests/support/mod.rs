//! The real binary in a folder of its own, without this process's environment, and a small HTTP client.
#![allow(dead_code, reason = "each suite uses its part")]

mod ring;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A folder with the binary at hand.
pub struct Place {
    folder: tempfile::TempDir,
}

/// How a command ended.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ended {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Place {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orderbase"));
        command.args(args).env_clear().current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// Runs to the end.
    pub fn run(&self, args: &[&str]) -> Ended {
        self.command(args).output().unwrap().into()
    }

    /// Runs to the end with a text on standard input.
    pub fn run_with(&self, args: &[&str], input: &str) -> Ended {
        let mut command = self.command(args);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    }

    /// Runs and has to be done.
    pub fn done(&self, args: &[&str]) -> Ended {
        let ended = self.run(args);
        assert_eq!(ended.code, 0, "{args:?}: {}{}", ended.out, ended.err);
        ended
    }

    /// A tenant with a key that may do everything a key may do.
    pub fn tenant(&self, slug: &str) -> String {
        self.done(&["tenant", "create", "--name", slug, "--slug", slug, "--plan", "enterprise"]);
        let key = self.done(&["api-key", "create", "--tenant", slug, "--name", "all", "--scopes", "all"]);
        key.out.trim().to_owned()
    }

    /// A server on a free port, ready.
    pub fn serve(&self, extra: &[&str]) -> Serving {
        self.serve_with(extra, &[])
    }

    /// The same with variables of the environment.
    pub fn serve_with(&self, extra: &[&str], variables: &[(&str, &str)]) -> Serving {
        let mut args = vec![
            "serve",
            "--set",
            "http.listen=127.0.0.1:0",
            "--set",
            "http.internal_listen=off",
            "--set",
            "http.drain_delay_ms=0",
        ];
        args.extend(extra);
        let mut command = self.command(&args);
        let command = command.envs(variables.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut log = Vec::new();
        let address = loop {
            let Some(line) = lines.next().map(Result::unwrap) else {
                let mut err = String::new();
                child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
                panic!("no start: {log:?} {err}");
            };
            let json: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            log.push(line);
            if json["message"] == "start.ready" {
                break json["http.listen"].as_str().unwrap().to_owned();
            }
        };
        Serving { child, address, lines: Box::new(lines), log }
    }
}

/// A running server; ended when dropped.
pub struct Serving {
    child: Child,
    pub address: String,
    lines: Box<dyn Iterator<Item = std::io::Result<String>>>,
    pub log: Vec<String>,
}

impl Serving {
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end and answers its exit code.
    pub fn ended(mut self) -> (i32, Vec<String>) {
        let mut log = std::mem::take(&mut self.log);
        log.extend(self.lines.by_ref().map(Result::unwrap));
        let status = self.child.wait().unwrap();
        (status.code().unwrap_or(-1), log)
    }

    pub fn get(&self, path: &str, key: &str) -> Answer {
        ask(&self.address, "GET", path, &[("X-API-Key", key)], "")
    }

    pub fn post(&self, path: &str, key: &str, body: &str) -> Answer {
        ask(&self.address, "POST", path, &[("X-API-Key", key), ("Content-Type", "application/json")], body)
    }

    /// Signs in; without tenant as an operator.
    pub fn login(&self, tenant: Option<&str>, email: &str, password: &str) -> Answer {
        let mut body = serde_json::json!({"email": email, "password": password});
        if let Some(tenant) = tenant {
            body["tenant"] = tenant.into();
        }
        ask(&self.address, "POST", "/api/v1/auth/login", &[("Content-Type", "application/json")], &body.to_string())
    }

    /// Asks with an access token.
    pub fn get_as(&self, path: &str, token: &str) -> Answer {
        ask(&self.address, "GET", path, &[("Authorization", &format!("Bearer {token}"))], "")
    }

    /// Every order, page by page, oldest first.
    pub fn all_orders(&self, key: &str) -> Vec<serde_json::Value> {
        let mut all = Vec::new();
        let mut path = "/api/v1/orders?limit=100&sort=created_at".to_owned();
        loop {
            let page = self.get(&path, key).json(200);
            all.extend(page["data"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(cursor) => path = format!("/api/v1/orders?limit=100&sort=created_at&cursor={cursor}"),
                None => return all,
            }
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An HTTP answer.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self, status: u16) -> serde_json::Value {
        assert_eq!(self.status, status, "{}\n{}", self.head, self.body);
        serde_json::from_str(&self.body).unwrap()
    }
}

/// One request on a connection of its own.
pub fn ask(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.push_str(body);
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split_whitespace().nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

/// Waits until it holds, for at most 20 s.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(20), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The root of the workspace.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
