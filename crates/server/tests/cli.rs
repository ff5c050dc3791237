//! The command line as a script sees it: exit codes, where words and results go, what is said of mistakes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod support;

use support::{Place, root};

#[test]
fn help_and_version_are_results() {
    let place = Place::new();
    for args in [["--help"], ["--version"]] {
        let ended = place.done(&args);
        assert!(!ended.out.is_empty() && ended.err.is_empty());
    }
    assert_eq!(place.run(&[]).code, 2, "no command is a mistake");
}

#[test]
fn mistakes_name_the_nearest_match() {
    let place = Place::new();
    let cases: [(&[&str], &str); 5] = [
        (&["serv"], "serve"),
        (&["serve", "--wait-fo", "3"], "--wait-for"),
        (&["import", "x", "--tenant", "a", "--on-existing", "skp"], "skip"),
        (&["tenant", "create", "--name", "a", "--slug", "abc", "--plan", "fre"], "free"),
        (&["secret", "generate", "--kind", "mastr"], "master"),
    ];
    for (args, meant) in cases {
        let ended = place.run(args);
        assert_eq!(ended.code, 2, "{args:?}");
        assert!(ended.out.is_empty() && ended.err.contains(meant), "{args:?}: {}", ended.err);
    }
    let ended = place.run(&["config", "explain", "http.lisen"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("did you mean ORDERBASE_HTTP_LISTEN?"), "{}", ended.err);
}

#[test]
fn completions_render_for_every_shell() {
    let place = Place::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ended = place.done(&["completions", shell]);
        assert!(ended.out.contains("healthcheck") && ended.err.is_empty(), "{shell}");
    }
}

#[test]
fn the_document_needs_nothing_and_its_file_is_compared() {
    let place = Place::new();
    let printed = place.done(&["openapi"]);
    let document: serde_json::Value = printed.json();
    assert_eq!(document["openapi"].as_str().map(|version| &version[..3]), Some("3.1"));
    let file = place.path("v1.json");
    std::fs::write(&file, &printed.out).unwrap();
    let path = file.to_str().unwrap();
    assert_eq!(place.run(&["openapi", "--check", path]).code, 0);

    let second: serde_json::Value = place.done(&["openapi", "--api-version", "2"]).json();
    assert_eq!((&document["info"]["version"], &second["info"]["version"]), (&"1".into(), &"2".into()));
    assert!(second["paths"]["/api/v2/orders"].is_object(), "{second}");
    let other = place.run(&["openapi", "--api-version", "2", "--check", path]);
    assert!(other.code == 1 && other.err.contains("--api-version 2 >"), "{}", other.err);

    let mut changed = document;
    changed["info"]["title"] = "Another".into();
    std::fs::write(&file, changed.to_string()).unwrap();
    let ended = place.run(&["openapi", "--check", path]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("#/info/title"), "{}", ended.err);
    std::fs::write(&file, "no json").unwrap();
    assert_eq!(place.run(&["openapi", "--check", path]).code, 65);
    assert_eq!(place.run(&["openapi", "--check", "missing.json"]).code, 65);
}

#[test]
fn routes_are_listed_for_eyes_and_programs() {
    let place = Place::new();
    let routes = place.done(&["routes"]).json();
    let place_order = routes.as_array().unwrap().iter().find(|route| route["operation_id"] == "orders_place").unwrap();
    assert_eq!(place_order["method"], "POST");
    assert_eq!(place_order["permission"], "orders:write");
    let table = place.done(&["routes", "--permissions", "--output", "table"]);
    assert!(table.out.starts_with("PERMISSION") && table.out.contains("orders_place"));
}

#[test]
fn a_wrong_configuration_is_78_with_all_mistakes_and_no_secret() {
    let place = Place::new();
    std::fs::write(place.path(".env"), "ORDERBASE_MASTER_KEYS=k1:CANARY7f3aAA\n").unwrap();
    std::fs::write(place.path("orderbase.toml"), "[http]\nlisen = \"127.0.0.1:1\"\n").unwrap();
    for command in [vec!["serve"], vec!["config", "check"], vec!["tenant", "list"], vec!["migrate", "status"]] {
        let ended = place.command(&command).env("ORDERBASE_LOG_FORMAT", "jsn").output().unwrap();
        let err = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(78), "{err}");
        assert!(err.contains("3 configuration errors, nothing was started"), "{err}");
        assert!(err.contains("did you mean http.listen?") && err.contains(".env:1"), "{err}");
        assert!(!err.contains("CANARY"), "{err}");
    }
    assert!(!place.path("data").exists(), "nothing was started");
    assert_eq!(place.run(&["--config", "missing.toml", "config", "check"]).code, 78);
    assert_eq!(place.run(&["healthcheck"]).code, 1, "a health check knows 0 and 1 only");
}

