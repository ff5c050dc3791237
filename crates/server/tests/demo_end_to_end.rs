//! The real binary: what its banner and tour say works word for word in a shell, and nothing is left behind.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

/// A debug build on a busy machine takes its time.
const PATIENCE: Duration = Duration::from_secs(60);

/// A demonstration that runs. Its temporary files lie in a folder of the test.
struct Demo {
    child: Child,
    words: Receiver<String>,
    json: Value,
    temporary: tempfile::TempDir,
}

impl Demo {
    /// Starts on a port that is free and waits until it answers.
    fn start(more: &[&str]) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_orderbase"))
            .args(["demo", "--port", "0", "--seed", "42", "--now", "2026-01-15T12:00:00Z"])
            .args(more)
            .env("TMPDIR", temporary.path())
            // Neither is read: the first would move the data, the second is no configuration at all.
            .env("ORDERBASE_DATA_DIR", temporary.path().join("elsewhere"))
            .env("ORDERBASE_NONSENSE", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let words = lines(child.stderr.take().unwrap());
        let events = lines(child.stdout.take().unwrap());
        let line = events.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{:?}", words.iter().collect::<Vec<_>>()));
        Self { child, words, json: serde_json::from_str(&line).unwrap(), temporary }
    }

    /// What was said so far, up to the line.
    fn words_until(&self, last: &str) -> Vec<String> {
        let mut said = Vec::new();
        while !said.last().is_some_and(|line: &String| line.starts_with(last)) {
            said.push(self.words.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{last} is missing in {said:?}")));
        }
        said
    }

    fn key(&self, tenant: usize) -> String {
        self.json["tenants"][tenant]["keys"][0]["key"].as_str().unwrap().to_owned()
    }

    fn get(&self, path: &str, key: &str) -> Answer {
        let base = self.json["base_url"].as_str().unwrap();
        Answer::of(&format!("curl -sSi '{base}{path}' -H 'X-API-Key: {key}'"))
    }

    fn stop(mut self, signal: &str) -> (ExitStatus, tempfile::TempDir) {
        shell(&format!("kill -{signal} {}", self.child.id()));
        (self.child.wait().unwrap(), std::mem::replace(&mut self.temporary, tempfile::tempdir().unwrap()))
    }
}

/// A test that failed leaves nothing running.
impl Drop for Demo {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// The lines of a pipe as they come.
fn lines(pipe: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Runs the line word for word; loopback is never behind a proxy.
fn shell(line: &str) -> String {
    let output = Command::new("sh").args(["-c", line]).env("no_proxy", "127.0.0.1").output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What `curl -i` shows.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn of(line: &str) -> Self {
        let text = shell(line);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{line}: {text}"));
        let status = head.split_whitespace().nth(1).unwrap().parse().unwrap();
        Self { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

#[test]
fn the_banner_and_the_tour_work_word_for_word_and_nothing_is_left_behind() {
    let demo = Demo::start(&["--tour"]);
    let banner = demo.words_until("  Stop");
    assert_eq!(banner.len(), 12, "{banner:?}");
    assert!(banner[0].starts_with(concat!("Orderbase ", env!("CARGO_PKG_VERSION"))));
    let first = banner.iter().find_map(|line| line.strip_prefix("  Try   ")).unwrap();

    let page: Value = serde_json::from_str(&shell(first)).unwrap();
    assert_eq!(page["data"].as_array().unwrap().len(), 3);
    assert_eq!(shell(&format!("{first} -o /dev/null -w '%{{http_code}}'")), "200");

    let tour = demo.words_until("curl -sSi -X POST '").into_iter().chain(demo.words.recv_timeout(PATIENCE));
    let mut words: Vec<String> = tour.collect();
    while words.iter().filter(|line| line.starts_with("curl ")).count() < 6 {
        words.push(demo.words.recv_timeout(PATIENCE).unwrap());
    }
    let steps: Vec<(&str, &str)> = words
        .iter()
        .zip(words.iter().skip(1))
        .filter(|(title, _)| title.starts_with("# "))
        .map(|(title, line)| (title.as_str(), line.as_str()))
        .collect();
    let answers: Vec<Answer> = steps.iter().map(|(_, line)| Answer::of(line)).collect();
    for ((title, _), answer) in steps.iter().zip(&answers) {
        assert!(title.ends_with(&format!("({})", answer.status)), "{title}: {} {}", answer.status, answer.body);
    }
    assert_eq!(answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), [201, 201, 200, 412, 422, 403]);
    assert!(!answers[0].head.contains("idempotent-replayed"));
    assert!(answers[1].head.contains("idempotent-replayed: true") && answers[1].body == answers[0].body);
    assert_eq!(answers[2].json()["status"], "confirmed");
    let codes: Vec<_> = answers[3..].iter().map(|answer| answer.json()["code"].clone()).collect();
    assert_eq!(codes, ["version_conflict", "customer_inactive", "tenant_suspended"]);
    let lines: Vec<&str> = demo.json["curl"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert_eq!(lines, std::iter::once(first).chain(steps.iter().map(|(_, line)| *line)).collect::<Vec<_>>());

    let left = std::fs::read_dir(demo.temporary.path()).unwrap().count();
    assert_eq!(left, 1, "the data directory, and nothing where the environment pointed");
    let (status, temporary) = demo.stop("TERM");
    assert_eq!(status.code(), Some(0));
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn tenants_are_apart_and_the_docs_page_knows_the_key() {
    let demo = Demo::start(&[]);
    let (acme, borealis, dune) = (demo.key(0), demo.key(1), demo.key(3));
    let order = demo.get("/api/v1/orders?limit=1", &acme).json()["data"][0].clone();
    let path = format!("/api/v1/orders/{}", order["id"].as_str().unwrap());
    assert_eq!(demo.get(&path, &acme).status, 200);
    assert_eq!(demo.get(&path, &borealis).status, 404, "an id of another tenant is no id");
    assert_eq!(demo.get("/api/v1/orders", &dune).status, 200, "a suspended tenant reads");

    let by_email =
        |key: &str, email: &str| demo.get(&format!("/api/v1/customers?email={email}"), key).json()["data"][0].clone();
    let customer = demo.get("/api/v1/customers?limit=1", &borealis).json()["data"][0].clone();
    let email = customer["email"].as_str().unwrap();
    assert_eq!(by_email(&borealis, email)["id"], customer["id"]);
    assert_eq!(by_email(&acme, email)["name"], customer["name"]);
    assert_ne!(by_email(&acme, email)["id"], customer["id"]);

    let base = demo.json["base_url"].as_str().unwrap();
    let login = |body: Value| {
        let head = "-H 'Content-Type: application/json'";
        Answer::of(&format!("curl -sSi '{base}/api/v1/auth/login' {head} -d '{body}'"))
    };
    let owner = &demo.json["tenants"][0]["users"][0];
    let tokens = login(serde_json::json!({"tenant": "acme", "email": owner["email"], "password": owner["password"]}));
    assert_eq!(tokens.status, 200, "{}", tokens.body);
    let tokens = tokens.json();
    let access = tokens["access_token"].as_str().unwrap();
    let own = Answer::of(&format!("curl -sSi '{base}/api/v1/orders?limit=1' -H 'Authorization: Bearer {access}'"));
    assert_eq!((own.status, &own.json()["data"][0]["id"]), (200, &order["id"]));
    assert_eq!(login(demo.json["operator"].clone()).status, 200);
    let (email, password) = (owner["email"].as_str().unwrap(), owner["password"].as_str().unwrap());
    let form = format!("-d grant_type=password -d 'username=acme/{email}' -d 'password={password}'");
    let granted = Answer::of(&format!("curl -sSi '{base}/oauth/token' {form}"));
    assert_eq!(granted.status, 200, "{}", granted.body);

    assert!(demo.get("/docs/swagger-initializer.js", &acme).body.contains(&format!("\"{acme}\"")));
    let (status, temporary) = demo.stop("INT");
    assert_eq!(status.code(), Some(0));
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn kept_data_is_made_up_once_and_keys_stay_who_they_are_with_new_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let (data, json) = (folder.path().join("data"), folder.path().join("demo.json"));
    let arguments = ["--data", data.to_str().unwrap(), "--print-json", json.to_str().unwrap()];

    let first = Demo::start(&arguments);
    let (old_key, old_dune) = (first.key(0), first.key(3));
    let first_base = first.json["base_url"].as_str().unwrap().to_owned();
    let orders = first.get("/api/v1/orders?limit=100", &old_key).json()["data"].clone();
    let place = first.json["curl"][1].as_str().unwrap().to_owned();
    let answered = Answer::of(&place);
    let placed = answered.json();
    assert_eq!(placed["number"], 1_401);
    assert_eq!(serde_json::from_str::<Value>(&std::fs::read_to_string(&json).unwrap()).unwrap(), first.json);
    assert_eq!(mode(&json), 0o600);
    assert_eq!(mode(&data), 0o700);
    assert_eq!(first.stop("TERM").0.code(), Some(0));

    let second = Demo::start(&arguments);
    let banner = second.words_until("  Stop");
    assert!(banner[1].contains(&format!("data is kept in {}", data.display())), "{banner:?}");
    let key = second.key(0);
    assert_eq!(second.get("/api/v1/orders", &old_key).status, 401);
    let now = second.get("/api/v1/orders?limit=100", &key).json()["data"].clone();
    assert_eq!(now[0]["id"], placed["id"], "what was done is kept");
    assert_eq!(now.as_array().unwrap()[1..], orders.as_array().unwrap()[..99]);
    let again = place.replace(first_base.as_str(), second.json["base_url"].as_str().unwrap()).replace(&old_key, &key);
    let replayed = Answer::of(&again);
    assert_eq!((replayed.status, &replayed.body), (201, &answered.body), "kept under the key's id");
    assert!(!answered.head.contains("idempotent-replayed") && replayed.head.contains("idempotent-replayed: true"));

    let dune = second.key(3);
    assert_ne!(dune, old_dune);
    assert_eq!(second.get("/api/v1/orders", &old_dune).status, 401);
    assert_eq!(second.get("/api/v1/orders", &dune).status, 200);
    let write = second.json["curl"][6].as_str().unwrap();
    let refused = Answer::of(write);
    assert!(write.contains(&dune));
    assert_eq!((refused.status, &refused.json()["code"]), (403, &"tenant_suspended".into()), "{}", refused.body);
    assert_eq!(Answer::of(second.json["curl"][1].as_str().unwrap()).json()["number"], 1_402);
    assert_eq!(second.stop("TERM").0.code(), Some(0));

    // The same seed and now elsewhere.
    let other = Demo::start(&[]);
    assert_eq!(other.get("/api/v1/orders?limit=100", &other.key(0)).json()["data"], orders);
    assert_ne!(other.key(0), old_key);
}

#[test]
fn data_that_somebody_means_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let made = Command::new(env!("CARGO_BIN_EXE_orderbase"))
        .args(["--set", &format!("data_dir={data}"), "tenant", "create", "--name", "Real", "--slug", "real"])
        .current_dir(folder.path())
        .env_clear()
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));

    let refused = run_to_end(&["demo", "--port", "0", "--data", data]);
    assert_eq!(refused.0, Some(77), "{}", refused.1);
    assert!(refused.1.contains("a directory of its own"), "{}", refused.1);
    let database = run_to_end(&["demo", "--port", "0", "--set", "database.url=postgres://localhost/x"]);
    assert_eq!(database.0, Some(2), "{}", database.1);
    let time = run_to_end(&["demo", "--port", "0", "--now", "yesterday"]);
    assert_eq!(time.0, Some(2), "{}", time.1);
}

/// Exit code and standard error of a command that does not stay.
fn run_to_end(arguments: &[&str]) -> (Option<i32>, String) {
    let temporary = tempfile::tempdir().unwrap();
    let output =
        Command::new(env!("CARGO_BIN_EXE_orderbase")).args(arguments).env("TMPDIR", temporary.path()).output().unwrap();
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0, "{arguments:?}");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
