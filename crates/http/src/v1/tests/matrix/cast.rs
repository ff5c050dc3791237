//! What the operations are asked about, all of tenant `acme`, and the callers who may not.

use orderbase_application::ports::{AccessClaims, Subject};
use orderbase_application::testing::{client, ctx, invited};
use orderbase_application::{Conditions, auth, keys, users};
use orderbase_kernel::{ApiKeyId, Email, SessionId};
use orderbase_tenancy::{Permission, Role};
use serde_json::Value;

use crate::extract::permission::Needs;
use crate::openapi;
use crate::route::{Route, Verb};
use crate::testing::{Person, Sent, TestApp};
use crate::v1::fixtures::{self, id};

/// A kind of bad caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bad {
    Nobody,
    MalformedKey,
    MalformedToken,
    ExpiredToken,
    RevokedKey,
    UnknownSession,
    DisabledUser,
    Stranger,
    LowerRole,
    Operator,
}

impl Bad {
    pub const ALL: [Self; 10] = [
        Self::Nobody,
        Self::MalformedKey,
        Self::MalformedToken,
        Self::ExpiredToken,
        Self::RevokedKey,
        Self::UnknownSession,
        Self::DisabledUser,
        Self::Stranger,
        Self::LowerRole,
        Self::Operator,
    ];

    /// Whether it is not even known who asks.
    pub fn is_unrecognised(self) -> bool {
        self < Self::Stranger
    }
}

/// A credential as it is sent.
#[derive(Clone, Debug)]
pub enum Sends {
    Nothing,
    Key(String),
    Token(String),
}

/// Everybody and everything.
pub struct Cast {
    pub app: TestApp,
    document: Value,
    owner: Person,
    ids: Vec<(&'static str, String)>,
    expired: String,
    revoked_key: String,
    unknown: String,
    disabled: String,
    stranger: String,
    operator: String,
    /// Lowest first.
    by_role: Vec<(Role, String)>,
}

impl Cast {
    pub async fn gather() -> Self {
        let app = TestApp::start().await;
        let order = fixtures::order(&app).await;
        let customer = order.json()["customer_id"].as_str().unwrap().to_owned();
        let (owner, member) = (app.sign_in(Role::Owner).await, app.sign_in(Role::Member).await);
        let behind = ctx(&app.world.app, &app.tenant);
        let email = Email::parse("invited@example.com").unwrap();
        let invitation = invited(&app.world.app, &behind, &email, Role::Viewer).await.user.id().to_string();
        let me = app.get("/api/v1/me").as_bearer(&owner.access_token).send().await.json();
        let session = me["session_id"].as_str().unwrap().to_owned();
        let audit = app.get("/api/v1/audit").as_bearer(&owner.access_token).send().await.json();
        let key = app.get("/api/v1/me").send().await.json()["actor"]["id"].as_str().unwrap().to_owned();
        let ids = vec![
            ("/orders/", id(&order)),
            ("/customers/", customer),
            ("/users/", member.id.to_string()),
            ("/invitations/", invitation),
            ("/me/sessions/", session.clone()),
            ("/api-keys/", key),
            ("/audit/", audit["data"][0]["id"].as_str().unwrap().to_owned()),
            ("/platform/tenants/", app.tenant.id().to_string()),
        ];
        let session = SessionId::parse(&session).unwrap();
        let mut by_role = Vec::new();
        for role in [Role::Viewer, Role::Member, Role::Admin, Role::Owner] {
            by_role.push((role, app.sign_in(role).await.access_token));
        }
        Self {
            document: openapi::document(crate::version::ApiVersion::V1),
            expired: token(&app, &owner, session, -1),
            unknown: token(&app, &owner, SessionId::from_uuid(app.world.app.ids.next(app.world.app.clock.now())), 600),
            revoked_key: revoked_key(&app).await,
            disabled: disabled(&app).await,
            stranger: stranger(&app).await,
            operator: app.operator().await,
            owner,
            ids,
            by_role,
            app,
        }
    }

    /// The operation as it would be asked by somebody who may.
    pub fn ask(&self, route: &Route, sends: &Sends) -> Sent {
        let own = self.ids.iter().find(|(part, _)| route.path.contains(part)).map_or("", |(_, id)| id.as_str());
        self.ask_about(route, own, sends)
    }

