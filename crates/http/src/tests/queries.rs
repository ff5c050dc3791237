//! Queries on their way through an operation.

use super::sample;

#[actix_web::test]
async fn parameters_are_read_strictly() {
    let app = sample::app().await;
    let get = |query: &str| app.get(&format!("/api/v1/things{query}"));
    assert_eq!(get("").send().await.json()["limit"], 20);
    assert_eq!(get("?limit=100&all=true&status=new,new").send().await.json()["limit"], 100);
    for (query, code, faults) in [
        ("?limits=1", "unknown_parameter", vec!["limit unknown_field"]),
        ("?q=1", "unknown_parameter", vec![]),
        ("?limit=1&limit=2", "invalid_parameter", vec!["limit duplicate_field"]),
        ("?limit=x", "invalid_parameter", vec!["limit pattern"]),
        ("?limit=%zz", "invalid_parameter", vec!["limit pattern"]),
        (
            "?limit=101&all=yes&status=old",
            "validation_failed",
            vec!["limit out_of_range", "all not_one_of", "status not_one_of"],
        ),
    ] {
        let answer = get(query).send().await;
        assert_eq!(answer.problem(), code, "{query}");
        assert_eq!(answer.faults(), faults, "{query}");
    }
    let near = get("?limts=1").send().await.json();
    assert!(near["detail"].as_str().unwrap().contains("did you mean limit?"), "{near}");
    assert_eq!(app.get(&format!("/api/v1/things/{}?limit=1", sample::ID)).send().await.problem(), "unknown_parameter");
}

#[actix_web::test]
async fn a_credential_in_the_query_is_refused_and_not_repeated() {
    let app = sample::app().await;
    for query in [
        "api_key=s3cret",
        "apikey=s3cret",
        "X-API-Key=s3cret",
        "access_token=s3cret",
        "limit=1&token=s3cret",
        "key=s3cret",
    ] {
        for request in
            [app.get(&format!("/api/v1/things?{query}")), app.get(&format!("/api/v1/things?{query}")).anonymous()]
        {
            let answer = request.send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (400, "unknown_parameter"), "{query}");
            assert!(!String::from_utf8_lossy(&answer.bytes).contains("s3cret"));
        }
    }
}

#[actix_web::test]
async fn no_query_and_no_header_is_our_fault() {
    let app = sample::app().await;
    let pieces =
        ["limit", "=", "&", "%", "%00", "%ff", "+", "status", "all", "1", "true", ",", "é", "[]", ";", "?", "'", "*"];
    // A little generator of its own, so that a failure comes again.
    let mut state = 7_u32;
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize % below
    };
    for _ in 0..400 {
        let text: String = (0..next(8)).map(|_| pieces[next(pieces.len())]).collect();
        let escaped = text.replace('é', "%C3%A9");
        let header =
            ["if-match", "if-none-match", "idempotency-key", "accept", "content-type", "x-request-id", "origin"]
                [next(7)];
        let request = app.get(&format!("/api/v1/things?{escaped}")).header(header, text.as_bytes());
        let answer = request.send().await;
        assert!(answer.status.as_u16() < 500, "{text} in {header}");
        if !answer.status.is_success() {
            answer.problem();
        }
    }
}
