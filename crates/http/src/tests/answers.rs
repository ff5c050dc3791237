//! Answers of commands: fresh, kept and repeated ones.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::body::to_bytes;
use orderbase_application::Done;
use orderbase_application::changeset::KeptAnswer;
use orderbase_kernel::Version;
use serde_json::json;

use crate::respond;

async fn shown(answer: HttpResponse) -> (u16, Vec<(String, String)>, String) {
    let status = answer.status().as_u16();
    let mut headers: Vec<_> =
        answer.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    headers.sort();
    let bytes = to_bytes(answer.into_body()).await.unwrap();
    (status, headers, String::from_utf8(bytes.to_vec()).unwrap())
}

fn created(name: &&str) -> KeptAnswer {
    respond::created("/api/v1/things/1".to_owned(), Version::FIRST, &json!({"name": name}))
}

#[actix_web::test]
async fn a_repeated_answer_differs_by_one_header() {
    let kept = Arc::new(created(&"Ada"));
    let fresh = shown(respond::done(Done::Fresh("Ada"), created).unwrap()).await;
    let first = shown(respond::done(Done::<&str>::Kept(Arc::clone(&kept)), created).unwrap()).await;
    let (status, mut headers, body) = shown(respond::done(Done::<&str>::Replayed(kept), created).unwrap()).await;
    assert_eq!(fresh, first);
    let at = headers.iter().position(|(name, _)| name == "idempotent-replayed").unwrap();
    assert_eq!(headers.remove(at).1, "true");
    assert_eq!((status, headers, body), first);
    let expected = [
        ("cache-control", "private, no-cache"),
        ("content-type", "application/json"),
        ("etag", "\"1\""),
        ("location", "/api/v1/things/1"),
    ];
    assert_eq!(fresh.1, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!((fresh.0, fresh.2.as_str()), (201, "{\"name\":\"Ada\"}"));
}

#[actix_web::test]
async fn a_kept_answer_that_is_none_is_our_fault() {
    let answer = KeptAnswer { status: 7, location: None, etag: None, body: Vec::new(), holds_credential: false };
    let problem = respond::done(Done::<()>::Kept(Arc::new(answer)), |()| KeptAnswer::default()).unwrap_err();
    assert_eq!(problem.code(), orderbase_application::Code::InternalError);
}
