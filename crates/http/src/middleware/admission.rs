//! How many requests are in flight in this process, and how many of them are one tenant's (reliability.md 36).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use orderbase_application::Code;
use orderbase_kernel::TenantId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::options::HttpOptions;
use crate::problem::Problem;

/// The places of the process. Probes have their own, so that a full house still answers them.
pub(crate) struct Admission {
    requests: Arc<Semaphore>,
    probes: Arc<Semaphore>,
    requests_max: usize,
    wait: Duration,
    tenants: Arc<Mutex<HashMap<TenantId, usize>>>,
}

/// A place in the process, given back when dropped.
pub(crate) struct Permit {
    _place: OwnedSemaphorePermit,
    tenant: Option<TenantPlace>,
}

struct TenantPlace {
    id: TenantId,
    tenants: Arc<Mutex<HashMap<TenantId, usize>>>,
}

impl Admission {
    pub fn new(options: &HttpOptions) -> Self {
        Self {
            requests: Arc::new(Semaphore::new(options.in_flight_max)),
            probes: Arc::new(Semaphore::new(options.probes_in_flight_max)),
            requests_max: options.in_flight_max,
            wait: options.admission_wait,
            tenants: Arc::default(),
        }
    }

    /// A place for a request, waiting a little for one.
    ///
    /// # Errors
    /// `overloaded`.
    pub async fn enter(&self) -> Result<Permit, Problem> {
        self.place(&self.requests).await
    }

    /// A place for a probe.
    ///
    /// # Errors
    /// `overloaded`.
    pub async fn enter_probe(&self) -> Result<Permit, Problem> {
        self.place(&self.probes).await
    }

    async fn place(&self, places: &Arc<Semaphore>) -> Result<Permit, Problem> {
        let place = match Arc::clone(places).try_acquire_owned() {
            Ok(place) => Ok(place),
            Err(_) => match tokio::time::timeout(self.wait, Arc::clone(places).acquire_owned()).await {
                Ok(Ok(place)) => Ok(place),
                _ => Err(Problem::new(Code::Overloaded)),
            },
        };
        place.map(|place| Permit { _place: place, tenant: None })
    }

    /// Counts the request to its tenant. When half of all places are taken, no tenant gets more than half.
    ///
    /// # Errors
    /// `overloaded`.
    pub fn assign(&self, permit: &mut Permit, id: TenantId) -> Result<(), Problem> {
        let half = self.requests_max / 2;
        let taken = self.requests_max.saturating_sub(self.requests.available_permits());
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let in_flight = tenants.entry(id).or_insert(0);
        if taken > half && *in_flight >= half.max(1) {
            return Err(Problem::new(Code::Overloaded).detail("This tenant has too many requests in flight."));
        }
        *in_flight += 1;
        permit.tenant = Some(TenantPlace { id, tenants: Arc::clone(&self.tenants) });
        Ok(())
    }
}

impl Drop for TenantPlace {
    fn drop(&mut self) {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(in_flight) = tenants.get_mut(&self.id) {
            *in_flight -= 1;
            if *in_flight == 0 {
                tenants.remove(&self.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(requests: usize) -> Admission {
        Admission::new(&HttpOptions {
            in_flight_max: requests,
            probes_in_flight_max: 1,
            admission_wait: Duration::from_millis(5),
            ..HttpOptions::default()
        })
    }

    fn tenant(number: u128) -> TenantId {
        TenantId::from_uuid(uuid::Uuid::from_u128(number))
    }

    #[actix_web::test]
    async fn a_full_house_refuses_and_probes_have_their_own_places() {
        let admission = places(2);
        let first = admission.enter().await.unwrap();
        let _second = admission.enter().await.unwrap();
        assert_eq!(admission.enter().await.err().map(|problem| problem.code()), Some(Code::Overloaded));
        let _probe = admission.enter_probe().await.unwrap();
        assert!(admission.enter_probe().await.is_err());
        drop(first);
        assert!(admission.enter().await.is_ok());
    }

    #[actix_web::test]
    async fn a_place_that_becomes_free_in_time_is_taken() {
        let admission = Arc::new(Admission { wait: Duration::from_secs(5), ..places(1) });
        let only = admission.enter().await.unwrap();
        let waiting = actix_web::rt::spawn({
            let admission = Arc::clone(&admission);
            async move { admission.enter().await.is_ok() }
        });
        tokio::task::yield_now().await;
        drop(only);
        assert!(waiting.await.unwrap());
    }

    #[actix_web::test]
    async fn no_tenant_holds_over_half_when_half_is_full() {
        let admission = places(8);
        let mut held = Vec::new();
        for _ in 0..4 {
            let mut permit = admission.enter().await.unwrap();
            admission.assign(&mut permit, tenant(1)).unwrap();
            held.push(permit);
        }
        let mut fifth = admission.enter().await.unwrap();
        assert!(admission.assign(&mut fifth, tenant(1)).is_err());
        assert!(admission.assign(&mut fifth, tenant(2)).is_ok());
        held.clear();
        let mut again = admission.enter().await.unwrap();
        assert!(admission.assign(&mut again, tenant(1)).is_ok());
        drop((fifth, again));
        assert!(admission.tenants.lock().unwrap().is_empty());
    }
}
