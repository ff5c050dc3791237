//! Records of a changeset: whether they fit, and writing them.

use orderbase_kernel::{TenantId, Version};
use orderbase_tenancy::{ApiKey, KeySecret, Session, Ticket};

use super::tables::Tables;
use crate::changeset::{Credential, Outcome, Record};

/// `Err` is the outcome if the record does not fit.
pub(super) fn check(tables: &Tables, tenant: TenantId, record: &Record) -> Result<(), Outcome> {
    let fits = match record {
        Record::Session { session, read } => {
            tables.sessions.get(&(tenant, session.id())).map(Session::version) == *read
        }
        Record::Credential { credential, read } => {
            let present: Option<Version> =
                tables.credentials.get(&(tenant, credential.user_id)).map(|stored: &Credential| stored.version);
            present == *read
        }
        Record::UseTicket { hash, .. } => {
            let stored = tables.tickets.get(&(tenant, *hash.as_bytes()));
            stored.is_some_and(|ticket: &Ticket| ticket.used_at.is_none())
        }
        Record::KeyHash { api_key_id, from, .. } => {
            let stored = tables.api_keys.get(&(tenant, *api_key_id)).filter(|key| key.revoked_at().is_none());
            stored.is_some_and(|key| key.secrets().iter().any(|secret| secret.hash == *from))
        }
        Record::EndSessions { .. } | Record::Ticket(_) | Record::VoidTickets { .. } => true,
    };
    if fits { Ok(()) } else { Err(Outcome::Stale) }
}

/// Writes a record that fits.
pub(super) fn apply(tables: &mut Tables, tenant: TenantId, record: Record) {
    match record {
        Record::Session { session, .. } => {
            tables.sessions.insert((tenant, session.id()), *session);
        }
        Record::EndSessions { user_id, but, at } => {
            let of_user = tables.sessions.iter_mut().filter(|((of, _), session)| {
                *of == tenant && session.user_id() == user_id && Some(session.id()) != but
            });
            for (_, session) in of_user {
                session.end(at);
            }
        }
        Record::Credential { credential, .. } => {
            tables.credentials.insert((tenant, credential.user_id), credential);
        }
        Record::Ticket(ticket) => {
            tables.tickets.retain(|(of, _), other| {
                *of != tenant
                    || other.user_id != ticket.user_id
                    || other.purpose != ticket.purpose
                    || other.used_at.is_some()
            });
            tables.tickets.insert((tenant, *ticket.hash.as_bytes()), ticket);
        }
        Record::UseTicket { hash, at } => {
            if let Some(ticket) = tables.tickets.get_mut(&(tenant, *hash.as_bytes())) {
                ticket.used_at = Some(at);
            }
        }
        Record::VoidTickets { user_id } => {
            tables
                .tickets
                .retain(|(of, _), other| *of != tenant || other.user_id != user_id || other.used_at.is_some());
        }
        Record::KeyHash { api_key_id, from, to } => {
            if let Some(key) = tables.api_keys.get_mut(&(tenant, api_key_id)) {
                let mut parts = key.to_parts();
                KeySecret::hash_anew(&mut parts.secrets, &from, &to);
                *key = ApiKey::rehydrate(parts).unwrap();
            }
        }
    }
}
