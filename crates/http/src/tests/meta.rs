//! Description, error pages and documents.

use orderbase_application::Code;
use serde_json::json;

use crate::openapi::document;
use crate::options::{DocsMode, HttpOptions};
use crate::problem;
use crate::route::routes;
use crate::server::Listener;
use crate::testing::TestApp;
use crate::version::ApiVersion;

#[actix_web::test]
async fn the_service_describes_itself_and_its_links_lead_somewhere() {
    let app = TestApp::start().await;
    for path in ["/", "/api"] {
        let answer = app.get(path).anonymous().send().await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["versions"]),
            (
                200,
                &json!([
                    {"version": "1", "path": "/api/v1", "openapi": "/openapi/v1.json"},
                    {"version": "2", "path": "/api/v2", "openapi": "/openapi/v2.json"}
                ])
            )
        );
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        let body = answer.json();
        let documents = body["versions"].as_array().unwrap().iter().map(|version| &version["openapi"]);
        for link in body["links"].as_object().unwrap().values().chain(documents) {
            assert_eq!(app.get(link.as_str().unwrap()).anonymous().send().await.status, 200, "{link}");
        }
        let known = app.get(path).anonymous().if_none_match(answer.header("etag")).send().await;
        assert_eq!(known.status, 304);
        assert!(!String::from_utf8_lossy(&answer.bytes).contains(env!("CARGO_PKG_VERSION")), "no build version");
    }
}

#[actix_web::test]
async fn every_code_has_a_page_for_people_and_for_programs() {
    let app = TestApp::start().await;
    for code in Code::ALL {
        let path = format!("/errors/{}", code.slug());
        let page = app.get(&path).anonymous().header("accept", "text/html").send().await;
        let text = String::from_utf8(page.bytes.to_vec()).unwrap();
        assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"), "{path}");
        assert!(text.contains(&format!("<h1>{}</h1>", code.title())) && text.contains("<h2>What to do</h2>"), "{path}");
        assert!(!text.contains("](") && !text.contains("**"), "{path} has Markdown left");
        assert_eq!(page.header("cache-control"), "public, max-age=3600");

        let data = app.get(&path).anonymous().send().await.json();
        let status = problem::status(code.class()).as_u16();
        assert_eq!((&data["code"], &data["status"]), (&json!(code.slug()), &json!(status)));
        assert_eq!((&data["example"]["code"], &data["example"]["status"]), (&json!(code.slug()), &json!(status)));
    }
    let list = app.get("/errors").anonymous().send().await.json();
    assert_eq!(list["data"].as_array().map(Vec::len), Some(Code::ALL.len()));
    assert_eq!(app.get("/errors/nothing").anonymous().send().await.problem(), "error_code_not_found");
    let image = app.get("/errors").anonymous().header("accept", "image/png").send().await;
    assert_eq!(image.problem(), "not_acceptable");
}

#[actix_web::test]
async fn the_style_of_pages_is_the_one_their_policy_admits() {
    let app = TestApp::start().await;
    let page = app.get("/errors").anonymous().header("accept", "text/html").send().await;
    let text = String::from_utf8(page.bytes.to_vec()).unwrap();
    let style = text.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let hash = sha256_base64(style.as_bytes());
    assert!(page.header("content-security-policy").contains(&format!("'sha256-{hash}'")), "{hash}");
    assert!(!text.contains("style=") && !text.contains("<script"));
}

fn sha256_base64(bytes: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in digest.as_ref().chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let known = place <= chunk.len();
            out.push(if known { ALPHABET[(word >> (18 - 6 * place) & 63) as usize] as char } else { '=' });
        }
    }
    out
}

