//! The texts of `docs/errors/`, compiled in. A test holds files and codes equal, both ways.

macro_rules! texts {
    ($($slug:literal)+) => {
        /// The text of a code, as Markdown.
        pub(super) fn text(slug: &str) -> Option<&'static str> {
            match slug {
                $($slug => Some(include_str!(concat!("../../../../docs/errors/", $slug, ".md"))),)+
                _ => None,
            }
        }

        #[cfg(test)]
        pub(super) const SLUGS: &[&str] = &[$($slug),+];
    };
}

texts! {
    "address_not_allowed"
    "ambiguous_credentials"
    "ambiguous_version"
    "api_key_not_found"
    "api_key_revoked"
    "audit_entry_not_found"
    "body_too_large"
    "currency_mismatch"
    "customer_anonymised"
    "customer_email_taken"
    "customer_inactive"
    "customer_not_found"
    "deadline_exceeded"
    "dependency_unavailable"
    "error_code_not_found"
    "event_not_found"
    "external_reference_taken"
    "header_fields_too_large"
    "idempotency_in_progress"
    "idempotency_key_reused"
    "internal_error"
    "invalid_credentials"
    "invalid_cursor"
    "invalid_header"
    "invalid_parameter"
    "invitation_not_found"
    "last_owner"
    "malformed_request"
    "metadata_limit"
    "method_not_allowed"
    "not_acceptable"
    "order_event_limit"
    "order_invalid_transition"
    "order_not_editable"
    "order_not_found"
    "order_total_out_of_range"
    "outcome_unknown"
    "overloaded"
    "permission_denied"
    "plan_limit_reached"
    "precondition_required"
    "rate_limited"
    "request_timeout"
    "route_not_found"
    "session_not_found"
    "tenant_closed"
    "tenant_invalid_transition"
    "tenant_not_found"
    "tenant_slug_taken"
    "tenant_suspended"
    "token_expired"
    "trial_expired"
    "unauthenticated"
    "unknown_parameter"
    "unknown_version"
    "unsupported_media_type"
    "uri_too_long"
    "user_email_taken"
    "user_not_found"
    "validation_failed"
    "version_conflict"
    "version_retired"
    "write_conflict"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use orderbase_application::Code;

    use super::*;

    #[test]
    fn every_code_has_its_text_and_every_text_its_code() {
        let codes: BTreeSet<_> = Code::ALL.iter().map(|code| code.slug().to_owned()).collect();
        let compiled: BTreeSet<_> = SLUGS.iter().map(|slug| (*slug).to_owned()).collect();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors");
        let files: BTreeSet<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
            .collect();
        assert_eq!(codes, compiled);
        assert_eq!(codes, files);
    }

    #[test]
    fn every_text_says_what_happened_what_to_do_and_what_is_related() {
        for code in Code::ALL {
            let text = text(code.slug()).unwrap();
            assert!(text.starts_with(&format!("# {}\n", code.title())), "{}", code.slug());
            for part in ["\n## What happened\n", "\n## What to do\n", "\n## Related\n"] {
                assert!(text.contains(part), "{} lacks {part:?}", code.slug());
            }
        }
    }

    #[test]
    fn every_link_leads_to_a_text() {
        for slug in SLUGS {
            for link in text(slug).unwrap().split("](").skip(1).filter_map(|rest| rest.split_once(')')) {
                let target = link.0.strip_suffix(".md").unwrap_or_else(|| panic!("{slug} links to {}", link.0));
                assert!(SLUGS.contains(&target), "{slug} links to {target}");
            }
        }
    }
}
