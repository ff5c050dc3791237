//! One fault of the input: where it stands and which rule it breaks. It never repeats the rejected value.

use orderbase_kernel::{Invalid, InvalidCode};

/// Where a fault stands in the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A JSON pointer as URI fragment (RFC 6901 §6) into the sent body: `#/items/0/unit_price`.
    Pointer(String),
    /// The name of a query or path parameter.
    Parameter(String),
    /// The name of a header.
    Header(&'static str),
}

/// A fault with its place, code and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub place: Place,
    pub code: InvalidCode,
    pub detail: String,
    pub hint: Option<String>,
}

impl Fault {
    pub fn new(place: Place, invalid: &Invalid) -> Self {
        Self { place, code: invalid.code, detail: invalid.to_string(), hint: None }
    }

    /// A fault at a member of the body; `pointer` as in [`Place::Pointer`].
    pub fn at(pointer: impl Into<String>, invalid: &Invalid) -> Self {
        Self::new(Place::Pointer(pointer.into()), invalid)
    }

    /// A fault of a rule that no value object holds.
    pub fn ruled(pointer: impl Into<String>, code: InvalidCode, detail: impl Into<String>) -> Self {
        Self { place: Place::Pointer(pointer.into()), code, detail: detail.into(), hint: None }
    }

    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// One step of a JSON pointer, escaped as RFC 6901 §3 and §6 want it.
pub fn pointer_step(pointer: &mut String, step: &str) {
    pointer.push('/');
    for character in step.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            'A'..='Z'
            | 'a'..='z'
            | '0'..='9'
            | '-'
            | '.'
            | '_'
            | ':'
            | '@'
            | '!'
            | '$'
            | '&'
            | '\''
            | '('
            | ')'
            | '*'
            | '+'
            | ','
            | ';'
            | '=' => pointer.push(character),
            other => {
                let mut bytes = [0; 4];
                for byte in other.encode_utf8(&mut bytes).bytes() {
                    pointer.push_str(&format!("%{byte:02X}"));
                }
            }
        }
    }
}