#[actix_web::test]
async fn swagger_ui_comes_out_of_the_binary() {
    let app = TestApp::start().await;
    let page = app.get("/docs").anonymous().header("accept", "text/html").send().await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"));
    let text = String::from_utf8(page.bytes.to_vec()).unwrap();
    let mut parts = 0;
    for quoted in text.split('"').filter(|part| part.starts_with("/docs/")) {
        let part = app.get(quoted).anonymous().header("accept", "*/*").send().await;
        assert!(part.status == 200 && !part.bytes.is_empty(), "{quoted}");
        assert!(part.header("content-security-policy").starts_with("default-src 'none'"));
        parts += 1;
    }
    assert_eq!(parts, 5);
    assert!(!text.contains("http://") && !text.contains("https://"), "works offline");
    assert_eq!(app.get("/docs/").anonymous().send().await.status, 200);
    for none in ["/docs/index.html", "/docs/nothing.js", "/docs/..%2f..%2fetc%2fpasswd"] {
        assert_eq!(app.get(none).anonymous().send().await.problem(), "route_not_found", "{none}");
    }
    let script = app.get("/docs/swagger-initializer.js").anonymous().send().await;
    let script = String::from_utf8(script.bytes.to_vec()).unwrap();
    for version in ApiVersion::ALL {
        let path = format!("/openapi/v{}.json", version.as_str());
        assert!(script.contains(&format!("{path:?}")), "{script}");
        assert_eq!(app.get(&path).anonymous().send().await.json(), document(version), "{path}");
        assert_eq!(app.get(&format!("{path}/")).anonymous().send().await.json()["info"]["version"], version.as_str());
    }
    let css = app.get("/docs/swagger-ui.css").anonymous().send().await;
    assert_eq!(css.header("content-type"), "text/css");
    assert_eq!(app.get("/docs/swagger-ui.css").anonymous().if_none_match(css.header("etag")).send().await.status, 304);
}

#[actix_web::test]
async fn a_demo_key_is_entered_on_this_machine_only() {
    let script = |app: TestApp, peer, host: &'static str| async move {
        let answer = app.get("/docs/swagger-initializer.js").anonymous().from(peer).header("host", host).send().await;
        assert_eq!(answer.header("cache-control"), "no-store");
        String::from_utf8(answer.bytes.to_vec()).unwrap()
    };
    let demo = TestApp::with(HttpOptions { demo_key: Some("ob_test_\"x".to_owned()), ..HttpOptions::default() }).await;
    let entered = "preauthorizeApiKey(\"ApiKeyAuth\", \"ob_test_\\\"x\")";
    assert!(script(demo.clone(), "127.0.0.1:1", "localhost:8080").await.contains(entered));
    assert!(script(demo.clone(), "[::1]:1", "[::1]:8080").await.contains(entered));
    for (peer, host) in [("127.0.0.1:1", "evil.example"), ("192.0.2.1:1", "localhost"), ("192.0.2.1:1", "192.0.2.9")] {
        assert!(!script(demo.clone(), peer, host).await.contains("ob_test"), "{peer} {host}");
    }
    let plain = TestApp::start().await;
    assert!(!script(plain, "127.0.0.1:1", "localhost").await.contains("preauthorize"));
}

#[actix_web::test]
async fn documents_are_where_the_setting_puts_them() {
    for (docs, listener, served) in [
        (DocsMode::Public, Listener::Public, true),
        (DocsMode::Public, Listener::Internal, false),
        (DocsMode::Internal, Listener::Public, false),
        (DocsMode::Internal, Listener::Internal, true),
        (DocsMode::Off, Listener::Public, false),
        (DocsMode::Off, Listener::Internal, false),
    ] {
        let app = TestApp::over(HttpOptions { docs, ..HttpOptions::default() }, listener, routes()).await;
        for path in ["/docs", "/openapi/v1.json", "/openapi/v2.json", "/docs/swagger-ui.css"] {
            let answer = app.get(path).anonymous().send().await;
            assert_eq!(answer.status == 200, served, "{docs:?} {listener:?} {path}");
        }
        assert_eq!(app.get("/health").anonymous().send().await.status, 200);
        let api = app.get("/api").anonymous().send().await.status == 200;
        assert_eq!(api, listener == Listener::Public);
    }
}
