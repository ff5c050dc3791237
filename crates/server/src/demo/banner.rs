//! The words on standard error: at most twelve lines that fit a terminal, then the tour if it was asked for.

use super::keys::DemoTenant;
use super::ready::Ready;

/// What this binary is.
#[derive(Clone, Copy, Debug)]
pub struct Build {
    pub version: &'static str,
    /// Known where the build was told: `ORDERBASE_COMMIT`.
    pub commit: Option<&'static str>,
    /// The newest step of the schema.
    pub schema: &'static str,
}

impl Build {
    /// This one.
    #[must_use]
    pub fn this() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            commit: option_env!("ORDERBASE_COMMIT"),
            schema: orderbase_migrations::STEPS.last().map_or("none", |step| step.id),
        }
    }
}

/// The banner, without a line feed at its end.
#[must_use]
pub fn banner(build: &Build, ready: &Ready<'_>, with_tour: bool) -> String {
    let commit = build.commit.map(|commit| format!(", commit {commit}")).unwrap_or_default();
    let mut lines = vec![
        format!("Orderbase {}{commit}, schema {}: a demonstration with made-up tenants", build.version, build.schema),
        kept(ready),
        entry("API", &with_remarks(ready)),
        entry("Docs", &docs(ready)),
    ];
    let mut label = "Keys";
    for tenant in ready.tenants {
        lines.push(entry(label, &key(tenant)));
        label = "";
    }
    lines.push(entry("Login", &login(ready.tenants)));
    lines.push(entry("Try", &ready.first.line));
    let tour = if with_tour { "the tour below" } else { "--tour prints six more requests to try" };
    lines.push(entry("More", &format!("{tour}; --print-json PATH writes all keys, logins and requests")));
    lines.push(entry("Stop", "Ctrl-C"));
    lines.join("\n")
}

/// The lines of the tour, each under what it does, without a line feed at the end.
#[must_use]
pub fn tour(ready: &Ready<'_>) -> String {
    let step = |(number, request): (usize, &super::tour::Request)| {
        format!("\n# {number}. {} ({})\n{}", request.does, request.status, request.line)
    };
    (1..).zip(ready.tour).map(step).collect::<Vec<_>>().join("\n")
}

fn entry(label: &str, text: &str) -> String {
    format!("  {label:<5} {text}")
}

fn kept(ready: &Ready<'_>) -> String {
    match ready.kept {
        Some(path) => format!("  data is kept in {}", path.display()),
        None => "  data is thrown away at exit (keep: --data PATH)".to_owned(),
    }
}

fn with_remarks(ready: &Ready<'_>) -> String {
    let mut text = format!("{}/api/v1", ready.base_url);
    for remark in ready.remarks {
        text.push_str(&format!("  ({remark})"));
    }
    text
}

fn docs(ready: &Ready<'_>) -> String {
    let Some(url) = ready.docs_url() else { return "off".to_owned() };
    let entered = ready.tenants.first().filter(|_| ready.docs_authorised == Some(true));
    let entered = entered.map(|tenant| format!("  (the key of {} is entered)", tenant.spec.slug));
    format!("{url}{}", entered.unwrap_or_default())
}

fn key(tenant: &DemoTenant) -> String {
    let text = tenant.key().unwrap_or("none: it was revoked, and a suspended tenant gets no new one");
    let state =
        if tenant.spec.suspended.is_some() && tenant.key().is_some() { "  (suspended: reads only)" } else { "" };
    format!("{:<9} {text}{state}", tenant.spec.slug)
}

/// The one who may do most.
fn login(tenants: &[DemoTenant]) -> String {
    let first = tenants.iter().find_map(|tenant| Some((tenant.spec.slug, tenant.users.first()?)));
    first.map_or_else(
        || "nobody: all were disabled".to_owned(),
        |(slug, user)| format!("{slug}, {}, {}  (POST /api/v1/auth/login)", user.email, user.password.expose()),
    )
}
