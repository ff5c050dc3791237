//! Random changesets: what one wants is drawn as a plain value, and made into a changeset by the domain on what a model has stored.

use std::sync::Arc;

use orderbase_application::changeset::{Change, Changeset, Claim, KeptAnswer, Quota, Require};
use orderbase_application::testing::World;
use orderbase_application::{Ctx, IdempotencyKey, events};
use orderbase_kernel::{
    ApiKeyId, Currency, CustomerId, Email, ExternalReference, ItemId, Money, Name, OrderId, Patch, Quantity, Timestamp,
    UnitPrice,
};
use orderbase_orders::{
    Cancel, CancelReason, CreateCustomer, Customer, Metadata, NewItem, Note, Order, OrderNumber, PlaceOrder, ProductId,
    UpdateCustomer, UpdateOrder,
};
use orderbase_tenancy::{ApiKey, CreateApiKey, KeySecret, Permission, PermissionSet};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// A changeset to be.
#[derive(Clone, Debug)]
pub struct Wish {
    changes: Vec<Wanted>,
    requires: Vec<Needed>,
    claim: Option<WantedClaim>,
}

#[derive(Clone, Debug)]
struct WantedClaim {
    key: u8,
    fingerprint: u8,
    large: bool,
}

/// A change. `stale`: decided on the version before the present one.
#[derive(Clone, Debug)]
enum Wanted {
    NewCustomer { email: Option<u8>, reference: Option<u8> },
    NewOrder { of: Whose, reference: Option<u8>, lines: u8, number_in_use: bool },
    NewKey,
    CustomerMoves { which: Index, stale: bool, how: CustomerMove },
    OrderMoves { which: Index, stale: bool, how: OrderMove },
    KeyEnds { which: Index, stale: bool },
}

#[derive(Clone, Copy, Debug)]
enum Whose {
    Known(Index),
    /// The newest customer of the same changeset.
    Newest,
    Nobodys,
}

#[derive(Clone, Copy, Debug)]
enum CustomerMove {
    Deactivate,
    Reactivate,
    Email(Option<u8>),
    Anonymise,
}

#[derive(Clone, Copy, Debug)]
enum OrderMove {
    Note,
    Confirm,
    Cancel,
    Lines(u8),
    Reference(Option<u8>),
}

#[derive(Clone, Debug)]
enum Needed {
    Active(Whose),
    Below { keys: bool, room: u64 },
}

/// Sequences of wishes.
pub fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    let claim = (0..3_u8, 0..2_u8, proptest::bool::weighted(0.1)).prop_map(|(key, fingerprint, large)| WantedClaim {
        key,
        fingerprint,
        large,
    });
    let wish = (
        prop_oneof![1 => Just(vec![]), 6 => vec(wanted(), 1..=1), 3 => vec(wanted(), 2..=3)],
        prop_oneof![3 => Just(vec![]), 2 => vec(needed(), 1..=2)],
        proptest::option::weighted(0.4, claim),
    );
    vec(wish.prop_map(|(changes, requires, claim)| Wish { changes, requires, claim }), 6..=12)
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let name = || proptest::option::of(0..3_u8);
    let (which, stale) = (any::<Index>, || proptest::bool::weighted(0.2));
    prop_oneof![
        2 => (name(), name()).prop_map(|(email, reference)| Wanted::NewCustomer { email, reference }),
        4 => (whose(), name(), 1..4_u8, proptest::bool::weighted(0.1)).prop_map(|(of, reference, lines, number_in_use)| {
            Wanted::NewOrder { of, reference, lines, number_in_use }
        }),
        1 => Just(Wanted::NewKey),
        2 => (which(), stale(), customer_move())
            .prop_map(|(which, stale, how)| Wanted::CustomerMoves { which, stale, how }),
        4 => (which(), stale(), order_move()).prop_map(|(which, stale, how)| Wanted::OrderMoves { which, stale, how }),
        1 => (which(), stale()).prop_map(|(which, stale)| Wanted::KeyEnds { which, stale }),
    ]
}

fn whose() -> impl Strategy<Value = Whose> {
    prop_oneof![6 => any::<Index>().prop_map(Whose::Known), 2 => Just(Whose::Newest), 1 => Just(Whose::Nobodys)]
}

fn customer_move() -> impl Strategy<Value = CustomerMove> {
    prop_oneof![
        Just(CustomerMove::Deactivate),
        Just(CustomerMove::Reactivate),
        proptest::option::of(0..3_u8).prop_map(CustomerMove::Email),
        Just(CustomerMove::Anonymise),
    ]
}

