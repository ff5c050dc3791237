//! The use cases as they stand in the sources: every public function that is given the application.

use std::fs;
use std::path::{Path, PathBuf};

/// By whom a use case is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asker {
    /// Takes a `Ctx`.
    Tenant,
    /// Takes an `Operator`.
    Operator,
    /// Takes neither: nobody is recognised yet.
    Stranger,
}

/// One use case: `folder/function`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    pub name: String,
    pub asker: Asker,
    /// The whole function, and what follows it in its file.
    pub text: String,
}

/// All of them, but for those that tests are made of.
pub fn use_cases() -> Vec<Written> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    let mut use_cases = Vec::new();
    for path in found {
        let inside = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        let Some((folder, _)) = inside.split_once('/').filter(|(folder, _)| *folder != "testing") else { continue };
        let text = fs::read_to_string(&path).unwrap();
        for function in text.split("\npub async fn ").skip(1) {
            let signature = function.split('{').next().unwrap();
            if !signature.contains("app: &App") {
                continue;
            }
            let asker = match (signature.contains("ctx: &Ctx"), signature.contains("operator: &Operator")) {
                (true, _) => Asker::Tenant,
                (_, true) => Asker::Operator,
                _ => Asker::Stranger,
            };
            let name = signature.split(['(', '<']).next().unwrap();
            use_cases.push(Written { name: format!("{folder}/{name}"), asker, text: function.to_owned() });
        }
    }
    use_cases
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            walk(&entry, found);
        } else {
            found.push(entry);
        }
    }
}

/// Whoever is not recognised yet has no permission to ask for. Each of these protects itself otherwise: by throttles and by what
/// it is shown. Whoever adds one says here how.
#[test]
fn those_who_ask_for_no_permission_are_counted() {
    let mut strangers: Vec<_> = use_cases().into_iter().filter(|it| it.asker == Asker::Stranger).collect();
    strangers.sort_by(|one, other| one.name.cmp(&other.name));
    let names: Vec<_> = strangers.iter().map(|it| it.name.as_str()).collect();
    let expected = [
        "auth/accept_invitation", // a ticket
        "auth/bearer",            // an access token
        "auth/login",             // a password
        "auth/refresh",           // a refresh token
        "auth/reset_password",    // a ticket
        "keys/authenticate",      // a key
        "keys/renew",             // a key that was accepted: it names the hash that is there
        "oauth/introspect",       // a key
        "oauth/revoke",           // a key, or the token that is revoked
        "oauth/token",            // a key or a password
        "operators/bootstrap",    // the configuration of the server, and only where there is no operator
    ];
    assert_eq!(names, expected);
}
