//! The problem body as it stands on the wire, for serde and the OpenAPI document.

use orderbase_application::{Fault, Place};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Member;

/// A failure (RFC 9457).
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "https://api.example.com/errors/order_not_found", "title": "Order not found", "status": 404,
    "detail": "There is no such order.", "instance": "/api/v1/orders/01980000-0000-7000-8000-0000000000a1",
    "code": "order_not_found", "request_id": "01980000-0000-7000-8000-0000000000f1"}))]
pub struct ProblemDocument {
    /// The page that explains the code.
    #[schema(format = "uri", max_length = 2048)]
    pub r#type: String,
    /// The code in words.
    #[schema(max_length = 200)]
    pub title: String,
    /// The status line's code.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened, for people.
    #[schema(max_length = 1000)]
    pub detail: String,
    /// The path of the request, without query.
    #[schema(max_length = 256)]
    pub instance: String,
    /// What happened, for programs. New codes may appear.
    #[schema(pattern = "^[a-z_]+$", max_length = 64)]
    pub code: String,
    /// Names the request in the server's log.
    #[schema(pattern = "^[A-Za-z0-9._-]{1,128}$", max_length = 128)]
    pub request_id: String,
    /// The faults of the input.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 100)]
    pub errors: Vec<ProblemFault>,
    /// Seconds, as in `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 86400)]
    pub retry_after: Option<u32>,
    /// The limits that were passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 10)]
    pub violated_policies: Option<Vec<Word>>,
    /// A path that tells more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 256)]
    pub explain: Option<String>,
    /// The version that stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    pub current_version: Option<u64>,
    /// The id of what has the reference already.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid, max_length = 36)]
    pub existing_id: Option<String>,
    /// The present status.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 32)]
    pub from: Option<String>,
    /// The transition that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 32)]
    pub attempted: Option<String>,
    /// The transitions that the present status allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 10)]
    pub allowed: Option<Vec<Word>>,
    /// The permission that the credential lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub permission: Option<String>,
    /// The name of the plan's limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub limit: Option<String>,
    /// What the plan allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub max: Option<u64>,
    /// What is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub current: Option<u64>,
    /// When the limit begins anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, max_length = 24)]
    pub resets_at: Option<String>,
    /// The versions that exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 10)]
    pub supported_versions: Option<Vec<Word>>,
    /// The readiness checks that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20)]
    pub checks: Option<Vec<Word>>,
    /// What a starting server is at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<ProblemPhase>,
}

/// A word of the API: a name, a status, a version.
#[derive(Debug, Serialize, serde::Deserialize, ToSchema)]
#[schema(value_type = String, max_length = 64)]
pub struct Word(String);

/// A step of the start.
#[derive(Debug, Default, Serialize, serde::Deserialize, ToSchema)]
pub struct ProblemPhase {
    #[schema(max_length = 64)]
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub done: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub of: Option<u64>,
}

/// One fault of the input, at one place: `pointer`, `parameter` or `header`.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ProblemFault {
    /// A JSON pointer into the sent body, as a URI fragment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1024)]
    pub pointer: Option<String>,
    /// The name of a query or path parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 128)]
    pub parameter: Option<String>,
    /// The name of a header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 128)]
    pub header: Option<String>,
    /// The rule that was broken. New codes may appear.
    #[schema(pattern = "^[a-z_]+$", max_length = 64)]
    pub code: String,
    #[schema(max_length = 1000)]
    pub detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000)]
    pub hint: Option<String>,
}

impl From<Fault> for ProblemFault {
    fn from(fault: Fault) -> Self {
        let Fault { place, code, detail, hint } = fault;
        let (mut pointer, mut parameter, mut header) = (None, None, None);
        match place {
            Place::Pointer(at) => pointer = Some(at),
            Place::Parameter(name) => parameter = Some(name),
            Place::Header(name) => header = Some(name.to_owned()),
        }
        Self { pointer, parameter, header, code: code.as_str().to_owned(), detail, hint }
    }
}

impl ProblemDocument {
    /// Puts a member in; a value of another type than the member's leaves it out.
    pub(super) fn put(&mut self, member: Member, value: Value) {
        match member {
            Member::Explain => self.explain = text(value),
            Member::CurrentVersion => self.current_version = value.as_u64(),
            Member::ExistingId => self.existing_id = text(value),
            Member::From => self.from = text(value),
            Member::Attempted => self.attempted = text(value),
            Member::Allowed => self.allowed = texts(value),
            Member::Permission => self.permission = text(value),
            Member::Limit => self.limit = text(value),
            Member::Max => self.max = value.as_u64(),
            Member::Current => self.current = value.as_u64(),
            Member::ResetsAt => self.resets_at = text(value),
            Member::SupportedVersions => self.supported_versions = texts(value),
            Member::Checks => self.checks = texts(value),
            Member::Phase => self.phase = serde_json::from_value(value).ok(),
            Member::ViolatedPolicies => self.violated_policies = texts(value),
        }
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn texts(value: Value) -> Option<Vec<Word>> {
    serde_json::from_value(value).ok()
}