fn order_move() -> impl Strategy<Value = OrderMove> {
    prop_oneof![
        2 => Just(OrderMove::Note),
        2 => Just(OrderMove::Confirm),
        1 => Just(OrderMove::Cancel),
        1 => (1..4_u8).prop_map(OrderMove::Lines),
        2 => proptest::option::of(0..3_u8).prop_map(OrderMove::Reference),
    ]
}

fn quota(require: &Require) -> Option<Quota> {
    match require {
        Require::Below { quota, .. } => Some(*quota),
        _ => None,
    }
}

fn needed() -> impl Strategy<Value = Needed> {
    prop_oneof![
        2 => whose().prop_map(Needed::Active),
        1 => (any::<bool>(), 0..2_u64).prop_map(|(keys, room)| Needed::Below { keys, room }),
    ]
}

/// What was committed so far: each aggregate with all its versions, the present one last.
pub struct Model {
    pub world: World,
    pub ctx: Ctx,
    pub customers: Vec<Vec<Customer>>,
    pub orders: Vec<Vec<Order>>,
    pub keys: Vec<Vec<ApiKey>>,
    pub claims: Vec<Claim>,
    /// Ids of orders that were placed, in vain too.
    pub tried: Vec<OrderId>,
    next_number: u64,
}

/// A changeset, and what is stored once it is committed.
#[derive(Default)]
pub struct Draft {
    pub changeset: Changeset,
    customers: Vec<(Option<usize>, Customer)>,
    orders: Vec<(Option<usize>, Order)>,
    keys: Vec<(Option<usize>, ApiKey)>,
}

impl Draft {
    /// Whether two rows may stand in each other's or in several others' way: which is named then is left open.
    pub fn is_crowded(&self) -> bool {
        self.customers.len() > 1 || self.orders.len() > 1
    }

    fn take(&mut self, change: Change) {
        self.changeset = std::mem::take(&mut self.changeset).change(change);
    }
}

impl Model {
    pub fn new(world: World, ctx: Ctx) -> Self {
        Self {
            world,
            ctx,
            customers: Vec::new(),
            orders: Vec::new(),
            keys: Vec::new(),
            claims: Vec::new(),
            tried: Vec::new(),
            next_number: 1_001,
        }
    }

    /// Makes the changeset; what the domain refuses or finds without effect is left out.
    pub fn draft(&mut self, wish: &Wish) -> Draft {
        self.world.clock.advance_millis(1);
        let mut draft = Draft::default();
        for wanted in &wish.changes {
            match wanted {
                Wanted::NewCustomer { email, reference } => self.new_customer(&mut draft, *email, *reference),
                Wanted::NewOrder { of, reference, lines, number_in_use } => {
                    self.new_order(&mut draft, *of, *reference, *lines, *number_in_use);
                }
                Wanted::NewKey => self.new_key(&mut draft),
                Wanted::CustomerMoves { which, stale, how } => self.move_customer(&mut draft, *which, *stale, *how),
                Wanted::OrderMoves { which, stale, how } => self.move_order(&mut draft, *which, *stale, *how),
                Wanted::KeyEnds { which, stale } => self.end_key(&mut draft, *which, *stale),
            }
        }
        for needed in &wish.requires {
            let require = match needed {
                Needed::Active(whose) => Require::ActiveCustomer(self.customer_of(&draft, *whose)),
                Needed::Below { keys: true, room } => self.below(Quota::ApiKeys, self.live_keys() + room),
                Needed::Below { keys: false, room } => self.below(Quota::Customers, self.customers.len() as u64 + room),
            };
            // No command asks twice for one quota.
            let of = quota(&require);
            if of.is_none() || draft.changeset.requires.iter().all(|asked| quota(asked) != of) {
                draft.changeset = draft.changeset.require(require);
            }
        }
        // A changeset without changes is a question about its claim.
        let claim = wish.claim.as_ref().map(|claim| self.claim(claim));
        draft.changeset = match (draft.changeset.is_check(), claim) {
            (true, claim) => Changeset::check(claim.unwrap_or_else(|| self.claim(&FIRST))),
            (false, claim) => draft.changeset.claim(claim),
        };
        draft
    }

    /// Notes what was committed.
    pub fn follow(&mut self, draft: Draft) {
        put(&mut self.customers, draft.customers);
        put(&mut self.orders, draft.orders);
        put(&mut self.keys, draft.keys);
        if !draft.changeset.is_check() {
            self.claims.extend(draft.changeset.claim);
        }
    }

