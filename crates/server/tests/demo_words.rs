//! What a demonstration says: the banner, the tour and the JSON line.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod demo_support;

use std::path::Path;

use demo_support::{origin, seeded};
use orderbase::demo::banner::{Build, banner, tour as tour_text};
use orderbase::demo::keys::DemoTenant;
use orderbase::demo::ready::Ready;
use orderbase::demo::tour::{self, Request};
use orderbase::demo::users::{DemoOperator, platform_operator};
use orderbase_application::App;

const BASE: &str = "http://127.0.0.1:8081";
const BUILD: Build = Build { version: "1.2.3", commit: Some("abc1234"), schema: "m0006_x" };

struct Told {
    tenants: Vec<DemoTenant>,
    operator: DemoOperator,
    first: Request,
    tour: Vec<Request>,
}

async fn told() -> (App, Told) {
    let (app, tenants) = seeded(origin()).await;
    let first = tour::first(BASE, tenants[0].key().unwrap());
    let tour = tour::tour(&app, &tenants, BASE, origin().now).await.unwrap();
    let operator = platform_operator(&app).await.unwrap();
    (app, Told { tenants, operator, first, tour })
}

impl Told {
    fn ready(&self) -> Ready<'_> {
        Ready {
            base_url: BASE,
            remarks: &[],
            docs_authorised: Some(true),
            kept: None,
            tenants: &self.tenants,
            operator: &self.operator,
            first: &self.first,
            tour: &self.tour,
        }
    }

    fn key(&self, tenant: usize) -> &str {
        self.tenants[tenant].key().unwrap()
    }
}

#[tokio::test]
async fn the_banner_says_all_there_is_to_know_in_twelve_lines() {
    let (_, told) = told().await;
    let remarks = ["port 8080 is busy".to_owned()];
    let [acme, borealis, cactus, dune] = [told.key(0), told.key(1), told.key(2), told.key(3)];
    let owner = told.tenants[0].users[0].password.expose();
    let text = banner(&BUILD, &Ready { remarks: &remarks, ..told.ready() }, false);
    assert_eq!(
        text,
        format!(
            "Orderbase 1.2.3, commit abc1234, schema m0006_x: a demonstration with made-up tenants
  data is thrown away at exit (keep: --data PATH)
  API   http://127.0.0.1:8081/api/v1  (port 8080 is busy)
  Docs  http://127.0.0.1:8081/docs  (the key of acme is entered)
  Keys  acme      {acme}
        borealis  {borealis}
        cactus    {cactus}
        dune      {dune}  (suspended: reads only)
  Login acme, owner@acme.example, {owner}  (POST /api/v1/auth/login)
  Try   curl -sS 'http://127.0.0.1:8081/api/v1/orders?limit=3' -H 'X-API-Key: {acme}'
  More  --tour prints six more requests to try; --print-json PATH writes all keys, logins and requests
  Stop  Ctrl-C"
        )
    );
    assert_eq!(text.lines().count(), 12);
}

#[tokio::test]
async fn what_does_not_hold_is_not_said() {
    let (_, mut told) = told().await;
    told.tenants[3].keys.clear();
    for tenant in &mut told.tenants {
        tenant.users.clear();
    }
    let build = Build { commit: None, ..BUILD };
    let ready = Ready { docs_authorised: Some(false), kept: Some(Path::new("kept/here")), ..told.ready() };
    let text = banner(&build, &ready, true);
    assert!(text.starts_with("Orderbase 1.2.3, schema m0006_x: "));
    assert!(text.contains("data is kept in kept/here\n") && !text.contains("thrown away"));
    assert!(text.contains("Docs  http://127.0.0.1:8081/docs\n"), "no key is entered for the network");
    assert!(text.contains("dune      none: it was revoked, and a suspended tenant gets no new one\n"));
    assert!(text.contains("Login nobody: all were disabled\n"));
    assert!(text.contains("the tour below") && text.lines().count() == 12);

    let ready = Ready { docs_authorised: None, ..told.ready() };
    assert!(banner(&build, &ready, true).contains("Docs  off\n"));
    assert!(!ready.json().unwrap().contains("docs_url"));
}

#[tokio::test]
async fn the_tour_has_six_lines_for_a_shell() {
    let (_, told) = told().await;
    let statuses: Vec<u16> = told.tour.iter().map(|request| request.status).collect();
    assert_eq!(statuses, [201, 201, 200, 412, 422, 403]);
    assert_eq!(told.tour[0].line, told.tour[1].line);
    for Request { line, .. } in told.tour.iter().chain([&told.first]) {
        let shell = ['$', '`', '\\', '\n', '!'];
        assert!(line.starts_with("curl ") && !line.contains(shell), "{line}");
        assert_eq!(line.matches('\'').count() % 2, 0, "{line}");
    }
    let shown = tour_text(&told.ready());
    let lines: Vec<&str> = shown.lines().filter(|line| line.starts_with("curl ")).collect();
    assert_eq!(lines, told.tour.iter().map(|request| request.line.as_str()).collect::<Vec<_>>());
    assert!(shown.contains("# 1. place an order (201)\n"));
}

#[tokio::test]
async fn a_tour_without_its_subject_is_shorter() {
    let (app, mut told) = told().await;
    told.tenants[3].keys.clear();
    let tour = tour::tour(&app, &told.tenants, BASE, origin().now).await.unwrap();
    assert_eq!(tour, told.tour[..5]);
    told.tenants.clear();
    assert!(tour::tour(&app, &told.tenants, BASE, origin().now).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_json_is_one_line_with_every_key_and_login() {
    let (_, told) = told().await;
    let line = told.ready().json().unwrap();
    assert!(!line.contains('\n'));
    let json: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!((json["event"].as_str(), json["base_url"].as_str()), (Some("demo.ready"), Some(BASE)));
    assert_eq!(json["docs_url"], "http://127.0.0.1:8081/docs");
    let tenants: Vec<_> = json["tenants"].as_array().unwrap().iter().collect();
    let slugs: Vec<_> = tenants.iter().map(|tenant| tenant["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, ["acme", "borealis", "cactus", "dune"]);
    assert_eq!((&tenants[0]["status"], &tenants[3]["status"]), (&"active".into(), &"suspended".into()));
    let names: Vec<_> =
        tenants[0]["keys"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Full access", "Read only", "Orders only"]);
    assert_eq!(tenants[0]["keys"][1]["scopes"], serde_json::json!(["orders:read", "customers:read", "tenant:read"]));
    assert_eq!(tenants[3]["keys"][0]["key"], told.key(3));
    let roles = |tenant: usize| -> Vec<&str> {
        tenants[tenant]["users"].as_array().unwrap().iter().map(|user| user["role"].as_str().unwrap()).collect()
    };
    assert_eq!(roles(0), ["owner", "admin", "member", "viewer"]);
    assert_eq!(roles(2), ["owner", "admin", "member"], "a free plan has three seats");
    let viewer = &tenants[3]["users"][3];
    assert_eq!(viewer["email"], "viewer@dune.example");
    assert_eq!(viewer["password"], told.tenants[3].users[3].password.expose().as_str());
    assert_eq!(json["operator"]["email"], "operator@platform.example");
    assert_eq!(json["operator"]["password"], told.operator.password.expose().as_str());
    let curl: Vec<_> = json["curl"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert_eq!((curl.len(), curl[0], curl[6]), (7, told.first.line.as_str(), told.tour[5].line.as_str()));
}
