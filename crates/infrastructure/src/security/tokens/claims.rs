//! Claims as they stand in a token, and what they mean. Times are whole seconds; who a token stands for is told unmistakably or not at all.

use orderbase_application::ports::{AccessClaims, Subject, TokenFault};
use orderbase_kernel::{ApiKeyId, SessionId, TenantId, Timestamp, UserId};
use orderbase_tenancy::Permission;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// For clocks that differ (RFC 7519 §4.1.4).
const LEEWAY_MILLIS: i64 = 30_000;
/// `client_id` of tokens got by signing in: no OAuth client was asked.
const OWN_CLIENT: &str = "orderbase";

/// Who issues, and for whom.
pub(super) struct Audiences {
    pub issuer: String,
    pub api: String,
    pub platform: String,
}

impl Audiences {
    pub(super) fn of(issuer: &str) -> Self {
        let platform = format!("{}/platform", issuer.trim_end_matches('/'));
        Self { issuer: issuer.to_owned(), api: issuer.to_owned(), platform }
    }
}

/// A claim given twice is an error, as is one of another type: a number with a point, a sign or quotes is no time.
#[derive(Serialize, Deserialize)]
pub(super) struct ClaimsText {
    iss: String,
    aud: Audience,
    sub: String,
    client_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenant_id: Option<String>,
    iat: u64,
    nbf: u64,
    exp: u64,
    jti: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    epoch: Option<u32>,
    /// The hint of the client secret it was got with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret_hint: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn holds(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Many(many) => many.iter().any(|one| one == audience),
        }
    }
}

/// Claims whose signature was verified.
#[derive(Debug)]
pub(super) struct Known {
    claims: AccessClaims,
    not_before: Timestamp,
}

impl Known {
    /// The claims, if they are good at this moment.
    pub(super) fn at(&self, now: Timestamp) -> Result<AccessClaims, TokenFault> {
        let latest = now.plus_millis(LEEWAY_MILLIS);
        if self.not_before > latest || self.claims.issued_at > latest {
            return Err(TokenFault::Invalid("not valid yet"));
        }
        if now >= self.claims.expires_at.plus_millis(LEEWAY_MILLIS) {
            return Err(TokenFault::Expired);
        }
        Ok(self.claims.clone())
    }
}

impl ClaimsText {
    pub(super) fn of(claims: &AccessClaims, audiences: &Audiences) -> Self {
        let issued = secs(claims.issued_at);
        let (aud, sub, client_id, tenant_id, sid, epoch, secret_hint) = match &claims.subject {
            Subject::User { tenant_id, user_id, session_id, epoch } => (
                &audiences.api,
                user_id.to_string(),
                OWN_CLIENT.to_owned(),
                Some(tenant_id.to_string()),
                Some(session_id.to_string()),
                Some(*epoch),
                None,
            ),
            Subject::ApiKey { tenant_id, api_key_id, hint } => {
                let id = api_key_id.to_string();
                (&audiences.api, id.clone(), id, Some(tenant_id.to_string()), None, None, Some(hint.clone()))
            }
            Subject::Operator { id, epoch } => {
                (&audiences.platform, id.to_string(), OWN_CLIENT.to_owned(), None, None, Some(*epoch), None)
            }
        };
        Self {
            iss: audiences.issuer.clone(),
            aud: Audience::One(aud.clone()),
            sub,
            client_id,
            tenant_id,
            iat: issued,
            nbf: issued,
            exp: secs(claims.expires_at),
            jti: claims.id.to_string(),
            scope: claims.scope.map(|scope| scope.texts().join(" ")),
            sid,
            epoch,
            secret_hint,
        }
    }

    pub(super) fn into_known(self, audiences: &Audiences) -> Result<Known, TokenFault> {
        if self.iss != audiences.issuer {
            return Err(TokenFault::Invalid("iss"));
        }
        let subject = self.subject(audiences)?;
        let scope = self.scope.as_deref().map(|scope| scope.split(' ').filter_map(permission).collect());
        Ok(Known {
            claims: AccessClaims {
                subject,
                scope,
                issued_at: instant(self.iat)?,
                expires_at: instant(self.exp)?,
                id: hyphenated(&self.jti).ok_or(TokenFault::Invalid("jti"))?,
            },
            not_before: instant(self.nbf)?,
        })
    }

    fn subject(&self, audiences: &Audiences) -> Result<Subject, TokenFault> {
        let subject = match (self.aud.holds(&audiences.api), self.aud.holds(&audiences.platform)) {
            (true, false) => self.subject_of_tenant(),
            (false, true) => self.operator(),
            _ => return Err(TokenFault::Invalid("aud")),
        };
        subject.ok_or(TokenFault::Invalid("claims that fit no subject"))
    }

    fn subject_of_tenant(&self) -> Option<Subject> {
        let tenant_id = TenantId::parse(self.tenant_id.as_deref()?).ok()?;
        match (self.sid.as_deref(), self.epoch, &self.secret_hint) {
            (Some(sid), Some(epoch), None) if self.client_id == OWN_CLIENT => Some(Subject::User {
                tenant_id,
                user_id: UserId::parse(&self.sub).ok()?,
                session_id: SessionId::parse(sid).ok()?,
                epoch,
            }),
            (None, None, Some(hint)) if self.client_id == self.sub => {
                Some(Subject::ApiKey { tenant_id, api_key_id: ApiKeyId::parse(&self.sub).ok()?, hint: hint.clone() })
            }
            _ => None,
        }
    }

    fn operator(&self) -> Option<Subject> {
        let alone = self.tenant_id.is_none()
            && self.sid.is_none()
            && self.secret_hint.is_none()
            && self.client_id == OWN_CLIENT;
        if alone { Some(Subject::Operator { id: hyphenated(&self.sub)?, epoch: self.epoch? }) } else { None }
    }
}

fn permission(text: &str) -> Option<Permission> {
    Permission::parse(text).ok()
}

/// 36 characters, as ids are read everywhere.
fn hyphenated(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

/// Whole seconds since 1970; what is before counts as 1970.
fn secs(at: Timestamp) -> u64 {
    u64::try_from(at.millis().div_euclid(1_000)).unwrap_or(0)
}

fn instant(secs: u64) -> Result<Timestamp, TokenFault> {
    let millis = i64::try_from(secs).ok().and_then(|secs| secs.checked_mul(1_000));
    millis.and_then(|millis| Timestamp::from_millis(millis).ok()).ok_or(TokenFault::Invalid("a time out of range"))
}