    /// A claim on one of the keys that are drawn.
    pub fn question(&self, key: u8) -> Changeset {
        Changeset::check(self.claim(&WantedClaim { key, ..FIRST }))
    }

    fn now(&self) -> Timestamp {
        self.world.app.clock.now()
    }

    fn id(&self) -> uuid::Uuid {
        self.world.app.ids.next(self.now())
    }

    fn live_keys(&self) -> u64 {
        self.keys.iter().filter(|key| key.last().unwrap().revoked_at().is_none()).count() as u64
    }

    fn below(&self, quota: Quota, max: u64) -> Require {
        Require::Below { quota, max, add: 1 }
    }

    fn claim(&self, wanted: &WantedClaim) -> Claim {
        let attempt = self.id();
        let body = if wanted.large { attempt.to_string().repeat(1_200) } else { attempt.to_string() };
        let etag = (wanted.fingerprint == 0).then(|| "\"1\"".to_owned());
        let answer = KeptAnswer { status: 201, etag, body: body.into_bytes(), ..KeptAnswer::default() };
        Claim {
            principal_id: self.ctx.principal_id,
            key: IdempotencyKey::parse(&format!("key-{}", wanted.key)).unwrap(),
            attempt,
            fingerprint: [wanted.fingerprint; 32],
            answer: Arc::new(answer),
        }
    }

    fn customer_of(&self, draft: &Draft, whose: Whose) -> CustomerId {
        let newest = draft.customers.iter().rev().find(|(place, _)| place.is_none()).map(|(_, new)| new.id());
        match whose {
            Whose::Known(index) if !self.customers.is_empty() => index.get(&self.customers).last().unwrap().id(),
            Whose::Newest if newest.is_some() => newest.unwrap(),
            _ => CustomerId::from_uuid(self.id()),
        }
    }

    fn new_customer(&self, draft: &mut Draft, email: Option<u8>, reference: Option<u8>) {
        let wish = CreateCustomer {
            id: CustomerId::from_uuid(self.id()),
            tenant_id: self.ctx.tenant.id(),
            name: Name::parse("Ada").unwrap(),
            email: email.map(self::email),
            external_reference: reference.map(self::reference),
            metadata: Metadata::empty(),
        };
        let (customer, event) = Customer::create(wish).unwrap();
        let row = events::of_customer(&self.world.app, &self.ctx, &customer, &event).unwrap();
        draft.take(Change::insert(customer.clone(), vec![row]).unwrap());
        draft.customers.push((None, customer));
    }

    fn new_order(&mut self, draft: &mut Draft, of: Whose, reference: Option<u8>, lines: u8, number_in_use: bool) {
        let number = match self.orders.first() {
            Some(first) if number_in_use => first.last().unwrap().number(),
            _ => {
                self.next_number += 1;
                OrderNumber::try_new(self.next_number).unwrap()
            }
        };
        let id = OrderId::from_uuid(self.id());
        let created_at = id.timestamp().unwrap();
        let place = PlaceOrder {
            id,
            tenant_id: self.ctx.tenant.id(),
            number,
            customer_id: self.customer_of(draft, of),
            currency: Currency::Usd,
            items: self.lines(lines),
            external_reference: reference.map(self::reference),
            metadata: Metadata::empty(),
            business_date: created_at.utc_date(),
        };
        let (order, event) = Order::place(place, &self.ctx.order_policy()).unwrap();
        let row = events::of_order(&self.world.app, &self.ctx, &order, &event).unwrap();
        draft.take(Change::insert(order.clone(), vec![row]).unwrap());
        self.tried.push(id);
        draft.orders.push((None, order));
    }

    fn lines(&self, lines: u8) -> Vec<NewItem> {
        let line = |quantity: u8| NewItem {
            id: ItemId::from_uuid(self.id()),
            product_id: ProductId::parse("sku").unwrap(),
            quantity: Quantity::try_new(i64::from(quantity)).unwrap(),
            unit_price: UnitPrice::try_new(Money::try_new(100, Currency::Usd).unwrap()).unwrap(),
            sku: None,
            name: None,
        };
        (1..=lines).map(line).collect()
    }

