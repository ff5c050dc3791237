//! The arguments in a path, such as `{id}`. One that cannot be read is 400 `invalid_parameter`.

use actix_web::dev::Path;
use actix_web::dev::Url;
use orderbase_application::{Code, Fault, Place};
use orderbase_kernel::{ApiKeyId, CustomerId, EventId, Invalid, OrderId, SessionId, TenantId, UserId, Version};

use crate::problem::Problem;

/// The path arguments of an operation.
pub trait FromPath: Sized {
    /// What is said where nothing is found under them.
    const MISSING: &'static [Code];

    /// # Errors
    /// `invalid_parameter`, naming the argument.
    fn from_path(path: &Path<Url>) -> Result<Self, Problem>;

    /// The arguments in their one form, for fingerprints.
    fn write(&self, out: &mut String);
}

impl FromPath for () {
    const MISSING: &'static [Code] = &[];

    fn from_path(_: &Path<Url>) -> Result<Self, Problem> {
        Ok(())
    }

    fn write(&self, _: &mut String) {}
}

macro_rules! one_id {
    ($($id:ident $missing:ident;)+) => {$(
        impl FromPath for $id {
            const MISSING: &'static [Code] = &[Code::$missing];

            fn from_path(path: &Path<Url>) -> Result<Self, Problem> {
                argument(path, "id", <$id>::parse)
            }

            fn write(&self, out: &mut String) {
                out.push_str(&self.to_string());
            }
        }
    )+};
}

one_id! {
    ApiKeyId ApiKeyNotFound;
    CustomerId CustomerNotFound;
    EventId EventNotFound;
    OrderId OrderNotFound;
    SessionId SessionNotFound;
    TenantId TenantNotFound;
    UserId UserNotFound;
}

impl FromPath for (OrderId, Version) {
    const MISSING: &'static [Code] = &[Code::OrderNotFound, Code::EventNotFound];

    fn from_path(path: &Path<Url>) -> Result<Self, Problem> {
        let id = argument(path, "id", OrderId::parse)?;
        let sequence = argument(path, "sequence", |text| {
            let canonical = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
            let number = canonical.then(|| text.parse().ok()).flatten();
            number.ok_or(Invalid::pattern("a whole number from 1")).and_then(Version::try_new)
        })?;
        Ok((id, sequence))
    }

    fn write(&self, out: &mut String) {
        out.push_str(&format!("{} {}", self.0, self.1));
    }
}

/// Reads one argument.
///
/// # Errors
/// `invalid_parameter`.
fn argument<T>(
    path: &Path<Url>,
    name: &'static str,
    parse: impl FnOnce(&str) -> Result<T, Invalid>,
) -> Result<T, Problem> {
    parse(path.query(name)).map_err(|invalid| {
        let fault = Fault::new(Place::Parameter(name.to_owned()), &invalid);
        Problem::new(Code::InvalidParameter).fault(fault)
    })
}
