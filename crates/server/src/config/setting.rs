//! What a setting is: the one declaration that parsing, `.env.example`, the reference page, `config show` and `config explain` read.
//! It never holds a value somebody set; those live in [`super::values`].

use orderbase_tenancy::Password;

/// One setting. Its variable is `ORDERBASE_<SECTION>_<KEY>`, its place in the file `[section] key`.
#[derive(Debug)]
pub struct Setting {
    /// Empty for the top level.
    pub section: &'static str,
    pub key: &'static str,
    pub kind: Kind,
    pub preset: Preset,
    /// Empty where the value has none.
    pub unit: &'static str,
    /// Sentences for people, in the words of the field's documentation.
    pub meaning: &'static str,
    pub secret: bool,
}

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number, both ends included.
    Int { min: i64, max: i64 },
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Bool,
    /// `host:port`; the host is an address, not a name.
    Address,
    /// An `http` or `https` URL without path, query or user.
    Url,
    /// Networks in CIDR notation, separated by commas.
    Networks,
    /// Origins as browsers send them, separated by commas; never `*`.
    Origins,
    /// The name of a header in lower case.
    HeaderName,
    /// `host:port`, or `off`.
    AddressOrOff,
    /// A directory.
    Directory,
    /// Text of that many characters, without control characters.
    Text { max: usize },
    /// The address of a mailbox.
    Email,
    /// A password to sign in with.
    Password,
    /// Any text of so many bytes that is not weak.
    SecretText { bytes_min: usize },
    /// `id:base64` of 32 bytes, several separated by commas.
    MasterKeys,
    /// `sqlite:PATH` or `postgres://…`.
    DatabaseUrl,
    /// `redis://…` or `rediss://…`, several separated by commas.
    RedisUrls,
    /// Directives of a log filter.
    LogFilter,
}

/// What holds when nobody sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// This text, read like any other value.
    Is(&'static str),
    /// What follows from other settings or the machine, in these words.
    From(&'static str),
    /// Nothing.
    Nothing,
}

impl Setting {
    /// `ORDERBASE_HTTP_LISTEN`.
    #[must_use]
    pub fn variable(&self) -> String {
        let mut name = String::from(PREFIX);
        if !self.section.is_empty() {
            name.push_str(&self.section.to_ascii_uppercase());
            name.push('_');
        }
        name.push_str(&self.key.to_ascii_uppercase());
        name
    }

    /// `http.listen`, as in `--set` and in the file.
    #[must_use]
    pub fn path(&self) -> String {
        if self.section.is_empty() { self.key.to_owned() } else { format!("{}.{}", self.section, self.key) }
    }
}

/// What all variables of this program begin with.
pub const PREFIX: &str = "ORDERBASE_";

impl Kind {
    /// The type in words, with its bounds: `int, 1 to 65535`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Int { min, max } => format!("int, {min} to {max}"),
            Self::Word(words) => words.join(" or "),
            Self::Bool => "true or false".to_owned(),
            Self::Address => "address:port".to_owned(),
            Self::Url => "url".to_owned(),
            Self::Networks => "list of networks such as 10.0.0.0/8".to_owned(),
            Self::Origins => "list of origins such as https://app.example.com".to_owned(),
            Self::HeaderName => "header name".to_owned(),
            Self::AddressOrOff => "address:port or off".to_owned(),
            Self::Directory => "path".to_owned(),
            Self::Text { max } => format!("text, 1 to {max} characters"),
            Self::Email => "e-mail".to_owned(),
            Self::Password => format!("text, {} to {} characters", Password::CHARS_MIN, Password::CHARS_MAX),
            Self::SecretText { bytes_min } => format!("text, {bytes_min} bytes at least"),
            Self::MasterKeys => "list of id:base64, each of 32 bytes".to_owned(),
            Self::DatabaseUrl => "sqlite: or postgres: url".to_owned(),
            Self::RedisUrls => "list of redis: or rediss: urls".to_owned(),
            Self::LogFilter => "log filter".to_owned(),
        }
    }
}

impl Preset {
    /// The default in words.
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Is(text) | Self::From(text) => text,
            Self::Nothing => "none",
        }
    }
}

/// Declares a section once: the struct with its documented fields, the table of its settings, and how it is read.
///
/// `meaning` is the field's doc comment; the last bracket may hold `secret`.
macro_rules! section {
    (
        $(#[$outer:meta])*
        $section:literal => pub struct $name:ident {
            $(
                $(#[doc = $meaning:literal])+
                $field:ident: $type:ty = $preset:expr, $kind:expr, $unit:literal $(, $secret:ident)?;
            )+
        }
    ) => {
        $(#[$outer])*
        #[derive(Clone, Debug)]
        pub struct $name {
            $(
                $(#[doc = $meaning])+
                #[doc = concat!("\n\nUnit: `", $unit, "`.")]
                pub $field: $type,
            )+
        }

        impl $name {
            /// The section's settings, in the order of the fields.
            pub const SETTINGS: &'static [$crate::config::Setting] = &[
                $(
                    $crate::config::Setting {
                        section: $section,
                        key: stringify!($field),
                        kind: $kind,
                        preset: $preset,
                        unit: $unit,
                        meaning: concat!($($meaning),+),
                        secret: section!(@secret $($secret)?),
                    },
                )+
            ];

            /// Reads all fields, so that every fault of the section is found, and only then gives up.
            pub(in crate::config) fn read(reader: &mut $crate::config::Reader<'_>) -> Option<Self> {
                let mut settings = Self::SETTINGS.iter();
                $(let $field = settings.next().and_then(|setting| reader.take::<$type>(setting));)+
                Some(Self { $($field: $field?,)+ })
            }
        }
    };
    (@secret secret) => { true };
    (@secret) => { false };
}

pub(super) use section;
