//! The table of error codes: slug, class, title. Problem bodies, the OpenAPI document, the error pages and a coverage test read it.

/// What kind of failure a code is. `http` maps each class to one status in an exhaustive match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Malformed,
    Unauthenticated,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    RequestTimeout,
    TooManyRequests,
    Conflict,
    Gone,
    PreconditionFailed,
    BodyTooLarge,
    UriTooLong,
    UnsupportedMediaType,
    Unprocessable,
    PreconditionRequired,
    HeadTooLarge,
    Internal,
    Unavailable,
}

macro_rules! codes {
    ($($variant:ident $slug:literal $class:ident $title:literal;)+) => {
        /// A failure that a client can meet. The slug is the last segment of the problem's `type`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($variant,)+ }

        impl Code {
            /// All codes, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];

            pub fn slug(self) -> &'static str {
                match self { $(Code::$variant => $slug,)+ }
            }

            pub fn class(self) -> Class {
                match self { $(Code::$variant => Class::$class,)+ }
            }

            pub fn title(self) -> &'static str {
                match self { $(Code::$variant => $title,)+ }
            }
        }
    };
}

codes! {
    MalformedRequest "malformed_request" Malformed "Malformed request";
    InvalidParameter "invalid_parameter" Malformed "Invalid parameter";
    UnknownParameter "unknown_parameter" Malformed "Unknown parameter";
    InvalidHeader "invalid_header" Malformed "Invalid header";
    InvalidCursor "invalid_cursor" Malformed "Invalid cursor";
    UnknownVersion "unknown_version" Malformed "Unknown version";
    AmbiguousVersion "ambiguous_version" Malformed "Ambiguous version";
    AmbiguousCredentials "ambiguous_credentials" Malformed "Ambiguous credentials";
    Unauthenticated "unauthenticated" Unauthenticated "Unauthenticated";
    InvalidCredentials "invalid_credentials" Unauthenticated "Invalid credentials";
    TokenExpired "token_expired" Unauthenticated "Token expired";
    PermissionDenied "permission_denied" Forbidden "Permission denied";
    AddressNotAllowed "address_not_allowed" Forbidden "Address not allowed";
    TenantSuspended "tenant_suspended" Forbidden "Tenant suspended";
    TrialExpired "trial_expired" Forbidden "Trial expired";
    TenantClosed "tenant_closed" Forbidden "Tenant closed";
    PlanLimitReached "plan_limit_reached" Forbidden "Plan limit reached";
    RouteNotFound "route_not_found" NotFound "Route not found";
    ErrorCodeNotFound "error_code_not_found" NotFound "Error code not found";
    OrderNotFound "order_not_found" NotFound "Order not found";
    CustomerNotFound "customer_not_found" NotFound "Customer not found";
    EventNotFound "event_not_found" NotFound "Event not found";
    TenantNotFound "tenant_not_found" NotFound "Tenant not found";
    ApiKeyNotFound "api_key_not_found" NotFound "API key not found";
    UserNotFound "user_not_found" NotFound "User not found";
    InvitationNotFound "invitation_not_found" NotFound "Invitation not found";
    SessionNotFound "session_not_found" NotFound "Session not found";
    AuditEntryNotFound "audit_entry_not_found" NotFound "Audit entry not found";
    MethodNotAllowed "method_not_allowed" MethodNotAllowed "Method not allowed";
    NotAcceptable "not_acceptable" NotAcceptable "Not acceptable";
    RequestTimeout "request_timeout" RequestTimeout "Request timeout";
    OrderInvalidTransition "order_invalid_transition" Conflict "Order invalid transition";
    TenantInvalidTransition "tenant_invalid_transition" Conflict "Tenant invalid transition";
    OrderNotEditable "order_not_editable" Conflict "Order not editable";
    OrderEventLimit "order_event_limit" Conflict "Order event limit";
    CustomerAnonymised "customer_anonymised" Conflict "Customer anonymised";
    ApiKeyRevoked "api_key_revoked" Conflict "API key revoked";
    ExternalReferenceTaken "external_reference_taken" Conflict "External reference taken";
    CustomerEmailTaken "customer_email_taken" Conflict "Customer email taken";
    TenantSlugTaken "tenant_slug_taken" Conflict "Tenant slug taken";
    UserEmailTaken "user_email_taken" Conflict "User email taken";
    LastOwner "last_owner" Conflict "Last owner";
    WriteConflict "write_conflict" Conflict "Write conflict";
    IdempotencyInProgress "idempotency_in_progress" Conflict "Idempotency in progress";
    VersionRetired "version_retired" Gone "Version retired";
    VersionConflict "version_conflict" PreconditionFailed "Version conflict";
    BodyTooLarge "body_too_large" BodyTooLarge "Body too large";
    UriTooLong "uri_too_long" UriTooLong "URI too long";
    UnsupportedMediaType "unsupported_media_type" UnsupportedMediaType "Unsupported media type";
    CustomerInactive "customer_inactive" Unprocessable "Customer inactive";
    CurrencyMismatch "currency_mismatch" Unprocessable "Currency mismatch";
    OrderTotalOutOfRange "order_total_out_of_range" Unprocessable "Order total out of range";
    MetadataLimit "metadata_limit" Unprocessable "Metadata limit";
    IdempotencyKeyReused "idempotency_key_reused" Unprocessable "Idempotency key reused";
    ValidationFailed "validation_failed" Unprocessable "Validation failed";
    PreconditionRequired "precondition_required" PreconditionRequired "Precondition required";
    HeaderFieldsTooLarge "header_fields_too_large" HeadTooLarge "Header fields too large";
    RateLimited "rate_limited" TooManyRequests "Rate limited";
    InternalError "internal_error" Internal "Internal error";
    Overloaded "overloaded" Unavailable "Overloaded";
    DependencyUnavailable "dependency_unavailable" Unavailable "Dependency unavailable";
    DeadlineExceeded "deadline_exceeded" Unavailable "Deadline exceeded";
    OutcomeUnknown "outcome_unknown" Unavailable "Outcome unknown";
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn slugs_are_distinct_and_name_their_title() {
        for (index, code) in Code::ALL.iter().enumerate() {
            assert!(Code::ALL[..index].iter().all(|earlier| earlier.slug() != code.slug()));
            assert_eq!(code.title().to_lowercase(), code.slug().replace('_', " "));
        }
    }
}
