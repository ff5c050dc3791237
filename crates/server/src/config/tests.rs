//! The rules of the configuration: precedence, all errors at once, bounds, secrets that stay secret.

use std::path::PathBuf;

use super::*;

/// Of no deployment: the digest of the empty text.
const RING: &str = "k1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const TOKEN_SECRET: &str = "3q2-7vZK0pXb1mW9sQeR5tYuI8oPaSdF";

fn inputs(environment: &[(&str, &str)]) -> Inputs {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Inputs { environment, ..Inputs::default() }
}

fn file(path: &str, text: &str) -> Option<TextFile> {
    Some(TextFile { path: PathBuf::from(path), text: text.to_owned() })
}

fn set(assignment: &str) -> Flag {
    Flag { flag: "--set", assignment: assignment.to_owned() }
}

fn faults(inputs: &Inputs) -> Vec<Fault> {
    Config::load(inputs).err().map(|faults| faults.list().to_vec()).unwrap_or_default()
}

fn origin(values: &Values, path: &str) -> String {
    let setting = Config::settings().find(|setting| setting.path() == path).unwrap();
    values.found(setting).map(|found| found.origin.to_string()).unwrap_or_default()
}

#[test]
fn nothing_set_is_embedded_mode_on_loopback() {
    let loaded = Config::load(&Inputs::default()).unwrap();
    assert_eq!(loaded.config.mode(), Mode::Embedded);
    assert_eq!(loaded.config.database_url().expose(), "sqlite:./data/orderbase.db");
    assert_eq!(loaded.config.public_url(), "http://127.0.0.1:8080");
    assert_eq!(loaded.config.migrate(), Migrate::Auto);
    assert_eq!(loaded.config.statement_cache(), 256);
    assert!(loaded.warnings.is_empty());
}

#[test]
fn names_and_paths_are_distinct() {
    let names: std::collections::BTreeSet<_> = Config::settings().map(Setting::variable).collect();
    let paths: std::collections::BTreeSet<_> = Config::settings().map(Setting::path).collect();
    assert_eq!((names.len(), paths.len()), (Config::settings().count(), Config::settings().count()));
}

#[test]
fn each_source_beats_the_ones_before() {
    let mut inputs = inputs(&[]);
    let listen = |inputs: &Inputs| {
        let loaded = Config::load(inputs).unwrap();
        (loaded.config.http.listen.port(), origin(&loaded.values, "http.listen"))
    };
    inputs.file = file("orderbase.toml", "[http]\nlisten = \"127.0.0.1:1\"\n");
    assert_eq!(listen(&inputs), (1, "orderbase.toml".to_owned()));
    inputs.dotenv = file(".env", "# first\nOTHER=1\nexport ORDERBASE_HTTP_LISTEN=127.0.0.1:2\n");
    assert_eq!(listen(&inputs), (2, ".env:3".to_owned()));
    inputs.environment = vec![("ORDERBASE_HTTP_LISTEN".to_owned(), "127.0.0.1:3".to_owned())];
    assert_eq!(listen(&inputs), (3, "environment".to_owned()));
    inputs.flags = vec![set("http.listen=127.0.0.1:4"), set("http.listen=127.0.0.1:5")];
    assert_eq!(listen(&inputs), (5, "--set".to_owned()));
}

#[test]
fn an_alias_stands_between_dotenv_and_environment() {
    let base = [
        ("ORDERBASE_PUBLIC_URL", "https://x.example"),
        ("ORDERBASE_MASTER_KEYS", RING),
        ("REDIS_URL", "redis://127.0.0.1:1"),
    ];
    let url = |inputs: &Inputs| {
        let loaded = Config::load(inputs).unwrap();
        (loaded.config.database_url().expose().clone(), origin(&loaded.values, "database.url"))
    };
    let mut of = inputs(&base);
    of.dotenv = file(".env", "ORDERBASE_DATABASE_URL=postgres://dotenv/a\nDATABASE_URL=postgres://alias-in-dotenv/a\n");
    assert_eq!(url(&of), ("postgres://alias-in-dotenv/a".to_owned(), "DATABASE_URL".to_owned()));
    of.environment.push(("DATABASE_URL".to_owned(), "postgres://alias/a".to_owned()));
    assert_eq!(url(&of), ("postgres://alias/a".to_owned(), "DATABASE_URL".to_owned()));
    of.environment.push(("ORDERBASE_DATABASE_URL".to_owned(), "postgres://own/a".to_owned()));
    assert_eq!(url(&of), ("postgres://own/a".to_owned(), "environment".to_owned()));
}

