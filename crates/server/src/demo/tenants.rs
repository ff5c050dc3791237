//! Which tenants a demonstration has, and how much of everything.

use orderbase_application::Error;
use orderbase_application::tenants::CreateTenant;
use orderbase_kernel::{Currency, Name};
use orderbase_tenancy::{FIRST_ORDER_NUMBER_DEFAULT, Mode, OrderPrefix, PlanCode, Role, Settings, Slug, TimeZoneName};

use super::keys::{FULL, KeySpec, ORDERS_ONLY, READ_ONLY};

/// One tenant of the table in the operations guide.
#[derive(Debug)]
pub struct TenantSpec {
    pub slug: &'static str,
    pub name: &'static str,
    pub plan: PlanCode,
    pub time_zone: &'static str,
    pub order_prefix: &'static str,
    /// The first is the default, and that of most orders.
    pub currencies: &'static [Currency],
    /// Tenants of one town have the same people, so that what is equal between them shows what is apart.
    pub town: &'static str,
    pub customers: usize,
    /// Of them.
    pub customers_inactive: usize,
    /// What its external references of orders begin with.
    pub reference: &'static str,
    pub orders: usize,
    /// Of them, those of the last day, placed and worked on by the tenant's own key; the others are imported.
    pub orders_live: usize,
    /// Why it is suspended, if it is.
    pub suspended: Option<&'static str>,
    pub keys: &'static [KeySpec],
    /// Of whom it has one each, as many as its plan allows.
    pub roles: &'static [Role],
}

const EACH: [Role; 4] = [Role::Owner, Role::Admin, Role::Member, Role::Viewer];

/// In the order of the alphabet, as lists have them.
pub static TENANTS: [TenantSpec; 4] = [
    TenantSpec {
        slug: "acme",
        name: "Acme Outfitters",
        plan: PlanCode::Pro,
        time_zone: "Europe/Berlin",
        order_prefix: "AC-",
        currencies: &[Currency::Eur, Currency::Usd],
        town: "harbour",
        customers: 40,
        customers_inactive: 3,
        reference: "web",
        orders: 400,
        orders_live: 12,
        suspended: None,
        keys: &[FULL, READ_ONLY, ORDERS_ONLY],
        roles: &EACH,
    },
    TenantSpec {
        slug: "borealis",
        name: "Borealis Trading",
        plan: PlanCode::Enterprise,
        time_zone: "Asia/Dubai",
        order_prefix: "BO-",
        currencies: &[Currency::Aed, Currency::Gbp],
        town: "harbour",
        customers: 12,
        customers_inactive: 0,
        reference: "web",
        orders: 80,
        orders_live: 5,
        suspended: None,
        keys: &[FULL],
        roles: &EACH,
    },
    TenantSpec {
        slug: "cactus",
        name: "Cactus Garden",
        plan: PlanCode::Free,
        time_zone: "America/Phoenix",
        order_prefix: "",
        currencies: &[Currency::Usd],
        town: "desert",
        customers: 4,
        customers_inactive: 0,
        reference: "shop",
        orders: 10,
        orders_live: 2,
        suspended: None,
        keys: &[FULL],
        roles: &[Role::Owner, Role::Admin, Role::Member],
    },
    TenantSpec {
        slug: "dune",
        name: "Dune Supplies",
        plan: PlanCode::Pro,
        time_zone: "Africa/Casablanca",
        order_prefix: "DU-",
        currencies: &[Currency::Eur],
        town: "oasis",
        customers: 6,
        customers_inactive: 0,
        reference: "desk",
        orders: 15,
        orders_live: 3,
        suspended: Some("The last three invoices are unpaid."),
        keys: &[FULL],
        roles: &EACH,
    },
];

impl TenantSpec {
    /// # Errors
    /// `internal_error` if the table holds what is no slug.
    pub fn slug(&self) -> Result<Slug, Error> {
        Slug::parse(self.slug).map_err(Error::internal)
    }

    /// The wish for the tenant: a sandbox, active at once.
    ///
    /// # Errors
    /// `internal_error` if the table holds what is no setting.
    pub fn wish(&self) -> Result<CreateTenant, Error> {
        let settings = Settings::try_new(
            TimeZoneName::parse(self.time_zone).map_err(Error::internal)?,
            self.currencies.to_vec(),
            self.main_currency(),
            OrderPrefix::parse(self.order_prefix).map_err(Error::internal)?,
            FIRST_ORDER_NUMBER_DEFAULT,
        );
        Ok(CreateTenant {
            name: Name::parse(self.name).map_err(Error::internal)?,
            slug: self.slug()?,
            mode: Mode::Sandbox,
            plan: self.plan,
            trial_ends_at: None,
            settings: settings.map_err(Error::internal)?,
            owner_email: None,
            reason: None,
        })
    }

    /// The first of its currencies.
    #[must_use]
    pub fn main_currency(&self) -> Currency {
        self.currencies.first().copied().unwrap_or(Currency::Usd)
    }

    /// The second of its currencies, if there is one.
    #[must_use]
    pub fn other_currency(&self) -> Currency {
        self.currencies.get(1).copied().unwrap_or(self.main_currency())
    }

    /// Whether the customer of that place is deactivated on the last day; those who are lie evenly spread.
    #[must_use]
    pub fn is_deactivated(&self, customer: usize) -> bool {
        let gap = (self.customers / (self.customers_inactive + 1)).max(1);
        customer > 0 && customer.is_multiple_of(gap) && customer / gap <= self.customers_inactive
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_the_guide() {
        let rows: Vec<_> = TENANTS
            .iter()
            .map(|spec| {
                let currencies: Vec<_> = spec.currencies.iter().map(|currency| currency.code()).collect();
                let suspended = spec.suspended.is_some();
                let counts = (spec.customers, spec.customers_inactive, spec.orders, spec.keys.len());
                (spec.slug, spec.plan.as_str(), suspended, counts, currencies.join(" "))
            })
            .collect();
        assert_eq!(
            rows,
            [
                ("acme", "pro", false, (40, 3, 400, 3), "EUR USD".to_owned()),
                ("borealis", "enterprise", false, (12, 0, 80, 1), "AED GBP".to_owned()),
                ("cactus", "free", false, (4, 0, 10, 1), "USD".to_owned()),
                ("dune", "pro", true, (6, 0, 15, 1), "EUR".to_owned()),
            ]
        );
    }

    #[test]
    fn every_wish_can_be_granted() {
        for spec in &TENANTS {
            let wish = spec.wish().unwrap();
            assert_eq!((wish.slug.as_str(), wish.mode), (spec.slug, Mode::Sandbox));
            assert!(orderbase_application::tenants::is_time_zone(wish.settings.time_zone()), "{}", spec.time_zone);
            let inactive = (0..spec.customers).filter(|customer| spec.is_deactivated(*customer)).count();
            assert_eq!(inactive, spec.customers_inactive);
            assert!(spec.roles.len() as u64 <= spec.plan.limits().users);
            assert!(spec.orders_live < spec.orders && spec.customers <= spec.orders - spec.orders_live);
        }
    }
}
