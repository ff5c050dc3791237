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

    /// The share of one of that many: a burst of at least 1, refilled so much slower. What blocks goes on blocking.
    #[must_use]
    pub fn shared_by(&self, parts: u32) -> Self {
        let parts = parts.max(1);
        Bucket::ALL.into_iter().fold(Self::default(), |shares, bucket| {
            let Rate { burst, every_micros } = self.get(bucket);
            let burst = if burst == 0 { 0 } else { (burst / parts).max(1) };
            shares.with(bucket, Rate { burst, every_micros: every_micros.saturating_mul(i64::from(parts)) })
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_open_and_never_shut() {
        let rules = ThrottleRules::default().with(Bucket::TicketIp, Rate::per(0, 0, 1));
        let shares = rules.shared_by(4);
        assert_eq!(shares.get(Bucket::LoginIp), Rate { burst: 2, every_micros: 24_000_000 });
        assert_eq!(shares.get(Bucket::LoginAccount), Rate { burst: 1, every_micros: 720_000_000 });
        assert_eq!(rules.shared_by(1_000).get(Bucket::LoginIp).burst, 1);
        assert_eq!(shares.get(Bucket::TicketIp).burst, 0);
        assert_eq!(rules.shared_by(0).get(Bucket::LoginIp), rules.get(Bucket::LoginIp));
    }
}
