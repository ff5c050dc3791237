//! What a request costs (api.md §8): taken once it is known who asks, before it is decided whether he may. A refusal takes nothing.

use orderbase_application::Ctx;
use orderbase_application::ports::RateTaking;

use super::incoming::Incoming;
use crate::problem::Problem;
use crate::track::Rated;

impl Incoming<'_> {
    /// Gives the request's place to its tenant, counts it among those of the tenant in flight, and takes its cost from the rates of tenant and credential. An operation
    /// that costs nothing answers even where nothing is left.
    ///
    /// # Errors
    /// `overloaded`, `rate_limited`.
    pub(super) async fn take_rate(&mut self, ctx: &Ctx, extra_cost: u32) -> Result<(), Problem> {
        self.shared.admission.assign(self.permit, ctx.tenant.id())?;
        let (version, concurrency) = (self.version(), ctx.limits().concurrency);
        if !self.shared.admission.count(self.permit, ctx.tenant.id(), concurrency) {
            return Err(Problem::over_concurrency(version, concurrency));
        }
        if self.route.cost == 0 {
            return Ok(());
        }
        let ask = ctx.rate_ask(u32::from(self.route.cost).saturating_add(extra_cost));
        let (standings, taken) = match self.app()?.rates.take(&ask).await {
            RateTaking::Granted(standings) => (standings, Ok(())),
            RateTaking::Refused(refused) => (refused.standings, Err(Problem::over_rate(version, ask.rules, &refused))),
        };
        self.track.rated.set(Some(Rated { rules: ask.rules, standings }));
        taken
    }
}