#[test]
fn the_configuration_is_shown_with_its_origins_and_without_secrets() {
    let place = Place::new();
    std::fs::write(place.path("orderbase.toml"), "[http]\nworkers = 2\n").unwrap();
    let shown = place
        .command(&["config", "show", "--origin", "--set", "log.level=debug"])
        .env("DATABASE_URL", "sqlite:CANARY.db")
        .output()
        .unwrap();
    let rows: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    let row = |name: &str| rows.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap().clone();
    assert_eq!(
        (row("ORDERBASE_HTTP_WORKERS")["value"].as_str(), row("ORDERBASE_HTTP_WORKERS")["origin"].as_str()),
        (Some("2"), Some("orderbase.toml"))
    );
    assert_eq!(row("ORDERBASE_LOG_LEVEL")["origin"], "--set");
    assert_eq!(row("ORDERBASE_DATABASE_URL")["origin"], "DATABASE_URL");
    assert_eq!(row("ORDERBASE_DATABASE_URL")["value"], "[redacted, 16 chars]");
    assert_eq!(row("ORDERBASE_HTTP_LISTEN")["origin"], "default");
    assert!(!String::from_utf8(shown.stdout).unwrap().contains("CANARY"));
}

#[test]
fn a_first_file_is_written_once() {
    let place = Place::new();
    place.done(&["config", "init", "--write", "orderbase.toml"]);
    place.done(&["config", "check"]);
    assert_eq!(place.run(&["config", "init", "--write", "orderbase.toml"]).code, 77);
    assert_eq!(place.run(&["config", "init", "--write", "missing/orderbase.toml"]).code, 65);
}

#[test]
fn a_generated_secret_is_ready_for_its_variable() {
    let place = Place::new();
    let ring = place.done(&["secret", "generate", "--kind", "master"]).out;
    assert_eq!(ring.lines().count(), 1);
    let checked = place.command(&["config", "check"]).env("ORDERBASE_MASTER_KEYS", ring.trim()).output().unwrap();
    assert_eq!(checked.status.code(), Some(0));
}

#[test]
fn a_database_that_does_not_answer_is_69() {
    let place = Place::new();
    let ring = place.done(&["secret", "generate", "--kind", "master"]).out;
    let server = |args: &[&str]| {
        let ended = place
            .command(args)
            .env("DATABASE_URL", "postgres://CANARY:CANARY@127.0.0.1:1/none")
            .env("ORDERBASE_MASTER_KEYS", ring.trim())
            .env("ORDERBASE_PUBLIC_URL", "https://api.example.com")
            .env("REDIS_URL", "redis://127.0.0.1:1")
            .output()
            .unwrap();
        (ended.status.code(), String::from_utf8(ended.stderr).unwrap() + &String::from_utf8(ended.stdout).unwrap())
    };
    for args in [
        vec!["tenant", "list"],
        vec!["migrate", "plan"],
        vec!["serve", "--set", "http.listen=127.0.0.1:0", "--set", "http.internal_listen=off"],
    ] {
        let (code, said) = server(&args);
        assert_eq!(code, Some(69), "{said}");
        assert!(!said.contains("CANARY"), "{said}");
    }
}

#[test]
fn a_schema_that_does_not_fit_is_76_and_going_back_is_counted() {
    let place = Place::new();
    assert_eq!(place.run(&["migrate", "plan", "--check"]).code, 1);
    place.done(&["migrate", "up", "--to", "m0001_tenants"]);
    assert_eq!(place.run(&["migrate", "plan", "--check"]).code, 1, "the others are pending");
    assert_eq!(place.run(&["migrate", "up", "--to", "m9999_none"]).code, 2);
    place.done(&["migrate", "up"]);
    let status = place.done(&["migrate", "status"]).json();
    assert!(status.as_array().unwrap().iter().all(|step| step["applied_at"].is_string()));
    assert_eq!(place.run(&["migrate", "plan", "--check"]).code, 0);
    place.done(&["migrate", "down", "--steps", "1"]);
    let checked = place.run(&["tenant", "list", "--set", "database.migrate=check"]);
    assert_eq!(checked.code, 76, "{}", checked.err);
    assert!(checked.err.contains("migrate up"));
    assert_eq!(place.run(&["migrate", "down", "--steps", "0"]).code, 2);
    assert_eq!(place.done(&["tenant", "list"]).json().as_array().map(Vec::len), Some(0), "embedded mode mends it");
}

