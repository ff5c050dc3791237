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
    responses((
        status = 200,
        description = "A page of customers.",
        body = CustomerListBody<'_>,
        example = json!(crate::dto::examples::customers())
    ))
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::TestApp;

    const PATH: &str = "/api/v1/customers";

    async fn many(app: &TestApp, count: usize) {
        for n in 1..=count {
            app.world.clock.advance_millis(1_000);
            let body = json!({"name": format!("c{n}"), "email": format!("c{n}@example.com"), "external_reference": format!("r{n}")});
            let answer = app.post(PATH).json(&body).send().await;
            if n % 2 == 0 {
                app.post(&format!("{}/deactivate", answer.header("location"))).send().await;
            }
        }
    }

    fn names(page: &Value) -> Vec<&str> {
        page["data"].as_array().unwrap().iter().map(|customer| customer["name"].as_str().unwrap()).collect()
    }

    #[actix_web::test]
    async fn pages_filters_and_total() {
        let app = TestApp::start().await;
        many(&app, 5).await;
        let first = app.get(&format!("{PATH}?limit=2&include_total=true")).send().await;
        let body = first.json();
        assert_eq!(names(&body), ["c5", "c4"]);
        assert_eq!(body["total"], json!({"value": 5, "relation": "exact"}));
        let cursor = body["next_cursor"].as_str().unwrap();
        let (next, rel) = (format!("<http://127.0.0.1:8080{PATH}?limit=2&include_total=true"), "; rel=\"first\"");
        assert_eq!(first.header("link"), format!("{next}&cursor={cursor}>; rel=\"next\", {next}>{rel}"));
        let second = app.get(&format!("{PATH}?cursor={cursor}")).send().await;
        assert_eq!((names(&second.json()), second.header("etag")), (vec!["c3", "c2", "c1"], ""));
        assert_eq!(second.json()["has_more"], false);
        for (query, wanted) in [
            ("status=inactive", &["c4", "c2"][..]),
            ("status=active&sort=created_at", &["c1", "c3", "c5"]),
            ("email=C3@Example.com", &["c3"]),
            ("external_reference=r1", &["c1"]),
            ("created_from=2026-01-15T12:00:02Z&created_to=2026-01-15T12:00:04Z", &["c3", "c2"]),
            ("external_reference=none", &[]),
        ] {
            assert_eq!(names(&app.get(&format!("{PATH}?{query}")).send().await.json()), wanted, "{query}");
        }
    }

    #[actix_web::test]
    async fn what_cannot_be_read_or_is_not_served() {
        let app = TestApp::start().await;
        many(&app, 2).await;
        for (query, status, code) in [
            ("limit=0", 422, "validation_failed"),
            ("limit=101", 422, "validation_failed"),
            ("status=gone", 422, "validation_failed"),
            ("status=active,inactive", 422, "validation_failed"),
            ("sort=name", 422, "validation_failed"),
            ("email=x", 422, "validation_failed"),
            ("created_from=x", 400, "invalid_parameter"),
            ("created_from=2026-01-02T00:00:00Z&created_to=2026-01-01T00:00:00Z", 422, "validation_failed"),
            ("expand=customer", 400, "unknown_parameter"),
            ("cursor=x", 400, "invalid_cursor"),
        ] {
            let answer = app.get(&format!("{PATH}?{query}")).send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (status, code), "{query}");
        }
        let page = app.get(&format!("{PATH}?limit=1")).send().await.json();
        let cursor = page["next_cursor"].as_str().unwrap();
        let (_, stranger) = app.tenant("other").await;
        assert_eq!(
            app.get(&format!("{PATH}?cursor={cursor}")).as_key(&stranger).send().await.problem(),
            "invalid_cursor"
        );
        assert_eq!(app.get(&format!("{PATH}?status=active&cursor={cursor}")).send().await.problem(), "invalid_cursor");
    }
}
