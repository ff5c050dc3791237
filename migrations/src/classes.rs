//! What may be written in each column: nothing by people, what a caller wrote, or what tells of a person and who erases it.

use self::Class::{Caller, None, Personal};
use self::Eraser::{Anonymise, Expiry, NotBuilt, Platform, Purge};

/// What a column of text or bytes holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Ids, codes, states, digests, credentials, sealed keys: nothing that a person or a caller worded.
    None,
    /// Tells of a person. Each row of the column is taken by one of the erasers, and there is at least one.
    Personal(&'static [Eraser]),
    /// Worded by a caller or an owner about their trade, not meant to tell of a person. It goes with the tenant.
    Caller,
}

/// Who takes it. Whatever has a tenant goes with the tenant at the latest; [`Eraser::Purge`] says that nothing comes before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eraser {
    /// The erasure of the customer whom it tells of, in the same commit.
    Anonymise,
    /// The sweep of what has expired: kept answers, sessions that ended seven days ago, networks in old rows of the audit log.
    Expiry,
    /// The end of the tenant.
    Purge,
    /// No command: it tells of who runs the platform. Their accounts are disabled, and the trail keeps who acted.
    Platform,
    /// Meant to go after so many days, which nothing does yet: until then it goes with the tenant.
    NotBuilt { after_days: u16 },
}

/// Table, column and class of everything that can hold text: all columns but numbers, flags, ids and dates, in the order of their names.
pub const CLASSES: &[(&str, &str, Class)] = &[
    ("api_key_directory", "secret_hash", None),
    // Networks of machines, not addresses of people.
    ("api_keys", "ip_allowlist", Caller),
    ("api_keys", "name", Caller),
    ("api_keys", "scopes", None),
    ("api_keys", "secrets", None),
    ("audit_log", "action", None),
    // An id, but of an operator the name, which is an e-mail.
    ("audit_log", "actor_id", Personal(&[Platform])),
    ("audit_log", "actor_kind", None),
    // An operator's reason, in free words.
    ("audit_log", "detail", Personal(&[NotBuilt { after_days: 400 }])),
    // After 90 days, unless configured otherwise.
    ("audit_log", "network", Personal(&[Expiry])),
    ("audit_log", "outcome", None),
    // May be the caller's own, from a header.
    ("audit_log", "request_id", Caller),
    ("audit_log", "target_id", None),
    ("audit_log", "target_kind", None),
    ("audit_seals", "kid", None),
    ("audit_seals", "previous", None),
    ("audit_seals", "sha256", None),
    ("audit_seals", "signature", None),
    ("customers", "email", Personal(&[Anonymise])),
    ("customers", "external_reference", Personal(&[Anonymise])),
    // What hangs on a person tells of the person, unlike that of an order.
    ("customers", "metadata", Personal(&[Anonymise])),
    ("customers", "name", Personal(&[Anonymise])),
    ("customers", "status", None),
    // As in the audit log.
    ("events", "actor_id", Personal(&[Platform])),
    ("events", "actor_kind", None),
    ("events", "aggregate_type", None),
    // References, product ids and names of products and keys; of metadata the names that changed, never a value.
    ("events", "data", Caller),
    ("events", "event_type", None),
    // Of customers who they were; notes of orders, names and e-mails of users, and what operators wrote stay as long as their tenant.
    ("events", "personal", Personal(&[Anonymise, Purge])),
    ("events", "request_id", Caller),
    // Shows what the request wrote, so a customer too.
    ("idempotency_keys", "body", Personal(&[Expiry])),
    ("idempotency_keys", "etag", None),
    ("idempotency_keys", "fingerprint", None),
    ("idempotency_keys", "key", Caller),
    // A path with an id.
    ("idempotency_keys", "location", None),
    ("key_ring", "enveloped", None),
    ("key_ring", "kid", None),
    ("key_ring", "purpose", None),
    ("key_ring", "state", None),
    ("operators", "email", Personal(&[Platform])),
    ("operators", "phc", None),
    ("order_items", "name", Caller),
    ("order_items", "product_id", Caller),
    ("order_items", "sku", Caller),
    // Free words of staff, who may write about anybody: no erasure of one customer finds whom.
    ("orders", "cancel_note", Personal(&[Purge])),
    ("orders", "cancel_reason", None),
    ("orders", "currency", None),
    ("orders", "external_reference", Caller),
    ("orders", "metadata", Caller),
    ("orders", "status", None),
    ("seaql_migrations", "version", None),
    ("sessions", "current_hash", None),
    ("sessions", "network", Personal(&[Expiry])),
    ("sessions", "previous_hash", None),
    ("sessions", "scope", None),
    ("sessions", "user_agent", Personal(&[Expiry])),
    ("tenant_counters", "kind", None),
    ("tenants", "allowed_currencies", None),
    ("tenants", "default_currency", None),
    ("tenants", "mode", None),
    // Of a business.
    ("tenants", "name", Caller),
    ("tenants", "order_prefix", Caller),
    // Limits, and an operator's reason for them in free words.
    ("tenants", "overrides", Personal(&[Purge])),
    ("tenants", "plan", None),
    ("tenants", "slug", Caller),
    ("tenants", "status", None),
    ("tenants", "suspension_reason", Personal(&[Purge])),
    ("tenants", "time_zone", None),
    ("tickets", "purpose", None),
    ("tickets", "token_hash", None),
    ("user_credentials", "phc", None),
    ("users", "email", Personal(&[Purge])),
    ("users", "name", Personal(&[Purge])),
    ("users", "role", None),
    ("users", "status", None),
];

/// The class of a column; `None` if it holds no text, or does not exist.
#[must_use]
pub fn class_of(table: &str, column: &str) -> Option<Class> {
    CLASSES.iter().find(|(of, name, _)| (*of, *name) == (table, column)).map(|(_, _, class)| *class)
}
