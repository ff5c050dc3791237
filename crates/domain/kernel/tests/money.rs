//! Money under any input: exact or refused, never wrapped, never rounded.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

use orderbase_kernel::{
    AMOUNT_MINOR_MAX, Currency, InvalidCode, LineTotal, MONEY_MINOR_MAX, Money, MoneyError, OrderTotal, Quantity,
    UnitPrice,
};
use proptest::prelude::*;

fn currency() -> impl Strategy<Value = Currency> {
    proptest::sample::select(Currency::ALL.to_vec())
}

fn money(minor: i64) -> Money {
    Money::try_new(minor, Currency::Usd).unwrap()
}

/// Numbers at which something could wrap, and what lies beside them.
fn edges() -> impl Strategy<Value = i64> {
    let edges =
        [0, 1, AMOUNT_MINOR_MAX, MONEY_MINOR_MAX, 1 << 53, i64::from(u32::MAX), i64::MAX, i64::MIN, -MONEY_MINOR_MAX];
    (proptest::sample::select(edges.to_vec()), -2_i64..=2).prop_map(|(edge, beside)| edge.saturating_add(beside))
}

/// The grammar, read independently: whole digits, and decimals if there is a point.
fn in_grammar(text: &str, decimals: usize) -> bool {
    let bytes = text.as_bytes();
    let whole = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if !(1..=8).contains(&whole) {
        return false;
    }
    match &bytes[whole..] {
        [] => true,
        [b'.', rest @ ..] => (1..=decimals).contains(&rest.len()) && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

proptest! {
    /// PT1
    #[test]
    fn what_is_printed_is_read_back(minor in 0..=AMOUNT_MINOR_MAX, currency in currency()) {
        let money = Money::try_new(minor, currency).unwrap();
        prop_assert_eq!(Money::parse(&money.to_string(), currency), Ok(money));
    }

    /// PT1: the text has exactly the currency's decimals and is the number of minor units with a point in it.
    #[test]
    fn printed_digits_are_the_minor_units(minor in -MONEY_MINOR_MAX..=MONEY_MINOR_MAX, currency in currency()) {
        let text = Money::try_new(minor, currency).unwrap().to_string();
        let (_, decimals) = text.split_once('.').unwrap();
        prop_assert_eq!(decimals.len(), usize::from(currency.exponent()));
        prop_assert_eq!(text.replace('.', "").parse::<i64>().unwrap(), minor);
    }

    /// PT2, near the grammar
    #[test]
    fn exactly_the_grammar_is_read(text in "[0-9]{0,10}[.,]?[0-9]{0,4}[ eE+-]?") {
        prop_assert_eq!(Money::parse(&text, Currency::Eur).is_ok(), in_grammar(&text, 2), "{}", text);
    }

    /// PT2, anywhere
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        prop_assert_eq!(Money::parse(&text, Currency::Gbp).is_ok(), in_grammar(&text, 2));
    }

    /// PT2: a decimal too many is refused, even a zero.
    #[test]
    fn nothing_is_rounded(text in "[0-9]{1,8}\\.[0-9]{3,9}") {
        prop_assert_eq!(Money::parse(&text, Currency::Aed).unwrap_err().code, InvalidCode::AmountPrecision);
    }

    /// PT3
    #[test]
    fn sums_commute_associate_and_invert(a in -1_000_000_000_i64..1_000_000_000, b in -1_000_000_000_i64..1_000_000_000, c in -1_000_000_000_i64..1_000_000_000) {
        let (a, b, c) = (money(a), money(b), money(c));
        prop_assert_eq!(a.checked_add(b), b.checked_add(a));
        prop_assert_eq!(a.checked_add(b).unwrap().checked_add(c), a.checked_add(b.checked_add(c).unwrap()));
        prop_assert_eq!(a.checked_add(b).unwrap().checked_sub(b), Ok(a));
        prop_assert_eq!(Money::try_sum(Currency::Usd, [a, b, c]), a.checked_add(b).unwrap().checked_add(c));
    }

    /// PT3
    #[test]
    fn a_product_is_a_sum_of_equals(minor in -1_000_000_i64..1_000_000, times in 1_i64..200) {
        let quantity = Quantity::try_new(times).unwrap();
        let sum = Money::try_sum(Currency::Usd, (0..times).map(|_| money(minor)));
        prop_assert_eq!(money(minor).checked_mul(quantity), sum);
    }

    /// PT4
    #[test]
    fn edges_are_exact_or_refused(a in edges(), b in edges(), times in 1_i64..=1_000_000) {
        let fits = |exact: i128| exact.abs() <= i128::from(MONEY_MINOR_MAX);
        let made = Money::try_new(a, Currency::Usd);
        prop_assert_eq!(made.is_ok(), fits(i128::from(a)));
        let (Ok(x), Ok(y)) = (made, Money::try_new(b, Currency::Usd)) else { return Ok(()) };
        let quantity = Quantity::try_new(times).unwrap();
        let outcomes = [
            (x.checked_add(y), i128::from(a) + i128::from(b)),
            (x.checked_sub(y), i128::from(a) - i128::from(b)),
            (x.checked_mul(quantity), i128::from(a) * i128::from(times)),
        ];
        for (outcome, exact) in outcomes {
            match outcome {
                Ok(money) => prop_assert!(fits(exact) && i128::from(money.minor()) == exact),
                Err(error) => prop_assert!(error == MoneyError::OutOfRange && !fits(exact)),
            }
        }
    }

    /// PT4: the caps of price, line and total.
    #[test]
    fn caps_are_exact_or_refused(minor in edges(), times in 1_i64..=1_000_000, lines in 1_usize..=2_000) {
        let capped = |exact: i128| (1..=i128::from(AMOUNT_MINOR_MAX)).contains(&exact);
        let Ok(money) = Money::try_new(minor, Currency::Usd) else { return Ok(()) };
        let price = UnitPrice::try_new(money);
        prop_assert_eq!(price.is_ok(), capped(i128::from(minor)));
        let Ok(price) = price else { return Ok(()) };
        let line = LineTotal::of(price, Quantity::try_new(times).unwrap());
        let exact = i128::from(minor) * i128::from(times);
        prop_assert_eq!(line.map(|line| i128::from(line.minor())).ok(), capped(exact).then_some(exact));
        let Ok(line) = line else { return Ok(()) };
        let total = OrderTotal::sum(Currency::Usd, std::iter::repeat_n(line, lines));
        let exact = exact * lines as i128;
        prop_assert_eq!(total.map(|total| i128::from(total.minor())).ok(), capped(exact).then_some(exact));
    }

    #[test]
    fn currencies_do_not_mix(a in currency(), b in currency()) {
        let sum = Money::zero(a).checked_add(Money::zero(b));
        let difference = Money::zero(a).checked_sub(Money::zero(b));
        let expected = if a == b { Ok(Money::zero(a)) } else { Err(MoneyError::CurrencyMismatch) };
        prop_assert_eq!((sum, difference), (expected, expected));
    }
}

/// PT4: products that would wrap to a small number, which is the one wrap that a range check does not see.
#[test]
fn a_product_that_wraps_into_the_range_is_refused() {
    for (minor, times) in [(1_i64 << 52, 1_i64 << 12), (1 << 52, 3 << 12), (1 << 46, 1 << 18), (-(1 << 52), 1 << 12)] {
        assert!(minor.wrapping_mul(times).abs() <= MONEY_MINOR_MAX, "the case is one");
        assert_eq!(money(minor).checked_mul(Quantity::try_new(times).unwrap()), Err(MoneyError::OutOfRange));
    }
}
