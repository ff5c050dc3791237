//! The page of the documents as a person uses it: opened, an operation executed with nothing typed, then with every credential that the
//! button Authorize takes; no server but ours.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panicking")]

use std::time::Duration;

use orderbase_tests::binary::{Binary, Running};
use orderbase_tests::browser::Browser;
use orderbase_tests::client::Client;
use serde_json::{Value, json};

const ORDERS_LIST: &str = "#operations-Orders-orders_list";
const ME: &str = "#operations-Me-me_get";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_are_listed_by_pressing_execute() {
    let demo = Demo::start();
    let browser = Browser::open().await;
    browser.visit(demo.docs()).await;
    browser.press(&format!("{ORDERS_LIST} .opblock-summary-control")).await;
    let (status, body) = executed(&browser, ORDERS_LIST).await;
    assert!(status.starts_with("200"), "{status}: {body}");
    let page = json_of(&body);
    assert_eq!(page["data"].as_array().map(Vec::len), Some(20), "{body}");
    assert!(text(&page["data"][0]["display_number"]).starts_with("AC-"), "{body}");

    let (requests, base) = (browser.requests().await, demo.base());
    let asked =
        |path: &str| requests.iter().any(|url| url.strip_prefix(base).is_some_and(|rest| rest.starts_with(path)));
    assert!(asked("/docs") && asked("/openapi/v1.json") && asked("/api/v1/orders"), "{requests:?}");
    let elsewhere: Vec<_> = requests.iter().filter(|url| !is_ours(url, base)).collect();
    assert!(elsewhere.is_empty(), "the page works without any other server: {elsewhere:?}");
    let complaints = browser.complaints().await;
    assert!(complaints.is_empty(), "{complaints:?}");
}

/// Each way that the button Authorize offers, one after the other: the key that the demo has put in, a token, a client's credentials.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn authorize_takes_a_token_and_a_clients_credentials() {
    let demo = Demo::start();
    let api = Client::new(demo.base());
    let acme = &demo.ready["tenants"][0];
    let (key, owner) = (text(&acme["keys"][1]["key"]), &acme["users"][0]);
    let login = json!({"tenant": "acme", "email": owner["email"], "password": owner["password"]});
    let signed_in = api.post("/api/v1/auth/login", &login).await.expect(200).json();
    let client = api.with_key(key).get("/api/v1/me").await.expect(200).json();

    let browser = Browser::open().await;
    browser.visit(demo.docs()).await;
    browser.press(&format!("{ME} .opblock-summary-control")).await;
    let put_in = api.with_key(text(&acme["keys"][0]["key"])).get("/api/v1/me").await.expect(200).json();
    assert_eq!(who(&browser).await, put_in);

    open_dialog(&browser).await;
    browser.press(LOGOUT).await;
    browser.write("#auth-bearer-value", text(&signed_in["access_token"])).await;
    browser.press(".auth-container:has(#auth-bearer-value) button.authorize").await;
    close_dialog(&browser).await;
    let me = who(&browser).await;
    assert_eq!((&me["actor"]["type"], &me["role"]), (&json!("user"), &owner["role"]), "{me}");

    open_dialog(&browser).await;
    browser.press(LOGOUT).await;
    browser.write("#client_id_clientCredentials", text(&client["actor"]["id"])).await;
    browser.write("#client_secret_clientCredentials", key).await;
    browser.press("button[aria-label='Apply given OAuth2 credentials']").await;
    close_dialog(&browser).await;
    let me = who(&browser).await;
    assert_eq!((&me["actor"], &me["permissions"]), (&client["actor"], &client["permissions"]), "{me}");
    // Swagger UI asks for a secret outside of a form, which the browser remarks upon.
    let complaints: Vec<_> =
        browser.complaints().await.into_iter().filter(|it| !it.contains("[DOM] Password field")).collect();
    assert!(complaints.is_empty(), "{complaints:?}");
}

/// In the dialog, beside whatever is authorised.
const LOGOUT: &str = ".modal-ux button[aria-label='Remove authorization']";

async fn open_dialog(browser: &Browser) {
    browser.press(".auth-wrapper button.authorize").await;
}

/// Once something is authorised.
async fn close_dialog(browser: &Browser) {
    browser.text(LOGOUT).await;
    browser.press(".modal-ux button.btn-done").await;
}

/// Who the page says is calling, with what is put in.
async fn who(browser: &Browser) -> Value {
    let (status, body) = executed(browser, ME).await;
    assert!(status.starts_with("200"), "{status}: {body}");
    browser.press(&format!("{ME} button.btn-clear")).await;
    json_of(&body)
}

/// Presses Execute of an operation that lies open, and answers status and body.
async fn executed(browser: &Browser, operation: &str) -> (String, String) {
    browser.press(&format!("{operation} button.execute")).await;
    let status = browser.text(&format!("{operation} .live-responses-table tbody .response-col_status")).await;
    (status, browser.text(&format!("{operation} .live-responses-table .highlight-code code")).await)
}

/// A demo on a free port, and what it says of itself. The folder goes last.
struct Demo {
    ready: Value,
    _running: Running,
    _folder: tempfile::TempDir,
}

impl Demo {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let binary = Binary::in_folder(folder.path()).env("TMPDIR", folder.path());
        let running = binary.args(["demo", "--port", "0"]).start();
        let ready = running.line(Duration::from_secs(60), |line| line.contains("demo.ready"));
        Self { ready: json_of(&ready), _running: running, _folder: folder }
    }

    fn base(&self) -> &str {
        text(&self.ready["base_url"])
    }

    fn docs(&self) -> &str {
        text(&self.ready["docs_url"])
    }
}

fn json_of(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_else(|fault| panic!("{fault}: {body}"))
}

/// Of this origin, or no request at all but a picture written out in the style sheet.
fn is_ours(url: &str, base: &str) -> bool {
    url == base || url.starts_with(&format!("{base}/")) || url.starts_with("data:")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}