#[test]
fn tenants_and_keys_are_made_listed_rotated_and_revoked() {
    let place = Place::new();
    let made = place.done(&[
        "tenant",
        "create",
        "--name",
        "Acme",
        "--slug",
        "acme",
        "--trial",
        "14d",
        "--currencies",
        "EUR,USD",
    ]);
    assert_eq!(made.json()["status"], "trial");
    assert_eq!(made.json()["plan"], "free");
    assert_eq!(place.run(&["tenant", "create", "--name", "Acme", "--slug", "acme"]).code, 1, "the slug is taken");
    let wrong = [
        vec!["tenant", "create", "--name", "", "--slug", "abc"],
        vec!["tenant", "create", "--name", "A", "--slug", "A"],
        vec!["tenant", "create", "--name", "A", "--slug", "abc", "--trial", "soon"],
        vec!["tenant", "create", "--name", "A", "--slug", "abc", "--currencies", "XYZ"],
        vec!["api-key", "create", "--tenant", "acme", "--name", "x", "--scopes", "order:read"],
        vec!["api-key", "revoke", "--tenant", "acme", "nonsense"],
        vec!["api-key", "rotate", "--tenant", "acme", "nonsense"],
        vec!["api-key", "rotate", "--tenant", "acme", "01980000-0000-7000-8000-0000000000a1"],
        vec!["api-key", "rotate", "--tenant", "acme", "01980000-0000-7000-8000-0000000000a1", "--overlap", "31d"],
    ];
    for args in &wrong {
        assert_eq!(place.run(args).code, 2, "{args:?}");
    }
    let zone = place.run(&["tenant", "create", "--name", "A", "--slug", "abc", "--time-zone", "Mars/Base"]);
    assert_eq!((zone.code, zone.err.contains("time_zone")), (1, true), "{}", zone.err);
    let typo = place.run(&["api-key", "list", "--tenant", "acmee"]);
    assert_eq!(typo.code, 2);
    assert!(typo.err.contains("did you mean acme?"), "{}", typo.err);

    let created = place.done(&[
        "key",
        "create",
        "--tenant",
        "acme",
        "--name",
        "shop",
        "--scopes",
        "orders:read,orders:write",
        "--expires",
        "90d",
    ]);
    let text = created.out.trim();
    assert!(text.starts_with("ob_live_") && text.len() == 46 && !created.err.contains(text));
    let listed = place.done(&["api-key", "list", "--tenant", "acme"]);
    assert!(!listed.out.contains(text), "the text is shown once");
    let id = listed.json()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(listed.json()[0]["scopes"], serde_json::json!(["orders:read", "orders:write"]));
    rotates(&place, &id, text);
    place.done(&["api-key", "revoke", "--tenant", "acme", &id]);
    place.done(&["api-key", "revoke", "--tenant", "acme", &id]);
    assert!(place.done(&["api-key", "list", "--tenant", "acme"]).json()[0]["revoked_at"].is_string());
    let revoked = place.run(&["api-key", "rotate", "--tenant", "acme", &id]);
    assert_eq!((revoked.code, revoked.err.contains("api_key_revoked")), (1, true), "{}", revoked.err);
    assert_eq!(place.run(&["api-key", "revoke", "--tenant", "acme", "01980000-0000-7000-8000-0000000000a1"]).code, 2);
    assert_eq!(place.done(&["tenant", "list"]).json()[0]["slug"], "acme");
}

/// The new text opens, and the old one as long as was said; the id stays.
fn rotates(place: &Place, id: &str, text: &str) {
    let first = place.done(&["key", "rotate", "--tenant", "acme", id]);
    let second = first.out.trim();
    assert!(second.starts_with("ob_live_") && second.len() == 46 && second != text, "{}", first.out);
    assert!(first.err.contains(id) && first.err.contains("ends at") && !first.err.contains(second), "{}", first.err);
    let serving = place.serve(&[]);
    let status = |serving: &support::Serving, key: &str| serving.get("/api/v1/orders", key).status;
    assert_eq!((status(&serving, text), status(&serving, second)), (200, 200));
    drop(serving);

    let last = place.done(&["key", "rotate", "--tenant", "acme", id, "--overlap", "0"]);
    assert!(last.err.contains("has ended"), "{}", last.err);
    let serving = place.serve(&[]);
    assert_eq!([text, second, last.out.trim()].map(|key| status(&serving, key)), [401, 401, 200]);
    drop(serving);
    let listed = place.done(&["api-key", "list", "--tenant", "acme"]).json();
    assert_eq!((listed.as_array().map(Vec::len), &listed[0]["id"]), (Some(1), &id.into()));
}

#[test]
fn a_database_in_use_is_75() {
    let place = Place::new();
    let serving = place.serve(&[]);
    let ended = place.run(&["tenant", "list"]);
    assert_eq!(ended.code, 75, "{}", ended.err);
    assert!(ended.err.contains("another server uses"), "{}", ended.err);
    let taken = place.run(&[
        "serve",
        "--set",
        &format!("http.listen={}", serving.address),
        "--set",
        "data_dir=other",
        "--set",
        "http.internal_listen=off",
    ]);
    assert_eq!(taken.code, 75, "{}", taken.err);
}

#[test]
fn an_address_of_another_machine_is_78() {
    let place = Place::new();
    let ended = place.run(&["serve", "--set", "http.listen=192.0.2.1:80", "--set", "public_url=https://x.example"]);
    assert_eq!(ended.code, 78, "{}", ended.err);
}

#[test]
fn every_exit_code_stands_in_the_reference() {
    let reference = std::fs::read_to_string(root().join("docs/reference/cli.md")).unwrap();
    for (exit, _) in orderbase::Exit::ALL {
        assert!(reference.contains(&format!("| {} |", exit.code())), "{exit:?}");
    }
}