#[test]
fn a_secret_file_beats_the_environment_of_the_alias_and_excludes_the_plain_variable() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("url");
    std::fs::write(&path, "postgres://of-file/a\n").unwrap();
    let path = path.display().to_string();
    let base = [
        ("ORDERBASE_PUBLIC_URL", "https://x.example"),
        ("ORDERBASE_MASTER_KEYS", RING),
        ("DATABASE_URL", "postgres://alias/a"),
        ("REDIS_URL", "redis://127.0.0.1:1"),
        ("ORDERBASE_DATABASE_URL_FILE", path.as_str()),
    ];
    let loaded = Config::load(&inputs(&base)).unwrap();
    assert_eq!(loaded.config.database_url().expose(), "postgres://of-file/a");
    assert_eq!(origin(&loaded.values, "database.url"), path);

    let mut both = inputs(&base);
    both.dotenv = file(".env", "ORDERBASE_DATABASE_URL=postgres://plain/a\n");
    let found = faults(&both);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].name, "ORDERBASE_DATABASE_URL");
    assert!(found[0].problem.contains("ORDERBASE_DATABASE_URL_FILE"), "{found:?}");

    let missing = faults(&inputs(&[("ORDERBASE_MASTER_KEYS_FILE", "/nowhere/key")]));
    assert_eq!(missing[0].name, "ORDERBASE_MASTER_KEYS_FILE");
    let plain = faults(&inputs(&[("ORDERBASE_LOG_LEVEL_FILE", "/nowhere")]));
    assert!(plain[0].problem.contains("only secrets are read from files"), "{plain:?}");
}

#[test]
fn five_mistakes_are_five_messages_sorted_by_name() {
    let mut planted = inputs(&[
        ("ORDERBASE_HTP_LISTEN", "127.0.0.1:1"),
        ("ORDERBASE_HTTP_BODY_BYTES_MAX", "12"),
        ("ORDERBASE_LOG_FORMAT", "jsn"),
    ]);
    planted.dotenv = file(".env", "ORDERBASE_MASTER_KEYS=k1:AAAAAAAAAAAA\n");
    planted.file = file("orderbase.toml", "[database]\npool_max = \"many\"\n");
    let expected = "\
5 configuration errors, nothing was started
  ORDERBASE_DATABASE_POOL_MAX     \"many\" is not a whole number (orderbase.toml), needs 1 to 1000
  ORDERBASE_HTP_LISTEN            unknown (environment); did you mean ORDERBASE_HTTP_LISTEN?
  ORDERBASE_HTTP_BODY_BYTES_MAX   \"12\" is out of range (environment), needs 1024 to 16777216
  ORDERBASE_LOG_FORMAT            \"jsn\" is not known (environment), needs json or pretty; did you mean json?
  ORDERBASE_MASTER_KEYS           key \"k1\" has 9 bytes (.env:1), needs 32
      why: it wraps every stored secret      fix: orderbase secret generate --kind master";
    assert_eq!(Config::load(&planted).unwrap_err().to_string(), expected);
}

