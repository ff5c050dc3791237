//! How many requests are in flight in this process, and how many of them are one tenant's (reliability.md 36).

use std::sync::Arc;
use std::time::Duration;

use orderbase_application::Code;
use orderbase_kernel::TenantId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::share::{Share, Shares};
use crate::options::HttpOptions;
use crate::problem::Problem;

/// The places of the process. Probes have their own, so that a full house still answers them.
pub(crate) struct Admission {
    requests: Arc<Semaphore>,
    probes: Arc<Semaphore>,
    /// Requests whose bodies are still to come. They hold no place, but what they have sent is held in memory.
    outside: Arc<Semaphore>,
    requests_max: usize,
    outside_max: usize,
    wait: Duration,
    tenants: Shares,
    tenants_outside: Shares,
    running: Shares,
}

/// A place in the process, given back when dropped.
pub(crate) struct Permit {
    place: Option<OwnedSemaphorePermit>,
    of: Arc<Semaphore>,
    tenant: Option<Share>,
    /// Kept from the credential to the end, while the body comes too.
    running: Option<Share>,
}

/// A request that has left its place until its body is there.
pub(crate) struct Outside {
    _bounded: OwnedSemaphorePermit,
    share: Share,
}

/// So many times the places may requests wait outside: with the largest bodies, half a gigabyte.
const OUTSIDE_TIMES: usize = 8;

impl Admission {
    pub fn new(options: &HttpOptions) -> Self {
        let outside_max = options.in_flight_max.saturating_mul(OUTSIDE_TIMES).min(Semaphore::MAX_PERMITS);
        Self {
            requests: Arc::new(Semaphore::new(options.in_flight_max)),
            probes: Arc::new(Semaphore::new(options.probes_in_flight_max)),
            outside: Arc::new(Semaphore::new(outside_max)),
            requests_max: options.in_flight_max,
            outside_max,
            wait: options.admission_wait,
            tenants: Shares::default(),
            tenants_outside: Shares::default(),
            running: Shares::default(),
        }
    }

    /// A place for a request, waiting a little for one.
    ///
    /// # Errors
    /// `overloaded`.
    pub async fn enter(&self) -> Result<Permit, Problem> {
        self.permit(&self.requests).await
    }

    /// A place for a probe.
    ///
    /// # Errors
    /// `overloaded`.
    pub async fn enter_probe(&self) -> Result<Permit, Problem> {
        self.permit(&self.probes).await
    }

    async fn permit(&self, places: &Arc<Semaphore>) -> Result<Permit, Problem> {
        Ok(Permit { place: Some(self.place(places).await?), of: Arc::clone(places), tenant: None, running: None })
    }

    /// Gives the place back while a client takes his time. What holds for the places holds outside too: one tenant, or all who have
    /// shown no credential, cannot fill it.
    ///
    /// # Errors
    /// `overloaded` if too many do.
    pub fn step_out(&self, permit: &mut Permit) -> Result<Outside, Problem> {
        let bounded = Arc::clone(&self.outside).try_acquire_owned().map_err(|_| Problem::new(Code::Overloaded))?;
        let whose = permit.tenant.as_ref().and_then(Share::whose);
        let in_use = self.outside_max.saturating_sub(self.outside.available_permits());
        let Some(share) = self.tenants_outside.take(whose, in_use, self.outside_max) else {
            return Err(Problem::new(Code::Overloaded).detail("Too many requests wait for their bodies."));
        };
        (permit.place, permit.tenant) = (None, None);
        Ok(Outside { _bounded: bounded, share })
    }

    /// A place again, under the same conditions as the first.
    ///
    /// # Errors
    /// `overloaded`.
    pub async fn step_in(&self, permit: &mut Permit, outside: Outside) -> Result<(), Problem> {
        permit.place = Some(self.place(&permit.of).await?);
        match outside.share.whose() {
            Some(id) => self.assign(permit, id),
            None => Ok(()),
        }
    }

