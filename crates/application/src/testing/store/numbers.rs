//! Order numbers out of memory: blocks of one, given back to the instance that took them.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use orderbase_kernel::{Period, TenantId};
use orderbase_orders::OrderNumber;

use super::MemoryStore;
use super::tables::Counter;
use crate::ctx::Scope;
use crate::ports::{Charge, NumberTicket, OrderNumbers, StorageError, Taking};

/// What an instance holds: numbers that were given back, by what was charged for them.
pub(super) type Blocks = HashMap<(TenantId, Option<Period>), BTreeSet<OrderNumber>>;

#[async_trait]
impl OrderNumbers for MemoryStore {
    async fn take(&self, scope: Scope, charge: Option<Charge>) -> Result<Taking, StorageError> {
        let held = (scope.tenant_id, charge.map(|charge| charge.period));
        if let Some(number) = self.blocks.lock().unwrap().get_mut(&held).and_then(BTreeSet::pop_first) {
            return Ok(Taking::Taken(NumberTicket { number, charged: held.1 }));
        }
        let mut tables = self.tables();
        let Some(counter) = tables.counters.get_mut(&scope.tenant_id) else {
            let max = charge.map_or(0, |charge| charge.max);
            return Ok(Taking::QuotaReached { max, current: 0 });
        };
        Ok(reserve(counter, charge))
    }

    async fn give_back(&self, scope: Scope, ticket: NumberTicket) {
        self.blocks.lock().unwrap().entry((scope.tenant_id, ticket.charged)).or_default().insert(ticket.number);
    }

    async fn resync(&self, scope: Scope) -> Result<(), StorageError> {
        let dropped = self.blocks.lock().unwrap().extract_if(|(tenant, _), _| *tenant == scope.tenant_id).collect();
        let mut tables = self.tables();
        let highest = tables.orders_of(scope.tenant_id).map(|order| order.number().get()).max().unwrap_or(0);
        let first = tables.tenants.get(&scope.tenant_id).map_or(0, |tenant| tenant.settings().first_order_number());
        if let Some(counter) = tables.counters.get_mut(&scope.tenant_id) {
            return_quota(counter, &dropped);
            counter.next_number = counter.next_number.max(highest + 1).max(first);
        }
        Ok(())
    }

    async fn close(&self) -> Result<(), StorageError> {
        let held = std::mem::take(&mut *self.blocks.lock().unwrap());
        let mut tables = self.tables();
        for (key, numbers) in held {
            if let Some(counter) = tables.counters.get_mut(&key.0) {
                return_quota(counter, &HashMap::from([(key, numbers)]));
            }
        }
        Ok(())
    }
}

fn reserve(counter: &mut Counter, charge: Option<Charge>) -> Taking {
    if let Some(Charge { period, max }) = charge {
        // An earlier period, of a clock that lags, is charged to the present one.
        if counter.period.is_none_or(|present| period > present) {
            (counter.period, counter.used) = (Some(period), 0);
        }
        if counter.used >= max {
            return Taking::QuotaReached { max, current: counter.used };
        }
        counter.used += 1;
    }
    let number = OrderNumber::try_new(counter.next_number).unwrap();
    counter.next_number += 1;
    Taking::Taken(NumberTicket { number, charged: charge.and(counter.period) })
}

fn return_quota(counter: &mut Counter, dropped: &Blocks) {
    for ((_, charged), numbers) in dropped {
        if charged.is_some() && *charged == counter.period {
            counter.used = counter.used.saturating_sub(numbers.len() as u64);
        }
    }
}
