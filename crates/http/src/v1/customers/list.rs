//! `GET /api/v1/customers`: a page of customers.

use orderbase_application::customers;
use orderbase_application::views::CustomerPosition;

use super::query::{CustomerListParams, CustomerListQuery};
use crate::dto::customer::{CustomerBody, CustomerListBody};
use crate::dto::shown::Rows;
use crate::extract::permission::CustomersRead;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;
use crate::v1::paging;

pub fn route() -> Route {
    Route::of::<__path_list, _, _, _>(list).pages()
}

/// List customers
///
/// Customers page by page. Follow the `Link` with `rel="next"`, or send `next_cursor` as `cursor` with the same filters, until
/// `has_more` is false.
#[utoipa::path(
    get,
    path = "/api/v1/customers",
    operation_id = "customers_list",
    tag = "Customers",
    params(CustomerListParams),
    responses((status = 200, description = "A page of customers.", body = CustomerListBody<'_>, example = json!(crate::dto::examples::customers())))
)]
pub async fn list(call: Call<CustomersRead, NoBody, (), CustomerListQuery>) -> Answer {
    let (app, ctx, query) = (call.app(), call.ctx(), &call.query);
    let bound = query.bound(ctx.tenant.id());
    let after = paging::after(app, &bound, query.cursor.as_deref())?;

    let list = customers::list(app, ctx, &query.page(after), query.include_total).await?;

    let (rows, has_more) = (&list.page.rows, list.page.has_more);
    let next = paging::next(app, &bound, has_more, rows.last().map(|customer| CustomerPosition { id: customer.id }));
    let data = Rows { rows, body: CustomerBody::from };
    let body = CustomerListBody { data, next_cursor: next.as_deref(), has_more, total: list.total.map(Into::into) };
    let links = query.sent.links(&call.shared().options.public_url, "/api/v1/customers", next.as_deref());
    respond::list(&body, &links)
}
