//! The patterns of the API description, in the part of regular expressions that ECMA-262 and Python share.
//!
//! utoipa wants literals in its attributes, so these stand in the DTOs once more; a test holds both equal.

/// One line without control characters and without blanks at the ends.
pub const LINE: &str = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$";

/// As [`LINE`], and line feeds and tabs between.
pub const LINES: &str = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x08\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$";

/// Printable ASCII without blanks at the ends.
pub const REFERENCE: &str = r"^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$";

/// Something, one `@`, something; no blanks.
pub const EMAIL: &str = r"^[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]+$";

/// A positive amount with at most two decimals.
pub const AMOUNT: &str = r"^(?![0.]+$)[0-9]{1,8}(?:\.[0-9]{1,2})?$";

/// A currency code in any case.
pub const CURRENCY: &str = r"^(?:[Uu][Ss][Dd]|[Ee][Uu][Rr]|[Gg][Bb][Pp]|[Aa][Ee][Dd])$";

/// A key of metadata.
pub const METADATA_KEY: &str = r"^[A-Za-z0-9.:-][A-Za-z0-9._:-]{0,63}$";

/// Text inside metadata: no control characters.
pub const METADATA_TEXT: &str = r"^[^\x00-\x1f\x7f-\x9f]*$";

/// A network in CIDR notation: IPv4, or IPv6 without an IPv4 address in it.
pub const NETWORK: &str = concat!(
    r"^(?:(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:/(?:3[0-2]|[12]?[0-9]))?|",
    r"(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}",
    r"|(?:[0-9A-Fa-f]{1,4}:){1,7}:",
    r"|(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,1}",
    r"|(?:[0-9A-Fa-f]{1,4}:){1,5}(?::[0-9A-Fa-f]{1,4}){1,2}",
    r"|(?:[0-9A-Fa-f]{1,4}:){1,4}(?::[0-9A-Fa-f]{1,4}){1,3}",
    r"|(?:[0-9A-Fa-f]{1,4}:){1,3}(?::[0-9A-Fa-f]{1,4}){1,4}",
    r"|(?:[0-9A-Fa-f]{1,4}:){1,2}(?::[0-9A-Fa-f]{1,4}){1,5}",
    r"|(?:[0-9A-Fa-f]{1,4}:){1,1}(?::[0-9A-Fa-f]{1,4}){1,6}",
    r"|:(?:(?::[0-9A-Fa-f]{1,4}){1,7}|:)",
    r")(?:/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9]))?)$",
);
