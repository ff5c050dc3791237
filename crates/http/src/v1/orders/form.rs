//! The form of an order in the answer of a command: that of the version that was asked for. Pure once it is made, so that the same
//! order gives the same bytes; they may be kept under an idempotency key.

use std::sync::Arc;

use actix_web::http::header::ETAG;
use orderbase_application::changeset::KeptAnswer;
use orderbase_application::views::{CustomerView, OrderView};
use orderbase_application::{Ctx, Error, Missing, Place, customers};
use orderbase_kernel::{CustomerId, OrderId};
use orderbase_tenancy::Tenant;

use crate::dto::order::{OrderBody, v2};
use crate::etag;
use crate::extract::permission::Requires;
use crate::extract::{Call, FromBody};
use crate::problem::Problem;
use crate::respond;
use crate::version::ApiVersion;

/// How an order is shown. An answer is written before the commit, so the customer is read before the command.
#[derive(Clone)]
pub(super) struct Form {
    tenant: Arc<Tenant>,
    version: ApiVersion,
    /// In version 2. `None` there too if there is no such customer, and then the command refuses.
    customer: Option<Arc<CustomerView>>,
}

impl Form {
    /// Of a command on an order.
    ///
    /// # Errors
    /// `permission_denied` in version 2 without `customers:read`; those of the storage.
    pub async fn of_order<P: Requires, B: FromBody, Q>(call: &Call<P, B, OrderId, Q>) -> Result<Self, Problem> {
        let customer = match call.version {
            ApiVersion::V1 => None,
            ApiVersion::V2 => customers::of_order(call.app(), call.ctx(), call.path).await?,
        };
        Ok(Self::new(call.ctx(), call.version, customer))
    }

    /// Of a command that makes an order for a customer.
    ///
    /// # Errors
    /// As [`Self::of_order`].
    pub async fn of_customer<P: Requires, B: FromBody, A, Q>(
        call: &Call<P, B, A, Q>,
        id: CustomerId,
    ) -> Result<Self, Problem> {
        let customer = match call.version {
            ApiVersion::V1 => None,
            ApiVersion::V2 => match customers::get(call.app(), call.ctx(), id).await {
                Ok(customer) => Some(customer),
                Err(Error::NotFound(Missing::Customer)) => None,
                Err(error) => return Err(error.into()),
            },
        };
        Ok(Self::new(call.ctx(), call.version, customer))
    }

    fn new(ctx: &Ctx, version: ApiVersion, customer: Option<CustomerView>) -> Self {
        Self { tenant: Arc::clone(&ctx.tenant), version, customer: customer.map(Arc::new) }
    }

    /// 201 with the new order.
    pub fn placed(&self) -> impl Fn(&OrderView) -> KeptAnswer + Send + Sync + 'static {
        let form = self.clone();
        move |order| {
            let location = format!("/api/v1/orders/{}", order.id);
            let (prefix, tag, customer) = (form.tenant.settings().order_prefix(), form.tag(order), form.customer());
            match form.version {
                ApiVersion::V1 => respond::created_as(location, tag, &OrderBody::new(order, prefix)),
                ApiVersion::V2 => respond::created_as(location, tag, &v2::OrderBody::new(order, prefix, customer)),
            }
        }
    }

    /// 200 with the order after the command.
    pub fn changed(&self) -> impl Fn(&OrderView) -> KeptAnswer + Send + Sync + 'static {
        let form = self.clone();
        move |order| {
            let (prefix, tag, customer) = (form.tenant.settings().order_prefix(), form.tag(order), form.customer());
            match form.version {
                ApiVersion::V1 => respond::ok_as(tag, &OrderBody::new(order, prefix)),
                ApiVersion::V2 => respond::ok_as(tag, &v2::OrderBody::new(order, prefix, customer)),
            }
        }
    }

    /// What a command refused, in the words of the version: the tag that stands, and places in the body that was sent.
    pub fn refused(&self, error: Error) -> Problem {
        let tag = match (&error, self.customer()) {
            (Error::VersionConflict { current }, Some(customer)) => Some(etag::of_variant(*current, shown(customer))),
            _ => None,
        };
        let problem = Problem::from(match self.version {
            ApiVersion::V1 => error,
            ApiVersion::V2 => in_prices(error),
        });
        match tag {
            Some(tag) => problem.header(ETAG, tag),
            None => problem,
        }
    }

    fn customer(&self) -> Option<&CustomerView> {
        self.customer.as_deref()
    }

    fn tag(&self, order: &OrderView) -> String {
        match self.customer() {
            Some(customer) => etag::text_of_variant(order.version, shown(customer)),
            None => etag::text_of_version(order.version),
        }
    }
}

/// The variant of the tag of an order that is shown with its customer (api.md §6).
pub(super) fn shown(customer: &CustomerView) -> String {
    format!("c{}", customer.version)
}

/// Version 2 has the currency in the prices alone.
fn in_prices(error: Error) -> Error {
    let Error::Validation { mut faults } = error else { return error };
    for fault in &mut faults {
        if fault.place == Place::Pointer("#/currency".to_owned()) {
            fault.place = Place::Pointer("#/items/0/unit_price/currency".to_owned());
        }
    }
    Error::Validation { faults }
}
