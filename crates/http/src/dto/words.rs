//! Closed words of answers: one enum of the wire for one of the domain. In answers these lists may grow (api.md §1).

/// Defines the enum and its conversion, which is exhaustive.
macro_rules! words {
    ($($(#[$doc:meta])* $body:ident as $name:ident of $domain:ident { $($word:ident),+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
        #[schema(as = $name)]
        #[serde(rename_all = "snake_case")]
        pub enum $body { $($word),+ }

        impl From<$domain> for $body {
            fn from(word: $domain) -> Self {
                match word { $($domain::$word => Self::$word),+ }
            }
        }
    )+};
}

pub(in crate::dto) use words;
