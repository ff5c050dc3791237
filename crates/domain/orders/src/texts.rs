//! The texts of orders and their lines. What the caller names stays the caller's: none of them refers to a catalogue.

use orderbase_kernel::text_newtype;

text_newtype! {
    /// The caller's name of what is sold. Inner blanks are allowed, as in `BANK CHARGES`.
    pub struct ProductId(1..=64, One);
    /// A stock-keeping unit, beside the product id.
    pub struct Sku(1..=64, One);
    /// What a line says to humans.
    pub struct ItemName(1..=200, One);
    /// A remark on an order; it may have several lines.
    pub struct Note(1..=2000, Many);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_of_each_text() {
        assert!(ProductId::parse("BANK CHARGES").is_ok() && ProductId::parse(" ").is_err());
        assert!(ProductId::parse(&"x".repeat(64)).is_ok() && ProductId::parse(&"x".repeat(65)).is_err());
        assert!(Sku::parse(&"x".repeat(64)).is_ok() && Sku::parse(&"x".repeat(65)).is_err());
        assert!(ItemName::parse(&"x".repeat(200)).is_ok() && ItemName::parse(&"x".repeat(201)).is_err());
        assert!(Note::parse(&"x".repeat(2000)).is_ok() && Note::parse(&"x".repeat(2001)).is_err());
        assert!(Note::parse("a\n\tb").is_ok() && ItemName::parse("a\nb").is_err());
    }
}
