//! What every list has around its rows.

use orderbase_application::views::Counted;
use serde::Serialize;
use utoipa::ToSchema;

/// How many rows match, counted up to 10 000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ListTotal)]
pub struct TotalBody {
    #[schema(maximum = 10000)]
    pub value: u64,
    pub relation: RelationBody,
}

/// Whether a count is the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ListTotalRelation)]
#[serde(rename_all = "snake_case")]
pub enum RelationBody {
    Exact,
    AtLeast,
}

impl From<Counted> for TotalBody {
    fn from(counted: Counted) -> Self {
        let Counted { value, exact } = counted;
        Self { value, relation: if exact { RelationBody::Exact } else { RelationBody::AtLeast } }
    }
}

/// Defines the body of a list, whose rows are written one by one.
macro_rules! list_body {
    ($(#[$doc:meta])* $body:ident as $name:ident, rows $rows:ident as $row:ident of $view:ty $(, $total:ident)?) => {
        $(#[$doc])*
        #[derive(serde::Serialize, utoipa::ToSchema)]
        #[schema(as = $name)]
        pub struct $body<'a> {
            #[schema(value_type = Vec<$row<'_>>, max_items = 100)]
            pub data: $rows<'a>,
            /// For the next page; null on the last one.
            #[schema(required, value_type = Option<String>, max_length = 66, pattern = "^[A-Za-z0-9_-]+$")]
            pub next_cursor: Option<&'a str>,
            /// Whether rows follow. The only sign of the end.
            pub has_more: bool,
            $(
                /// Where `include_total=true` was asked for.
                #[serde(skip_serializing_if = "Option::is_none")]
                #[schema(nullable = false)]
                pub $total: Option<crate::dto::page::TotalBody>,
            )?
        }
    };
}

pub(in crate::dto) use list_body;