    async fn place(&self, places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Problem> {
        match Arc::clone(places).try_acquire_owned() {
            Ok(place) => Ok(place),
            Err(_) => match tokio::time::timeout(self.wait, Arc::clone(places).acquire_owned()).await {
                Ok(Ok(place)) => Ok(place),
                _ => Err(Problem::new(Code::Overloaded)),
            },
        }
    }

    /// Counts the request to its tenant. When half of all places are taken, no tenant gets more than half (reliability.md 36).
    ///
    /// Refused at once: who waited here would hold a place, and a tenant with many requests would take the other half by waiting. And
    /// refused with 503, for it is the load of the server that sets this bound; a tenant's own is [`Self::count`].
    ///
    /// # Errors
    /// `overloaded`.
    pub fn assign(&self, permit: &mut Permit, id: TenantId) -> Result<(), Problem> {
        let in_use = self.requests_max.saturating_sub(self.requests.available_permits());
        let Some(share) = self.tenants.take(Some(id), in_use, self.requests_max) else {
            return Err(Problem::new(Code::Overloaded).detail("This tenant has too many requests in flight."));
        };
        permit.tenant = Some(share);
        Ok(())
    }

    /// Counts the request among its tenant's in flight on this instance, of which there may be `max`: policy `concurrency` of api.md §8.
    /// False if there are.
    pub fn count(&self, permit: &mut Permit, id: TenantId, max: u32) -> bool {
        permit.running = self.running.take_up_to(Some(id), usize::try_from(max).unwrap_or(usize::MAX));
        permit.running.is_some()
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
    async fn who_steps_out_leaves_his_place_and_his_share() {
        let admission = places(2);
        let mut slow = admission.enter().await.unwrap();
        admission.assign(&mut slow, tenant(1)).unwrap();
        let outside = admission.step_out(&mut slow).unwrap();
        assert!(admission.tenants.is_empty());
        let (one, two) = (admission.enter().await.unwrap(), admission.enter().await.unwrap());
        assert!(admission.enter().await.is_err());
        drop((one, two));
        admission.step_in(&mut slow, outside).await.unwrap();
        assert_eq!(admission.tenants.of(Some(tenant(1))), 1);
        let _other = admission.enter().await.unwrap();
        assert!(admission.enter().await.is_err(), "he has it again");
    }

    /// Enters, is known as somebody or not, and steps out.
    async fn waits(admission: &Admission, who: Option<TenantId>) -> Result<Outside, Problem> {
        let mut permit = admission.enter().await?;
        if let Some(id) = who {
            admission.assign(&mut permit, id)?;
        }
        admission.step_out(&mut permit)
    }

    #[actix_web::test]
    async fn not_everybody_may_wait_outside() {
        let admission = places(1);
        let mut waiting = Vec::new();
        for number in 0..OUTSIDE_TIMES {
            waiting.push(waits(&admission, Some(tenant(number as u128))).await.unwrap());
        }
        assert!(waits(&admission, Some(tenant(99))).await.is_err());
        waiting.clear();
        assert!(waits(&admission, Some(tenant(99))).await.is_ok());
    }

    #[actix_web::test]
    async fn nobody_takes_all_that_is_outside() {
        for who in [Some(tenant(1)), None] {
            let admission = places(1);
            let mut waiting = Vec::new();
            for _ in 0..OUTSIDE_TIMES / 2 {
                waiting.push(waits(&admission, who).await.unwrap());
            }
            let refused = waits(&admission, who).await.err().map(|problem| problem.code());
            assert_eq!(refused, Some(Code::Overloaded), "{who:?}");
            for _ in 0..OUTSIDE_TIMES / 2 {
                waiting.push(waits(&admission, Some(tenant(2))).await.unwrap());
            }
            waiting.clear();
            assert!(waits(&admission, who).await.is_ok(), "{who:?}");
        }
    }

    #[actix_web::test]
    async fn a_tenant_has_so_many_in_flight_whether_their_bodies_are_there_or_not() {
        let admission = places(8);
        let mut first = admission.enter().await.unwrap();
        assert!(admission.count(&mut first, tenant(1), 2));
        let _outside = admission.step_out(&mut first).unwrap();
        let mut second = admission.enter().await.unwrap();
        assert!(admission.count(&mut second, tenant(1), 2));
        let mut third = admission.enter().await.unwrap();
        assert!(!admission.count(&mut third, tenant(1), 2));
        assert!(admission.count(&mut third, tenant(2), 2));
        drop(first);
        let mut fourth = admission.enter().await.unwrap();
        assert!(admission.count(&mut fourth, tenant(1), 2));
        drop((second, third, fourth));
        assert!(admission.running.is_empty());
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
        assert!(admission.tenants.is_empty());
    }
}
