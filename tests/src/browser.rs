//! A headless Chromium, driven by the WebDriver protocol (<https://www.w3.org/TR/webdriver2/>): what a person sees and presses. It resolves
//! no name and asks no proxy, so that a page needing another server fails. Must never leave a browser behind, or use anybody's profile.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::Client;
use crate::environment;

/// How long a page may take to get where a test waits for it.
const PATIENCE: Duration = Duration::from_secs(20);
/// The key under which the protocol names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// As root there is no sandbox; over the pipe the browser ends with its driver.
const FLAGS: [&str; 14] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
    "--lang=en",
    "--window-size=1280,1600",
];

/// A browser with one empty window.
#[derive(Debug)]
pub struct Browser {
    driver: Child,
    address: SocketAddr,
    client: Client,
    session: String,
    // Last: the browser is gone before its profile.
    _profile: TempDir,
}

impl Browser {
    /// Starts one, with an empty profile.
    pub async fn open() -> Self {
        let profile = TempDir::new().expect("a temporary folder can be made");
        let (driver, address) = start_driver(&profile);
        let client = Client::new(&format!("http://{address}"));
        let mut browser = Self { driver, address, client, session: String::new(), _profile: profile };
        let arguments: Vec<String> = FLAGS
            .iter()
            .map(|flag| (*flag).to_owned())
            .chain([format!("--user-data-dir={}", browser._profile.path().join("profile").display())])
            .collect();
        let wish = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"},
        }}});
        let made = browser.client.post("/session", &wish).await.expect(200).json();
        browser.session = made["value"]["sessionId"].as_str().expect("a session has an id").to_owned();
        // A new window shows a page of the browser's own, which is none of the test's business.
        browser.visit("about:blank").await;
        browser.requests().await;
        browser.complaints().await;
        browser
    }

    /// Opens a page and waits until it is loaded.
    pub async fn visit(&self, url: &str) {
        self.command("url", &json!({"url": url})).await;
    }

    /// Presses the first element that the CSS selector finds, waiting for it, as a person would: scrolled to, and only if nothing lies over it.
    pub async fn press(&self, selector: &str) {
        let found = self.find(selector).await;
        self.command(&format!("element/{found}/click"), &json!({})).await;
    }

    /// Types into the first element that the CSS selector finds, waiting for it.
    pub async fn write(&self, selector: &str, text: &str) {
        let found = self.find(selector).await;
        self.command(&format!("element/{found}/value"), &json!({"text": text})).await;
    }

    /// The visible text of the first element that the CSS selector finds, waiting for it.
    pub async fn text(&self, selector: &str) -> String {
        let found = self.find(selector).await;
        let path = format!("/session/{}/element/{found}/text", self.session);
        let text = self.client.get(&path).await.expect(200).json();
        text["value"].as_str().expect("a text").to_owned()
    }

    /// What a script returns in the page.
    pub async fn script(&self, script: &str) -> Value {
        self.command("execute/sync", &json!({"script": script, "args": []})).await
    }

    /// The address of every request that the window has begun since the last call, blocked ones too; without the browser's own pages.
    pub async fn requests(&self) -> Vec<String> {
        let entries = self.command("se/log", &json!({"type": "performance"})).await;
        let messages = entries.as_array().expect("a log is a list").iter().filter_map(|entry| {
            let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let begun = message["message"]["method"] == "Network.requestWillBeSent";
            begun.then(|| message["message"]["params"]["request"]["url"].as_str().map(str::to_owned))?
        });
        let own = ["chrome:", "chrome-untrusted:", "about:"];
        messages.filter(|url| own.iter().all(|scheme| !url.starts_with(scheme))).collect()
    }

    /// What the page has complained of since the last call: failed requests, breaches of its policy, errors in scripts.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.command("se/log", &json!({"type": "browser"})).await;
        entries.as_array().expect("a log is a list").iter().map(|entry| entry["message"].to_string()).collect()
    }

    async fn find(&self, selector: &str) -> String {
        let (wish, begun) = (json!({"using": "css selector", "value": selector}), Instant::now());
        loop {
            let answer = self.client.post(&format!("/session/{}/element", self.session), &wish).await;
            if answer.status == 200 {
                return answer.json()["value"][ELEMENT].as_str().expect("an element has an id").to_owned();
            }
            assert!(begun.elapsed() < PATIENCE, "waited in vain for {selector}: {}", answer.text());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn command(&self, path: &str, body: &Value) -> Value {
        let answer = self.client.post(&format!("/session/{}/{path}", self.session), body).await;
        answer.expect(200).json()["value"].clone()
    }
}

/// Ends the browser first, in order: killed without, the driver may leave it behind.
impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty()
            && let Ok(mut stream) = TcpStream::connect(self.address)
        {
            let head = format!("DELETE /session/{} HTTP/1.1\r\nHost: {}\r\n\r\n", self.session, self.address);
            let _ = stream.set_read_timeout(Some(PATIENCE));
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.read(&mut [0; 64]));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// A driver on a free port of its choice. It sees no variable of the caller but `PATH`.
fn start_driver(home: &TempDir) -> (Child, SocketAddr) {
    let program = environment::chromedriver();
    let mut driver = Command::new(&program)
        .args(["--port=0", "--allowed-ips=127.0.0.1"])
        .env_clear()
        .envs([("PATH", "/usr/local/bin:/usr/bin:/bin".as_ref()), ("HOME", home.path().as_os_str())])
        .env("TMPDIR", home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|cause| {
            panic!("{program} cannot be started ({cause}). Run this test through `tests/run browser`, or install chromium-driver.")
        });
    let mut lines = BufReader::new(driver.stdout.take().expect("stdout is a pipe")).lines().map_while(Result::ok);
    let port = lines.find_map(|line| line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok());
    // It writes on, and a full pipe would hold it.
    std::thread::spawn(move || lines.for_each(drop));
    (driver, SocketAddr::from(([127, 0, 0, 1], port.expect("the driver names its port"))))
}
