//! What a demonstration has to say once it answers: words for a person, JSON for a program.

use std::path::Path;

use orderbase_tenancy::Permission;
use serde::Serialize;

use super::keys::{DemoKey, DemoTenant};
use super::tour::Request;
use super::users::{DemoOperator, DemoUser};

/// A demonstration that answers.
#[derive(Debug)]
pub struct Ready<'a> {
    pub base_url: &'a str,
    /// About the address: a port that was busy, a network that is wider than this machine.
    pub remarks: &'a [String],
    /// Whether the page of the documents comes with a key entered; nothing where there is no such page.
    pub docs_authorised: Option<bool>,
    /// Where the data is kept, if it is.
    pub kept: Option<&'a Path>,
    pub tenants: &'a [DemoTenant],
    pub operator: &'a DemoOperator,
    pub first: &'a Request,
    pub tour: &'a [Request],
}

impl Ready<'_> {
    #[must_use]
    pub fn docs_url(&self) -> Option<String> {
        self.docs_authorised.map(|_| format!("{}/docs", self.base_url))
    }

    /// One JSON object without line feeds.
    ///
    /// # Errors
    /// None in practice; the type is serde's.
    pub fn json(&self) -> serde_json::Result<String> {
        let lines = std::iter::once(self.first).chain(self.tour);
        serde_json::to_string(&Event {
            event: "demo.ready",
            base_url: self.base_url,
            docs_url: self.docs_url(),
            tenants: self.tenants.iter().map(TenantLine::from).collect(),
            operator: LoginLine { email: self.operator.email.as_str(), password: self.operator.password.expose() },
            curl: lines.map(|request| request.line.as_str()).collect(),
        })
    }
}

#[derive(Serialize)]
struct Event<'a> {
    event: &'static str,
    base_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    docs_url: Option<String>,
    tenants: Vec<TenantLine<'a>>,
    operator: LoginLine<'a>,
    /// The line of the banner, then those of the tour.
    curl: Vec<&'a str>,
}

#[derive(Serialize)]
struct TenantLine<'a> {
    slug: &'a str,
    status: &'static str,
    keys: Vec<KeyLine<'a>>,
    users: Vec<UserLine<'a>>,
}

#[derive(Serialize)]
struct UserLine<'a> {
    role: &'static str,
    #[serde(flatten)]
    login: LoginLine<'a>,
}

#[derive(Serialize)]
struct LoginLine<'a> {
    email: &'a str,
    password: &'a str,
}

#[derive(Serialize)]
struct KeyLine<'a> {
    name: &'a str,
    scopes: Vec<&'static str>,
    key: &'a str,
}

impl<'a> From<&'a DemoTenant> for TenantLine<'a> {
    fn from(tenant: &'a DemoTenant) -> Self {
        let keys = tenant.keys.iter().map(KeyLine::from).collect();
        let users = tenant.users.iter().map(UserLine::from).collect();
        Self { slug: tenant.spec.slug, status: tenant.tenant.status().as_str(), keys, users }
    }
}

impl<'a> From<&'a DemoUser> for UserLine<'a> {
    fn from(user: &'a DemoUser) -> Self {
        let login = LoginLine { email: user.email.as_str(), password: user.password.expose() };
        Self { role: user.role.as_str(), login }
    }
}

impl<'a> From<&'a DemoKey> for KeyLine<'a> {
    fn from(key: &'a DemoKey) -> Self {
        let scopes = key.scopes.iter().copied().map(Permission::as_str).collect();
        Self { name: key.name, scopes, key: key.text.expose() }
    }
}