    pub fn ask_about(&self, route: &Route, id: &str, sends: &Sends) -> Sent {
        let path = route.path.replace("{id}", id).replace("{sequence}", "1");
        let request = match route.verb {
            Verb::Get => self.app.get(&path),
            Verb::Post => self.app.post(&path),
            Verb::Put => self.app.put(&path),
            Verb::Patch => self.app.patch(&path),
            Verb::Delete => self.app.delete(&path),
        };
        let request = match sends {
            Sends::Nothing => request.anonymous(),
            Sends::Key(text) => request.as_key(text),
            Sends::Token(text) => request.as_bearer(text),
        };
        // From this host, for an operator's token works from nowhere else.
        let request = request.from("127.0.0.1:40000");
        let request = if route.flags.if_match_required { request.if_match("*") } else { request };
        match self.body(route) {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    /// The example of the document, about what is there.
    fn body(&self, route: &Route) -> Option<Value> {
        let operation = &self.document["paths"][&route.path][route.verb.as_str().to_lowercase()];
        let mut body = operation["requestBody"]["content"]["application/json"]["example"].clone();
        if body.is_null() {
            return None;
        }
        if body.get("customer_id").is_some() {
            body["customer_id"] = self.id("/customers/").into();
        }
        Some(body)
    }

    fn id(&self, part: &str) -> &str {
        self.ids.iter().find(|(name, _)| *name == part).map_or("", |(_, id)| id.as_str())
    }

    /// Whether some bytes speak of anything that is acme's.
    pub fn shows(&self, text: &str) -> bool {
        self.ids.iter().any(|(_, id)| text.contains(id.as_str()))
    }

    /// What the caller sends; `None` where there is no such caller of the operation.
    pub async fn credential(&self, bad: Bad, needs: Needs) -> Option<Sends> {
        let token = |text: &str| Some(Sends::Token(text.to_owned()));
        match bad {
            Bad::Nobody => Some(Sends::Nothing),
            Bad::MalformedKey => Some(Sends::Key("ob_live_0123".to_owned())),
            Bad::MalformedToken => token("not.a.token"),
            Bad::ExpiredToken => token(&self.expired),
            Bad::RevokedKey => Some(Sends::Key(self.revoked_key.clone())),
            Bad::UnknownSession => token(&self.unknown),
            Bad::DisabledUser => token(&self.disabled),
            Bad::Stranger => token(&self.stranger),
            Bad::LowerRole => self.lower(needs).await,
            Bad::Operator => token(&self.operator),
        }
    }

    /// The highest role that lacks the permission, else a key that does.
    async fn lower(&self, needs: Needs) -> Option<Sends> {
        let permission = match needs {
            Needs::Permission(permission) => permission,
            Needs::Session => return Some(Sends::Key(self.app.key.clone())),
            Needs::Credential | Needs::Public => return None,
        };
        let lacking = self.by_role.iter().rev().find(|(role, _)| !role.permissions().contains(permission));
        if let Some((_, token)) = lacking {
            return Some(Sends::Token(token.clone()));
        }
        let other =
            if permission == Permission::OrdersRead { Permission::CustomersRead } else { Permission::OrdersRead };
        Some(Sends::Key(self.app.key_with(&[other]).await))
    }

    /// All that could have been changed, as its owner reads it.
    pub async fn snapshot(&self) -> Vec<String> {
        let (order, customer) = (self.id("/orders/"), self.id("/customers/"));
        let paths = [
            format!("/api/v1/orders/{order}"),
            format!("/api/v1/orders/{order}/events"),
            format!("/api/v1/customers/{customer}"),
            "/api/v1/orders".to_owned(),
            "/api/v1/customers".to_owned(),
            "/api/v1/users?limit=100".to_owned(),
            "/api/v1/invitations".to_owned(),
            "/api/v1/me/sessions".to_owned(),
            "/api/v1/tenant".to_owned(),
        ];
        let mut all = Vec::new();
        for path in paths {
            let answer = self.app.get(&path).as_bearer(&self.owner.access_token).send().await;
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
            all.push(format!("{path} {}", String::from_utf8_lossy(&answer.bytes)));
        }
        all
    }
}

fn token(app: &TestApp, owner: &Person, session_id: SessionId, secs: i64) -> String {
    let app_of = &app.world.app;
    let at = app_of.clock.now();
    let subject = Subject::User { tenant_id: app.tenant.id(), user_id: owner.id, session_id, epoch: 0 };
    let (issued_at, expires_at) = (at.plus_millis(-600_000), at.plus_millis(secs * 1_000));
    app_of.tokens.issue(&AccessClaims { subject, scope: None, issued_at, expires_at, id: app_of.ids.next(at) }).unwrap()
}

async fn revoked_key(app: &TestApp) -> String {
    let text = app.key_with(&[Permission::OrdersRead]).await;
    let held = keys::authenticate(&app.world.app, &text, &client()).await.unwrap();
    let key = ApiKeyId::from_uuid(held.principal_id);
    keys::revoke(&app.world.app, &ctx(&app.world.app, &app.tenant), key, Conditions::default()).await.unwrap();
    text
}

async fn disabled(app: &TestApp) -> String {
    let person = app.sign_in(Role::Admin).await;
    let behind = ctx(&app.world.app, &app.tenant);
    users::disable(&app.world.app, &behind, person.id, Conditions::default()).await.unwrap();
    person.access_token
}

/// The owner of another tenant.
async fn stranger(app: &TestApp) -> String {
    let (tenant, _) = app.tenant("borealis").await;
    let elsewhere = TestApp { tenant, ..app.clone() };
    let token = elsewhere.sign_in(Role::Owner).await.access_token;
    assert!(auth::bearer(&app.world.app, &token, &client()).await.is_ok());
    token
}