    fn new_key(&self, draft: &mut Draft) {
        let id = self.id();
        let scopes = PermissionSet::of(&[Permission::OrdersRead]);
        let mut hash = [0; 32];
        hash[..16].copy_from_slice(id.as_bytes());
        let wish = CreateApiKey {
            id: ApiKeyId::from_uuid(id),
            tenant_id: self.ctx.tenant.id(),
            name: Name::parse("ci").unwrap(),
            scopes,
            granted_by: scopes,
            secret: KeySecret {
                hash: orderbase_tenancy::KeyHash::from_bytes(hash),
                pepper: None,
                hint: "ob_live_3fA9".to_owned(),
                valid_until: None,
            },
            expires_at: None,
            rate_limit: None,
            ip_allowlist: Vec::new(),
        };
        let (key, event) = ApiKey::create(wish).unwrap();
        let row = events::of_api_key(&self.world.app, &self.ctx, &key, &event).unwrap();
        draft.take(Change::insert(key.clone(), vec![row]).unwrap());
        draft.keys.push((None, key));
    }

    fn move_customer(&self, draft: &mut Draft, which: Index, stale: bool, how: CustomerMove) {
        let Some((place, mut customer)) = pick(&self.customers, &draft.customers, which, stale) else { return };
        let (read, at) = (customer.version(), self.now());
        let event = match how {
            CustomerMove::Deactivate => customer.deactivate(at),
            CustomerMove::Reactivate => customer.reactivate(at),
            CustomerMove::Anonymise => customer.anonymise(at),
            CustomerMove::Email(wanted) => {
                let email = wanted.map_or(Patch::Clear, |email| Patch::Set(self::email(email)));
                customer.update(UpdateCustomer { email, ..UpdateCustomer::default() }, at)
            }
        };
        let Ok(Some(event)) = event else { return };
        let row = events::of_customer(&self.world.app, &self.ctx, &customer, &event).unwrap();
        draft.take(Change::update(customer.clone(), read, row).unwrap());
        draft.customers.push((Some(place), customer));
    }

    fn move_order(&self, draft: &mut Draft, which: Index, stale: bool, how: OrderMove) {
        let Some((place, mut order)) = pick(&self.orders, &draft.orders, which, stale) else { return };
        let (read, at) = (order.version(), self.now());
        let event = match how {
            OrderMove::Note => order.add_note(Note::parse("hi").unwrap(), at),
            OrderMove::Confirm => order.confirm(at),
            OrderMove::Cancel => {
                let why = Cancel { reason: CancelReason::Other, note: None };
                order.cancel(why, self.ctx.order_powers(), at)
            }
            OrderMove::Lines(lines) => order.replace_items(self.lines(lines), &self.ctx.order_policy(), at),
            OrderMove::Reference(wanted) => {
                let external_reference = wanted.map_or(Patch::Clear, |wanted| Patch::Set(self::reference(wanted)));
                order.update(UpdateOrder { external_reference, metadata: None }, at)
            }
        };
        let Ok(Some(event)) = event else { return };
        let row = events::of_order(&self.world.app, &self.ctx, &order, &event).unwrap();
        draft.take(Change::update(order.clone(), read, row).unwrap());
        draft.orders.push((Some(place), order));
    }

    fn end_key(&self, draft: &mut Draft, which: Index, stale: bool) {
        let Some((place, mut key)) = pick(&self.keys, &draft.keys, which, stale) else { return };
        let read = key.version();
        let Ok(Some(event)) = key.revoke(self.now()) else { return };
        let row = events::of_api_key(&self.world.app, &self.ctx, &key, &event).unwrap();
        draft.take(Change::update(key.clone(), read, row).unwrap());
        draft.keys.push((Some(place), key));
    }
}

const FIRST: WantedClaim = WantedClaim { key: 0, fingerprint: 0, large: false };

/// One of the stored ones, in an older version if asked and there is one. Each is changed once in a changeset.
fn pick<T: Clone>(stored: &[Vec<T>], drafted: &[(Option<usize>, T)], which: Index, stale: bool) -> Option<(usize, T)> {
    if stored.is_empty() {
        return None;
    }
    let place = which.index(stored.len());
    if drafted.iter().any(|(drafted, _)| *drafted == Some(place)) {
        return None;
    }
    let versions = &stored[place];
    let version = versions.len() - 1 - usize::from(stale && versions.len() > 1);
    Some((place, versions[version].clone()))
}

fn put<T>(stored: &mut Vec<Vec<T>>, drafted: Vec<(Option<usize>, T)>) {
    for (place, value) in drafted {
        match place {
            Some(place) => stored[place].push(value),
            None => stored.push(vec![value]),
        }
    }
}

fn email(number: u8) -> Email {
    Email::parse(&format!("ada-{number}@example.com")).unwrap()
}

fn reference(number: u8) -> ExternalReference {
    ExternalReference::parse(&format!("web-{number}")).unwrap()
}
