//! People on the host: made, listed, given passwords and put out by commands, and what a server makes of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use support::{Place, Serving};

const PASSWORD: &str = "eleven green bottles on a wall";

fn token(serving: &Serving, tenant: Option<&str>, email: &str, password: &str) -> String {
    serving.login(tenant, email, password).json(200)["access_token"].as_str().unwrap().to_owned()
}

/// The way of the README: from nothing to a request.
#[test]
fn from_nothing_to_a_request() {
    let place = Place::new();
    let master = place.done(&["secret", "generate", "--kind", "master"]).out;
    std::fs::write(place.path(".env"), format!("ORDERBASE_MASTER_KEYS={master}")).unwrap();
    place.done(&["migrate", "up"]);
    let made = place.done(&["user", "create", "--operator", "--email", "ops@example.com", "--generate"]);
    let operator = made.out.trim();
    assert!(operator.len() == 29 && !made.err.contains(operator), "{}", made.err);
    let tenant = place.done(&[
        "tenant",
        "create",
        "--name",
        "Acme",
        "--slug",
        "acme",
        "--plan",
        "pro",
        "--owner-email",
        "ada@example.com",
    ]);
    let ticket = tenant.json()["owner"]["ticket"].as_str().unwrap().to_owned();
    assert!(ticket.starts_with("obi_") && ticket.len() == 64 && !tenant.err.contains(&ticket));
    let key = place.done(&[
        "api-key",
        "create",
        "--tenant",
        "acme",
        "--name",
        "ci",
        "--scopes",
        "orders:read,orders:write",
        "--expires",
        "90d",
        "--rate",
        "600",
        "--ip",
        "127.0.0.0/8",
    ]);
    let key = key.out.trim().to_owned();

    let serving = place.serve(&[]);
    assert_eq!(serving.get("/api/v1/orders", &key).json(200)["data"], serde_json::json!([]));
    let operator_token = token(&serving, None, "ops@example.com", operator);
    assert_eq!(serving.get_as("/api/v1/orders", &operator_token).status, 403, "a platform token is none of a tenant's");
    let join = serde_json::json!({"token": ticket, "name": "Ada Lovelace", "password": PASSWORD}).to_string();
    let joined = serving.post("/api/v1/auth/invitations/accept", "", &join);
    assert!((200..300).contains(&joined.status), "{} {}", joined.head, joined.body);
    let owner = token(&serving, Some("acme"), "ada@example.com", PASSWORD);
    assert_eq!(serving.get_as("/api/v1/orders", &owner).status, 200);

    serving.signal("TERM");
    let (code, log) = serving.ended();
    let log = log.concat();
    assert_eq!(code, 0, "{log}");
    for secret in
        [master.trim().split_once(':').unwrap().1, operator, &ticket, &key, PASSWORD, &owner, "ada@example.com"]
    {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    let listed = place.done(&["api-key", "list", "--tenant", "acme"]).json();
    assert_eq!(
        (&listed[0]["requests_per_minute"], &listed[0]["ip_allowlist"][0]),
        (&600.into(), &"127.0.0.0/8".into())
    );
    assert!(listed[0]["last_used_at"].is_string(), "written at the stop: {listed}");
}

#[test]
fn people_of_a_tenant_come_and_go() {
    let place = Place::new();
    place.tenant("acme");
    let of = |command: &'static str| vec!["user", command, "--tenant", "acme", "--email", "eve@example.com"];
    let create = [of("create"), vec!["--role", "admin", "--name", "Eve"]].concat();
    let made = place.run_with(&create, &format!("{PASSWORD}\nand a second line\n"));
    assert_eq!((made.code, made.out.as_str()), (0, ""), "{}", made.err);
    assert_eq!(place.run_with(&create, &format!("{PASSWORD}\n")).code, 1, "the e-mail is taken");
    let listed = place.done(&["user", "list", "--tenant", "acme"]).json();
    let eve = (&listed[0]["email"], &listed[0]["name"], &listed[0]["role"], &listed[0]["status"]);
    assert_eq!(eve, (&"eve@example.com".into(), &"Eve".into(), &"admin".into(), &"active".into()));

    let serving = place.serve(&[]);
    let access = token(&serving, Some("acme"), "eve@example.com", PASSWORD);
    assert_eq!(serving.get_as("/api/v1/orders", &access).status, 200);
    drop(serving);
    let generated = place.done(&[of("passwd"), vec!["--generate"]].concat());
    let serving = place.serve(&[]);
    assert_eq!(serving.get_as("/api/v1/orders", &access).status, 401, "whatever was signed in has ended");
    assert_eq!(serving.login(Some("acme"), "eve@example.com", PASSWORD).status, 401);
    token(&serving, Some("acme"), "eve@example.com", generated.out.trim());
    drop(serving);
    place.done(&of("disable"));
    let serving = place.serve(&[]);
    assert_eq!(serving.login(Some("acme"), "eve@example.com", generated.out.trim()).status, 401);
    drop(serving);
    assert_eq!(place.done(&["user", "list", "--tenant", "acme"]).json()[0]["status"], "disabled");

    let typo = place.run(&["user", "disable", "--tenant", "acme", "--email", "eva@example.com"]);
    assert_eq!((typo.code, typo.err.contains("did you mean eve@example.com?")), (2, true), "{}", typo.err);
}

#[test]
fn operators_come_and_go_and_mistakes_are_named() {
    let place = Place::new();
    let guessed = "operations.department@example.com";
    let create = ["user", "create", "--operator", "--email", guessed];
    for (input, code, words) in [
        ("", 2, "no password on standard input"),
        ("too short\n", 2, "the password"),
        (format!("{guessed}\n").as_str(), 1, "password"),
    ] {
        let refused = place.run_with(&create, input);
        assert_eq!((refused.code, refused.err.contains(words)), (code, true), "{input:?}: {}", refused.err);
    }
    let create = ["user", "create", "--operator", "--email", "ops@example.com"];
    assert_eq!(place.run_with(&create, &format!("{PASSWORD}\n")).code, 0);
    let listed = place.done(&["user", "list", "--operator"]).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    place.done(&["user", "passwd", "--operator", "--email", "ops@example.com", "--generate"]);
    place.done(&["user", "disable", "--operator", "--email", "ops@example.com"]);
    assert_eq!(place.done(&["user", "list", "--operator"]).json()[0]["status"], "disabled");

    let wrong: [&[&str]; 7] = [
        &["user", "create", "--email", "a@example.com"],
        &["user", "create", "--operator", "--tenant", "acme", "--email", "a@example.com"],
        &["user", "create", "--operator", "--role", "owner", "--email", "a@example.com"],
        &["user", "create", "--tenant", "acme", "--email", "a@example.com", "--generate"],
        &["user", "create", "--operator", "--email", "nonsense", "--generate"],
        &["user", "passwd", "--operator", "--email", "nobody@example.com", "--generate"],
        &["user", "list"],
    ];
    for args in wrong {
        assert_eq!(place.run(args).code, 2, "{args:?}");
    }
}

#[test]
fn the_first_operator_comes_out_of_the_configuration_once() {
    let place = Place::new();
    let (email, password) = ("ORDERBASE_BOOTSTRAP_OPERATOR_EMAIL", "ORDERBASE_BOOTSTRAP_OPERATOR_PASSWORD");
    let file = place.path("operator.password");
    std::fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    let from_file = format!("{password}_FILE");
    let first = [(email, "ops@example.com"), (from_file.as_str(), file.to_str().unwrap())];
    let serving = place.serve_with(&[], &first);
    assert!(serving.log.concat().contains("bootstrap.operator_made"));
    token(&serving, None, "ops@example.com", PASSWORD);
    drop(serving);

    let other = [(email, "eve@example.com"), (password, "another of seven or so words")];
    let serving = place.serve_with(&[], &other);
    let ignored = serving.log.iter().filter(|line| line.contains("bootstrap.ignored")).count();
    assert_eq!(ignored, 1, "{:?}", serving.log);
    assert_eq!(serving.login(None, "eve@example.com", "another of seven or so words").status, 401);
    assert!(!serving.log.concat().contains("seven or so"));
    drop(serving);

    let guessed = Place::new();
    let weak = guessed
        .command(&["serve", "--set", "http.listen=127.0.0.1:0", "--set", "http.internal_listen=off"])
        .envs([(email, "operations.department@example.com"), (password, "operations.department@example.com")])
        .output()
        .unwrap();
    let err = String::from_utf8(weak.stderr).unwrap();
    assert_eq!(weak.status.code(), Some(78), "{err}");
    assert!(err.contains(password) && !err.contains("operations.department"), "{err}");
}

#[test]
fn tenants_are_shown_and_changed_with_a_reason() {
    let place = Place::new();
    place.tenant("acme");
    let act = |args: &[&str]| place.done(&[&["tenant"], args, &["--reason", "a test"]].concat()).json();
    assert_eq!(act(&["suspend", "acme"])["status"], "suspended");
    let shown = place.done(&["tenant", "show", "acme"]).json();
    assert_eq!((&shown["suspended_because"], &shown["plan"]), (&"a test".into(), &"enterprise".into()));
    assert_eq!(act(&["activate", "acme"])["status"], "active");
    assert_eq!(act(&["set-plan", "acme", "free"])["plan"], "free");
    act(&["set-limit", "acme", "users=7", "requests_per_minute=5", "--until", "90d"]);
    let shown = place.done(&["tenant", "show", "acme"]).json();
    let limit =
        |name: &str| shown["limits"].as_array().unwrap().iter().find(|limit| limit["name"] == name).unwrap().clone();
    assert_eq!((&limit("users")["in_force"], &limit("users")["of_plan"]), (&7.into(), &3.into()));
    assert!(shown["limits_until"].is_string());
    let table = place.done(&["tenant", "show", "acme", "--output", "table"]).out;
    assert!(table.starts_with("SLUG") && table.contains("requests_per_minute  5"), "{table}");

    assert_eq!(place.run(&["tenant", "close", "acme", "--reason", "a test"]).code, 77);
    assert_eq!(act(&["close", "acme", "--yes"])["status"], "closed");
    for (args, code) in [
        (vec!["tenant", "suspend", "acme"], 2),
        (vec!["tenant", "suspend", "acmee", "--reason", "x"], 2),
        (vec!["tenant", "set-limit", "acme", "user=7", "--reason", "x"], 2),
        (vec!["tenant", "activate", "acme", "--reason", "x"], 1),
    ] {
        assert_eq!(place.run(&args).code, code, "{args:?}");
    }
}

#[test]
fn the_keys_of_the_server_are_listed_rotated_and_wrapped_anew() {
    let place = Place::new();
    let key = place.tenant("acme");
    let listed = || place.done(&["keys", "list"]).json();
    let states = |purpose: &str| -> Vec<String> {
        let all = listed();
        let of = all.as_array().unwrap().iter().filter(|entry| entry["purpose"] == purpose);
        of.map(|entry| entry["state"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(listed().as_array().map(Vec::len), Some(6));
    assert_eq!(states("jwt"), ["signing"]);
    place.done(&["keys", "rotate", "jwt"]);
    assert_eq!(states("jwt"), ["published", "signing"]);
    assert_eq!(place.run(&["keys", "rotate", "jwt"]).code, 77, "one is under way");
    place.done(&["keys", "rotate", "jwt", "--now"]);
    assert_eq!(states("jwt"), ["signing"]);
    for refused in [vec!["password_pepper", "--now"], vec!["api_key_pepper", "--now"]] {
        assert_eq!(place.run(&[vec!["keys", "rotate"], refused.clone()].concat()).code, 77, "{refused:?}");
    }
    assert_eq!(place.run(&["keys", "rotate", "colour"]).code, 2);

    // A new master key in front; without the old one nothing opens before the keys were wrapped anew, and everything after.
    let file = place.path("data/master.key");
    let old = std::fs::read_to_string(&file).unwrap();
    let new = place.done(&["secret", "generate", "--kind", "master", "--id", "k2"]).out;
    assert!(new.starts_with("k2:"), "{new}");
    let alone = || std::fs::write(&file, &new).unwrap();
    alone();
    let lacking = place.run(&["keys", "list"]);
    assert_eq!(lacking.code, 78, "{}", lacking.err);
    assert!(lacking.err.contains("lacks the key") && !lacking.err.contains(new.trim()), "{}", lacking.err);
    std::fs::write(&file, format!("{},{}", new.trim(), old)).unwrap();
    let said = place.done(&["keys", "rewrap"]).err;
    assert!(said.contains("6 keys are wrapped with k2"), "{said}");
    assert!(place.done(&["keys", "rewrap"]).err.contains("0 keys"));
    alone();
    assert!(listed().as_array().unwrap().iter().all(|entry| entry["master_key"] == "k2"));
    assert_eq!(place.serve(&[]).get("/api/v1/orders", &key).status, 200, "what was hashed before is still found");
}

#[test]
fn tokens_are_signed_as_configured() {
    let place = Place::new();
    place.tenant("acme");
    let create = ["user", "create", "--tenant", "acme", "--email", "eve@example.com", "--role", "viewer"];
    assert_eq!(place.run_with(&create, PASSWORD).code, 0);
    let keys =
        |serving: &Serving| serving.get("/.well-known/jwks.json", "").json(200)["keys"].as_array().unwrap().len();
    let serving = place.serve(&[]);
    let eddsa = token(&serving, Some("acme"), "eve@example.com", PASSWORD);
    assert_eq!(keys(&serving), 1);
    drop(serving);

    let secret = place.done(&["secret", "generate", "--kind", "jwt"]).out;
    let variables = [("ORDERBASE_AUTH_TOKEN_ALGORITHM", "hs256"), ("ORDERBASE_AUTH_TOKEN_SECRET", secret.trim())];
    let serving = place.serve_with(&[], &variables);
    assert_eq!(keys(&serving), 0);
    assert_eq!(serving.get_as("/api/v1/orders", &eddsa).status, 401);
    let hs256 = token(&serving, Some("acme"), "eve@example.com", PASSWORD);
    assert_eq!(serving.get_as("/api/v1/orders", &hs256).status, 200);
    assert!(!serving.log.concat().contains(secret.trim()));
    assert!(!serving.log.concat().contains("auth.password_grant_on"));
    drop(serving);
    let serving = place.serve(&["--set", "auth.password_grant=true"]);
    assert!(serving.log.concat().contains("auth.password_grant_on"));
}
