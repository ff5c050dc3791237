//! Where throttles are counted: in this process, or by all instances together.

use std::sync::Arc;

use orderbase_application::ports::Throttles;
use orderbase_infrastructure::memory::{LocalThrottles, ThrottleRules};
use orderbase_infrastructure::redis::RedisThrottles;
use orderbase_infrastructure::security::{KeyRing, NoKey};

use super::together::Together;
use crate::config::Config;

/// Throttles, and the ring that they are to take over.
#[derive(Clone)]
pub enum Throttling {
    Local(Arc<LocalThrottles>),
    Shared(Arc<RedisThrottles>),
}

impl Throttling {
    /// # Errors
    /// [`NoKey`] if the ring has none for throttles.
    pub fn of_ring(config: &Config, together: Option<&Together>, ring: &KeyRing) -> Result<Self, NoKey> {
        let rules = ThrottleRules::default();
        match together {
            None => Ok(Self::Local(Arc::new(LocalThrottles::new(rules, ring)?))),
            Some(together) => {
                let instances = Together::configured(config);
                Ok(Self::Shared(Arc::new(RedisThrottles::new(together.link.clone(), rules, instances, ring)?)))
            }
        }
    }

    /// # Errors
    /// [`NoKey`], and then nothing has changed.
    pub fn turn(&self, ring: &KeyRing) -> Result<(), NoKey> {
        match self {
            Self::Local(throttles) => throttles.turn(ring),
            Self::Shared(throttles) => throttles.turn(ring),
        }
    }

    pub fn port(&self) -> Arc<dyn Throttles> {
        match self {
            Self::Local(throttles) => throttles.clone(),
            Self::Shared(throttles) => throttles.clone(),
        }
    }
}
