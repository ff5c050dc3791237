//! Compressed answers are the same answers under another tag.

use std::io::Read as _;

use flate2::read::GzDecoder;

use crate::options::HttpOptions;
use crate::testing::{Received, TestApp};

fn unpacked(answer: &Received) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(answer.bytes.as_ref()).read_to_end(&mut plain).unwrap();
    plain
}

#[actix_web::test]
async fn who_asks_gets_gzip_of_what_is_long_enough() {
    let app = TestApp::start().await;
    let get = |path: &str| app.get(path).anonymous();
    for (path, long) in [
        ("/errors", true),
        ("/openapi/v1.json", true),
        ("/docs/swagger-ui.css", true),
        ("/", false),
        ("/nothing", false),
    ] {
        let plain = get(path).send().await;
        let packed = get(path).header("accept-encoding", "br, gzip").send().await;
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        assert_eq!(plain.bytes.len() >= 1_400, long, "{path}");
        assert_eq!((packed.header("content-encoding") == "gzip", packed.status), (long, plain.status), "{path}");
        if long {
            assert_eq!(unpacked(&packed), plain.bytes, "{path}");
            assert!(packed.bytes.len() < plain.bytes.len() / 2, "{path}");
            let tag = plain.header("etag").trim_end_matches('"').to_owned();
            assert_eq!(packed.header("etag"), format!("{tag}-gz\""), "{path}");
            for known in [plain.header("etag"), packed.header("etag")] {
                let again = get(path).header("accept-encoding", "gzip").if_none_match(known).send().await;
                assert_eq!((again.status.as_u16(), again.header("content-encoding")), (304, ""), "{path} {known}");
                assert_eq!(again.header("etag"), packed.header("etag"), "{path} {known}: as the 200");
                let again = get(path).if_none_match(known).send().await;
                assert_eq!((again.status.as_u16(), again.header("etag")), (304, plain.header("etag")), "{path}");
            }
        } else if plain.status == 200 {
            // However it was asked for, this one is never packed.
            let forged = plain.header("etag").replace("\"", "").to_owned();
            let again =
                get(path).header("accept-encoding", "gzip").if_none_match(&format!("\"{forged}-gz\"")).send().await;
            assert_eq!((again.status.as_u16(), again.header("etag")), (304, plain.header("etag")), "{path}");
        }
    }
    assert_eq!(get("/errors").header("accept-encoding", "gzip;q=0").send().await.header("content-encoding"), "");
    // Too long to be packed between two requests of the same thread.
    let bundle = get("/docs/swagger-ui-bundle.js").header("accept-encoding", "gzip").send().await;
    assert_eq!((bundle.header("content-encoding"), bundle.bytes.len() > 1_048_576), ("", true));
}

#[actix_web::test]
async fn it_can_be_switched_off() {
    let app = TestApp::with(HttpOptions { compression: false, ..HttpOptions::default() }).await;
    let answer = app.get("/errors").anonymous().header("accept-encoding", "gzip").send().await;
    assert_eq!((answer.header("content-encoding"), answer.json()["data"].is_array()), ("", true));
}
