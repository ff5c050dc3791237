//! A customer in an answer: whole, or beside an order.

use orderbase_application::views::CustomerView;
use orderbase_kernel::{CustomerId, Timestamp};
use orderbase_orders::CustomerStatus;
use serde::Serialize;
use utoipa::ToSchema;

use crate::dto::metadata::Metadata;
use crate::dto::shown::{Shown, Verbatim};
use crate::respond::Body;

/// A customer of the tenant.
///
/// Members without a value are absent, never null. The version fixes every member.
#[derive(Serialize, ToSchema)]
#[schema(as = Customer)]
pub struct CustomerBody<'a> {
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub id: Shown<CustomerId>,
    #[schema(min_length = 1, max_length = 200)]
    pub name: &'a str,
    /// Unique in the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 3, max_length = 254)]
    pub email: Option<&'a str>,
    /// The caller's own name of the customer, unique in the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 128,
        pattern = r"^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$"
    )]
    pub external_reference: Option<&'a str>,
    #[schema(value_type = CustomerStatusBody)]
    pub status: CustomerStatusBody,
    #[schema(value_type = Metadata)]
    pub metadata: Verbatim<'a>,
    /// When the personal data was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub anonymised_at: Option<Shown<Timestamp>>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub created_at: Shown<Timestamp>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub updated_at: Shown<Timestamp>,
    /// The number of the customer's events; in quotes it is the entity tag.
    #[schema(minimum = 1, maximum = 9007199254740991_i64)]
    pub version: u64,
}

/// Who an order is for.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerSummary)]
pub struct CustomerSummaryBody<'a> {
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub id: Shown<CustomerId>,
    #[schema(min_length = 1, max_length = 200)]
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 3, max_length = 254)]
    pub email: Option<&'a str>,
    #[schema(value_type = CustomerStatusBody)]
    pub status: CustomerStatusBody,
}

/// Whether a customer may get new orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CustomerStatus)]
#[serde(rename_all = "snake_case")]
pub enum CustomerStatusBody {
    Active,
    Inactive,
}

impl From<CustomerStatus> for CustomerStatusBody {
    fn from(status: CustomerStatus) -> Self {
        match status {
            CustomerStatus::Active => Self::Active,
            CustomerStatus::Inactive => Self::Inactive,
        }
    }
}

impl CustomerBody<'_> {
    /// As [`Body::size_hint`], of a view that is not turned into its body yet.
    pub fn size_of(view: &CustomerView) -> usize {
        1_024 + view.metadata.len()
    }
}

impl Body for CustomerBody<'_> {
    fn size_hint(&self) -> usize {
        1_024 + self.metadata.0.len()
    }
}

impl<'a> From<&'a CustomerView> for CustomerBody<'a> {
    fn from(view: &'a CustomerView) -> Self {
        let CustomerView {
            id,
            name,
            email,
            external_reference,
            status,
            metadata,
            anonymised_at,
            created_at,
            updated_at,
            version,
        } = view;
        Self {
            id: Shown(*id),
            name: name.as_str(),
            email: email.as_ref().map(|email| email.as_str()),
            external_reference: external_reference.as_ref().map(|reference| reference.as_str()),
            status: (*status).into(),
            metadata: Verbatim(metadata),
            anonymised_at: anonymised_at.map(Shown),
            created_at: Shown(*created_at),
            updated_at: Shown(*updated_at),
            version: version.get(),
        }
    }
}

impl<'a> From<&'a CustomerView> for CustomerSummaryBody<'a> {
    fn from(view: &'a CustomerView) -> Self {
        let CustomerView {
            id,
            name,
            email,
            external_reference: _,
            status,
            metadata: _,
            anonymised_at: _,
            created_at: _,
            updated_at: _,
            version: _,
        } = view;
        Self {
            id: Shown(*id),
            name: name.as_str(),
            email: email.as_ref().map(|email| email.as_str()),
            status: (*status).into(),
        }
    }
}
