//! Tokens that nobody may get by: wrong headers, wrong claims, mangled texts. Whatever is wrong here is signed as it should be.

use serde_json::{Value, json};

use super::{HEAD, ISSUER, NOW};

const ALGS: &str = "none None NONE nOnE HS256 hs256 HS384 HS512 RS256 ES256 PS256 eddsa Ed25519 ED25519 EdDSA_";
const KIDS: &str = "k2 K1 _k1 k1_ k1. ../k1 ../../dev/null /etc/passwd k1'OR'1'='1 k1|x http://x.example/k \u{ff4b}1 *";
const TYPS: &str = "JWT jwt AT+JWT at+JWT application/at+jwt at+jwt; refresh+jwt logout+jwt dpop+jwt";

/// The good header with one member set.
pub(super) fn head_with(name: &str, value: Value) -> String {
    changed(&serde_json::from_str(HEAD).unwrap(), name, value)
}

fn changed(good: &Value, name: &str, value: Value) -> String {
    let mut other = good.clone();
    other[name] = value;
    other.to_string()
}

pub(super) fn heads() -> Vec<String> {
    let mut heads = Vec::new();
    for (name, words, good) in [("alg", ALGS, "EdDSA"), ("kid", KIDS, "k1"), ("typ", TYPS, "at+jwt")] {
        heads.extend(words.split(' ').map(|word| head_with(name, json!(word))));
        let blanks = ["", " ", &format!("{good} "), &format!(" {good}"), &format!("{good}\0"), &good.repeat(20)];
        heads.extend(blanks.map(|text| head_with(name, json!(text))));
        heads.extend([json!(1), json!(null), json!([good]), json!({})].map(|value| head_with(name, value)));
    }
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
    let members = [
        ("jku", json!("https://x.example/jwks.json")),
        ("jwk", jwk),
        ("x5u", json!("https://x.example/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("x")),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("crit", json!(null)),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
        ("cty", json!("JWT")),
    ];
    heads.extend(members.map(|(name, value)| head_with(name, value)));
    heads.extend(BROKEN_HEADS.map(str::to_owned));
    heads
}

const BROKEN_HEADS: [&str; 15] = [
    "",
    "{}",
    "null",
    "[]",
    "\"at+jwt\"",
    "{",
    r#"{"alg":"EdDSA","typ":"at+jwt"}"#,
    r#"{"kid":"k1","typ":"at+jwt"}"#,
    r#"{"alg":"EdDSA","kid":"k1"}"#,
    r#"{"alg":"none","alg":"EdDSA","kid":"k1","typ":"at+jwt"}"#,
    r#"{"alg":"EdDSA","kid":"k1","kid":"k1","typ":"at+jwt"}"#,
    r#"{"alg":"EdDSA","kid":"k1","typ":"JWT","typ":"at+jwt"}"#,
    r#"{"alg":["EdDSA"],"kid":"k1","typ":"at+jwt"}"#,
    r#"{"alg":"EdDSA","kid":"k1","typ":"at+jwt"} x"#,
    r#"{"ALG":"EdDSA","KID":"k1","TYP":"at+jwt"}"#,
];

/// Claims that are wrong. `good` are those of a user.
pub(super) fn wrong_claims(good: &Value) -> Vec<String> {
    let mut all = [wrong_times(good), wrong_issuers(good), wrong_subjects(good)].concat();
    for (name, value) in good.as_object().unwrap() {
        let mut without = good.clone();
        without.as_object_mut().unwrap().remove(name);
        all.push(without.to_string());
        all.push(good.to_string().replacen('{', &format!("{{\"{name}\":{value},"), 1));
    }
    all.extend(["", "{}", "null", "[]", "1", "{\"iss\":"].map(str::to_owned));
    all.push(format!("{good}{good}"));
    all
}

fn wrong_times(good: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for name in ["exp", "nbf", "iat"] {
        let written = changed(good, name, json!("@"));
        let numbers = "1768479000.5 1.768479e9 -1 18446744073709551615 9223372036854775807 99999999999999999999 null true \
            \"1768479000\" [1768479000] {}";
        all.extend(numbers.split_whitespace().map(|number| written.replace("\"@\"", number)));
    }
    let late = [("exp", NOW - 31), ("exp", NOW - 10_000), ("exp", 0), ("nbf", NOW + 31), ("iat", NOW + 31)];
    all.extend(late.map(|(name, secs)| changed(good, name, json!(secs))));
    all
}

fn wrong_issuers(good: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let foreign =
        "https://orders.example/ http://orders.example https://ORDERS.example https://x.example orders.example";
    for name in ["iss", "aud"] {
        all.extend(foreign.split(' ').map(|text| changed(good, name, json!(text))));
        let others =
            [json!(""), json!("https://orders.example\0"), json!(null), json!(1), json!([]), json!({}), json!([""])];
        all.extend(others.map(|value| changed(good, name, value)));
    }
    let platform = "https://orders.example/platform";
    all.push(changed(good, "iss", json!([ISSUER])));
    all.push(changed(good, "aud", json!([ISSUER, platform])));
    all.push(changed(good, "aud", json!(platform)));
    all
}

fn wrong_subjects(good: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for name in ["sub", "tenant_id", "sid", "jti", "client_id"] {
        let texts = ["", "x", "0-0-0-0-0", "{00000000-07d0-7000-8000-000000000000}", "*", "' OR 1=1 --", "\0"];
        all.extend(texts.map(|text| changed(good, name, json!(text))));
        all.extend([json!(1), json!(null), json!([])].map(|value| changed(good, name, value)));
    }
    let epochs = [json!(-1), json!(1.5), json!("7"), json!(4_294_967_296_u64), json!(null)];
    all.extend(epochs.map(|epoch| changed(good, "epoch", epoch)));
    all
}

/// Changes of a good token's text.
pub(super) fn mangled(good: &str) -> Vec<String> {
    let parts: Vec<&str> = good.split('.').collect();
    let (head, body, signature) = (parts[0], parts[1], parts[2]);
    let mut all = vec![
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        format!("{head}.{body}"),
        format!("{head}.{body}."),
        format!(".{body}.{signature}"),
        format!("{head}..{signature}"),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}.{signature}"),
        format!("{good}.x.y"),
        format!("{good}="),
        format!("{good}=="),
        format!("{good} "),
        format!(" {good}"),
        format!("{good}\0"),
        format!("{good}\n"),
        format!("{head}.{body}\0.{signature}"),
        format!("{head}=.{body}.{signature}"),
        format!("{head}.{body}.{}", &signature[..signature.len() - 1]),
        format!("{head}.{body}.{}", &signature[..40]),
        format!("{head}.{body}.{signature}AAAA"),
        format!("{head}.{body}.{}", "A".repeat(86)),
        format!("{body}.{head}.{signature}"),
        format!("{head}.{body}.{body}"),
        good.replace('.', " . "),
        good.replace('.', ":"),
        format!("Bearer {good}"),
        format!("{head}.{}.{signature}", "A".repeat(5_000)),
        "a".repeat(100_000),
        "....".repeat(2_000),
        "obr_0000000000000000000001000000000000000000000200000000000000000000000000000000abcdef".to_owned(),
        "ob_live_0123456789ABCDEFGHIJKLMNOPQRSTUV2IfI99".to_owned(),
    ];
    // The last character of 64 bytes in base64 has four bits to spare: each other spelling is another text, and refused.
    let last = signature.chars().last().unwrap();
    all.extend(
        "ABCDEFGHQRSTghijwxyz".chars().filter(|c| *c != last).map(|c| format!("{head}.{body}.{}{c}", &signature[..85])),
    );
    all
}
