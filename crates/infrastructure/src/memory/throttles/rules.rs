//! Burst and refill of each bucket: the table of security.md §4, in which single rows may be replaced by the configuration.

use orderbase_application::ports::Bucket;
use orderbase_kernel::gcra::Rate;

/// A rate for every bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThrottleRules {
    overrides: Vec<(Bucket, Rate)>,
}

impl ThrottleRules {
    /// With another rate for one bucket.
    #[must_use]
    pub fn with(mut self, bucket: Bucket, rate: Rate) -> Self {
        self.overrides.retain(|(other, _)| *other != bucket);
        self.overrides.push((bucket, rate));
        self
    }

    #[must_use]
    pub fn get(&self, bucket: Bucket) -> Rate {
        self.overrides.iter().find(|(other, _)| *other == bucket).map_or_else(|| by_default(bucket), |(_, rate)| *rate)
    }
}

fn by_default(bucket: Bucket) -> Rate {
    let (burst, quota, secs) = match bucket {
        Bucket::LoginIp => (10, 10, 60),
        Bucket::LoginAccount | Bucket::LoginKnown => (5, 20, 3_600),
        Bucket::RefreshFamily => (5, 10, 60),
        Bucket::RefreshIp | Bucket::TokenIp | Bucket::CredentialIp => (60, 60, 60),
        Bucket::TokenClient => (20, 20, 60),
        Bucket::TicketIp | Bucket::PasswordUser => (5, 10, 3_600),
        Bucket::IntrospectClient => (100, 600, 60),
    };
    Rate::per(burst, quota, secs)
}