#[test]
fn unknown_names_are_errors_in_production_and_warnings_in_development() {
    let mut of = inputs(&[("ORDERBASE_HTP_LISTEN", "x"), ("ORDERBASE_TEST_DATABASE_URL", "x"), ("HTTP_LISTEN", "x")]);
    of.file = file("orderbase.toml", "[plans.free]\nburst = 3\n");
    let names: Vec<_> = faults(&of).into_iter().map(|fault| fault.name).collect();
    assert_eq!(names, ["ORDERBASE_HTP_LISTEN", "plans.free.burst"]);

    of.environment.push(("ORDERBASE_PROFILE".to_owned(), "development".to_owned()));
    let loaded = Config::load(&of).unwrap();
    assert_eq!(loaded.warnings.len(), 2);

    of.flags = vec![set("http.lisen=127.0.0.1:1"), set("nonsense")];
    let names: Vec<_> = faults(&of).into_iter().map(|fault| fault.name).collect();
    assert_eq!(names, ["http.lisen", "nonsense"], "a flag is never a warning");
}

#[test]
fn every_whole_number_has_its_bounds() {
    let mut seen = 0;
    for setting in Config::settings() {
        let Kind::Int { min, max } = setting.kind else { continue };
        seen += 1;
        for (number, good) in [(min - 1, false), (min, true), (max, true), (max + 1, false)] {
            let text = number.to_string();
            let found = faults(&inputs(&[(&setting.variable(), &text)]));
            let refused =
                found.iter().any(|fault| fault.name == setting.variable() && fault.problem.contains("is out of range"));
            assert_eq!(!refused, good, "{} = {number}: {found:?}", setting.variable());
        }
        for text in ["", " ", "1.5", "+5", "many", "99999999999999999999"] {
            let refused = !faults(&inputs(&[(&setting.variable(), text)])).is_empty();
            assert_eq!(refused, !text.is_empty(), "{} = {text:?}", setting.variable());
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn every_word_is_read_and_others_are_refused() {
    for setting in Config::settings() {
        let Kind::Word(words) = setting.kind else { continue };
        for word in words {
            let found = faults(&inputs(&[(&setting.variable(), word)]));
            assert!(!found.iter().any(|fault| fault.problem.contains("is not known")), "{found:?}");
        }
        assert_eq!(faults(&inputs(&[(&setting.variable(), "nonsense")])).len(), 1);
    }
}

#[test]
fn every_preset_is_a_value_of_its_setting() {
    for setting in Config::settings() {
        if let Preset::Is(text) = setting.preset {
            assert!(faults(&inputs(&[(&setting.variable(), text)])).is_empty(), "{}", setting.variable());
        }
        assert!(!setting.meaning.trim().is_empty());
        assert!(!setting.secret || !matches!(setting.preset, Preset::Is(_)), "a secret has no built-in value");
    }
}

#[test]
fn server_mode_demands_what_instances_must_agree_on() {
    let found = faults(&inputs(&[("DATABASE_URL", "postgres://h/d"), ("ORDERBASE_DATABASE_MIGRATE", "auto")]));
    let names: Vec<_> = found.iter().map(|fault| fault.name.as_str()).collect();
    assert_eq!(
        names,
        ["ORDERBASE_DATABASE_MIGRATE", "ORDERBASE_MASTER_KEYS", "ORDERBASE_PUBLIC_URL", "ORDERBASE_REDIS_URL"]
    );
}

#[test]
fn combinations_that_make_no_sense_are_refused() {
    let cases: [(&[(&str, &str)], &str); 10] = [
        (&[("REDIS_URL", "redis://one:1,redis://two:1")], "ORDERBASE_REDIS_URL"),
        (&[("ORDERBASE_HTTP_LISTEN", "0.0.0.0:8080")], "ORDERBASE_PUBLIC_URL"),
        (&[("ORDERBASE_PUBLIC_URL", "http://api.example.com")], "ORDERBASE_PUBLIC_URL"),
        (&[("ORDERBASE_HTTP_SHUTDOWN_MS_MAX", "5000")], "ORDERBASE_HTTP_SHUTDOWN_MS_MAX"),
        (&[("ORDERBASE_DATABASE_MIGRATION_URL", "postgres://h/d")], "ORDERBASE_DATABASE_MIGRATION_URL"),
        (&[("ORDERBASE_AUTH_TOKEN_ALGORITHM", "hs256")], "ORDERBASE_AUTH_TOKEN_SECRET"),
        (&[("ORDERBASE_AUTH_TOKEN_SECRET", TOKEN_SECRET)], "ORDERBASE_AUTH_TOKEN_SECRET"),
        (&[("ORDERBASE_AUTH_REFRESH_FAMILY_DAYS", "13")], "ORDERBASE_AUTH_REFRESH_IDLE_DAYS"),
        (&[("ORDERBASE_BOOTSTRAP_OPERATOR_EMAIL", "ops@example.com")], "ORDERBASE_BOOTSTRAP_OPERATOR_PASSWORD"),
        (
            &[("ORDERBASE_BOOTSTRAP_OPERATOR_PASSWORD", "of seven words, said slowly")],
            "ORDERBASE_BOOTSTRAP_OPERATOR_EMAIL",
        ),
    ];
    for (set, name) in cases {
        let found = faults(&inputs(set));
        assert_eq!(found.iter().map(|fault| fault.name.as_str()).collect::<Vec<_>>(), [name]);
    }
}

#[test]
fn secrets_that_anybody_could_know_are_refused() {
    let cases = [
        ("MASTER_KEYS", "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "key \"k1\" consists of a few characters"),
        ("AUTH_TOKEN_SECRET", "0123456789abcdef0123456789abcdef", "the value stands in a document"),
        ("AUTH_TOKEN_SECRET", "secretsecretsecretsecretsecretsecret", "the value consists of a few characters"),
        ("AUTH_TOKEN_SECRET", "3q2-7vZK0pXb1mW9sQeR5tYuI8oPaSd", "the value has 31 bytes"),
        ("BOOTSTRAP_OPERATOR_PASSWORD", "a long walk by the river", "the value stands in a document"),
        ("BOOTSTRAP_OPERATOR_PASSWORD", "fourteen chars", "the value has 14 characters"),
    ];
    for (name, value, problem) in cases {
        let variable = format!("ORDERBASE_{name}");
        let found = faults(&inputs(&[(&variable, value), ("ORDERBASE_AUTH_TOKEN_ALGORITHM", "eddsa")]));
        let fault = found.iter().find(|fault| fault.name == variable).unwrap();
        assert!(fault.problem.starts_with(problem), "{value}: {fault:?}");
        assert!(!found.iter().any(|fault| format!("{fault:?}").contains(value)), "{found:?}");
    }
}

#[test]
fn what_signs_and_who_is_first_can_be_set() {
    let loaded = Config::load(&inputs(&[
        ("ORDERBASE_AUTH_TOKEN_ALGORITHM", "hs256"),
        ("ORDERBASE_AUTH_TOKEN_SECRET", TOKEN_SECRET),
        ("ORDERBASE_AUTH_OPERATOR_CIDRS", "10.0.0.0/8, ::1"),
        ("ORDERBASE_BOOTSTRAP_OPERATOR_EMAIL", "ops@example.com"),
        ("ORDERBASE_BOOTSTRAP_OPERATOR_PASSWORD", "of seven words, said slowly"),
    ]))
    .unwrap();
    let Auth { token_algorithm, operator_cidrs, .. } = &loaded.config.auth;
    assert_eq!((*token_algorithm, operator_cidrs.len()), (Algorithm::Hs256, 2));
    assert_eq!(loaded.config.bootstrap.operator_email.as_ref().map(|email| email.as_str()), Some("ops@example.com"));
    let shown = format!("{:?} {:?} {:?}", show(&loaded.values), loaded.config, loaded.values);
    assert!(!shown.contains(TOKEN_SECRET) && !shown.contains("seven words"), "{shown}");
    let threads = Config::load(&Inputs::default()).unwrap().config.argon2_threads();
    assert!((1..=1_024).contains(&threads));
}

#[test]
fn files_that_cannot_be_read_are_named_without_their_text() {
    let mut of = inputs(&[]);
    of.dotenv = file(".env", "A=1\nnot an assignment CANARY7f3a\n");
    of.file = file("orderbase.toml", "[http\nlisten = \"CANARY7f3a\"");
    let text = Config::load(&of).unwrap_err().to_string();
    assert!(text.contains(".env:2") && text.contains("orderbase.toml"), "{text}");
    assert!(!text.contains("CANARY"), "{text}");
}

#[test]
fn secrets_are_never_shown() {
    let canary = "CANARY7f3aCANARY";
    for setting in Config::settings().filter(|setting| setting.secret) {
        for value in [
            canary.to_owned(),
            format!("id:{canary}"),
            format!("mysql://u:{canary}@h/d"),
            format!("postgres://u:{canary}@h"),
        ] {
            let refused = Config::load(&inputs(&[(&setting.variable(), &value)])).unwrap_err();
            assert!(!refused.to_string().contains("CANARY"), "{refused}");
        }
    }
    let url = format!("postgres://u:{canary}@h/d");
    let redis = format!("rediss://u:{canary}@h/0");
    let loaded = Config::load(&inputs(&[
        ("DATABASE_URL", url.as_str()),
        ("REDIS_URL", redis.as_str()),
        ("ORDERBASE_PUBLIC_URL", "https://x.example"),
        ("ORDERBASE_MASTER_KEYS", RING),
    ]))
    .unwrap();
    let shown = format!("{:?} {:?} {:?}", show(&loaded.values), loaded.config, loaded.values);
    assert!(!shown.contains("CANARY") && !shown.contains("47DEQ"), "{shown}");
    assert!(shown.contains(&format!("[redacted, {} chars]", url.len())));
}

#[test]
fn the_example_file_parses_without_its_marks_and_changes_nothing() {
    let example = generate::env_example();
    for setting in Config::settings() {
        let lines = example.lines().filter(|line| line.starts_with(&format!("#{}=", setting.variable())));
        assert_eq!(lines.count(), 1, "{}", setting.variable());
    }
    let bare: String = example
        .lines()
        .map(|line| if line.starts_with("#ORDERBASE_") { &line[1..] } else { line })
        .collect::<Vec<_>>()
        .join("\n");
    let mut of = inputs(&[]);
    of.dotenv = file(".env", &bare);
    let (from_example, from_nothing) = (Config::load(&of).unwrap(), Config::load(&Inputs::default()).unwrap());
    assert_eq!(format!("{:?}", from_example.config), format!("{:?}", from_nothing.config));
    assert!(from_example.warnings.is_empty());
}

#[test]
fn first_files_are_read_back() {
    for mode in [Mode::Embedded, Mode::Server] {
        let mut of = inputs(&[("ORDERBASE_MASTER_KEYS", RING)]);
        if mode == Mode::Server {
            of.environment.push(("DATABASE_URL".to_owned(), "postgres://h/d".to_owned()));
            of.environment.push(("REDIS_URL".to_owned(), "redis://h:1".to_owned()));
        }
        of.file = file("orderbase.toml", &generate::toml_example(mode));
        assert_eq!(Config::load(&of).unwrap().config.mode(), mode);
        of.file = None;
        of.dotenv = file(".env", &generate::env_for(mode));
        assert_eq!(Config::load(&of).unwrap().config.mode(), mode);
    }
}

#[test]
fn a_setting_is_found_by_any_of_its_names() {
    for name in ["http.listen", "HTTP_LISTEN", "ORDERBASE_HTTP_LISTEN", "http_listen"] {
        assert_eq!(find(name).unwrap().path(), "http.listen");
    }
    assert_eq!(find("http.lisen").unwrap_err().as_deref(), Some("ORDERBASE_HTTP_LISTEN"));
    assert_eq!(find("colour").unwrap_err(), None);
    assert!(explain(find("database.url").unwrap()).contains("ORDERBASE_DATABASE_URL_FILE"));
}
