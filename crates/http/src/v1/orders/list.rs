//! `GET /api/v1/orders`: a page of orders.

use orderbase_application::orders;
use orderbase_application::views::OrderPosition;

use super::params::OrderListParams;
use super::query::OrderListQuery;
use crate::dto::order::{OrderListBody, v2};
use crate::extract::permission::OrdersRead;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;
use crate::v1::paging;
use crate::version::ApiVersion;

pub fn route() -> Route {
    Route::of::<__path_list, _, _, _>(list).pages()
}

/// List orders
///
/// Whole orders, page by page. Follow the `Link` with `rel="next"`, or send `next_cursor` as `cursor` with the same filters, until
/// `has_more` is false. By amount orders are listed within one currency and without other filters. A page may end before `limit`
/// where its orders have very many items.
#[utoipa::path(
    get,
    path = "/api/v1/orders",
    operation_id = "orders_list",
    tag = "Orders",
    params(OrderListParams),
    responses((
        status = 200,
        description = "A page of orders.",
        body = OrderListBody<'_>,
        example = json!(crate::dto::examples::orders())
    ))
)]
pub async fn list(call: Call<OrdersRead, NoBody, (), OrderListQuery>) -> Answer {
    let (app, ctx, query) = (call.app(), call.ctx(), &call.query);
    let bound = query.bound(ctx.tenant.id());
    let after = paging::after(app, &bound, query.cursor.as_deref())?;

    let list = orders::list(app, ctx, &query.page(after), query.extras(call.version)).await?;

    let last = list.page.rows.last().map(|order| OrderPosition { id: order.id, total_minor: order.total.minor() });
    let next = paging::next(app, &bound, list.page.has_more, last);
    let links = query.sent.links(&call.shared().options.public_url, "/api/v1/orders", next.as_deref());
    let (next, prefix) = (next.as_deref(), ctx.tenant.settings().order_prefix());
    match call.version {
        ApiVersion::V1 => respond::list(&OrderListBody::new(&list, next, prefix), &links),
        ApiVersion::V2 => respond::list(&v2::OrderListBody::new(&list, next, prefix), &links),
    }
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Permission;
    use serde_json::{Value, json};

    use crate::testing::TestApp;
    use crate::v1::fixtures::{self, id, wish, with};

    const PATH: &str = "/api/v1/orders";

    /// Orders of rising amounts, a second apart; even ones confirmed, in pounds every third.
    async fn many(app: &TestApp, customer: &str, count: usize) -> Vec<String> {
        let mut ids = Vec::new();
        for n in 1..=count {
            app.world.clock.advance_millis(1_000);
            let currency = if n % 3 == 0 { "GBP" } else { "USD" };
            let body = with(&with(&wish(customer), "/currency", json!(currency)), "/items/0/quantity", json!(n));
            let answer =
                app.post(PATH).json(&with(&body, "/external_reference", json!(format!("web-{n}")))).send().await;
            ids.push(id(&answer));
            if n % 2 == 0 {
                app.post(&format!("{}/confirm", answer.header("location"))).send().await;
            }
        }
        ids
    }

    async fn page(app: &TestApp, query: &str) -> Value {
        let answer = app.get(&format!("{PATH}?{query}")).send().await;
        assert_eq!(answer.status, 200, "{query}: {answer:?}");
        answer.json()
    }

    fn ids(page: &Value) -> Vec<String> {
        page["data"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Follows the `Link` until there is none.
    async fn walk(app: &TestApp, query: &str) -> Vec<String> {
        let (mut path, mut seen) = (format!("{PATH}?{query}"), Vec::new());
        loop {
            let answer = app.get(&path).send().await;
            let body = answer.json();
            seen.extend(ids(&body));
            let link = answer.header("link").to_owned();
            let next = link.split(", ").find_map(|one| one.strip_suffix(">; rel=\"next\""));
            assert_eq!(body["has_more"].as_bool(), Some(next.is_some()), "{link}");
            assert_eq!(body["next_cursor"].is_null(), next.is_none());
            match next {
                Some(next) => path = next.strip_prefix("<http://127.0.0.1:8080").unwrap().to_owned(),
                None => return seen,
            }
        }
    }

    #[actix_web::test]
    async fn walking_the_links_sees_each_row_once() {
        let app = TestApp::start().await;
        let customer = fixtures::customer(&app).await;
        let placed = many(&app, &customer, 13).await;
        let newest: Vec<_> = placed.iter().rev().cloned().collect();
        for limit in [1, 2, 5, 13, 100] {
            assert_eq!(walk(&app, &format!("limit={limit}")).await, newest, "{limit}");
            assert_eq!(walk(&app, &format!("limit={limit}&sort=created_at")).await, placed, "{limit}");
        }
        let dollars: Vec<_> =
            placed.iter().enumerate().filter(|(at, _)| (at + 1) % 3 != 0).map(|(_, id)| id.clone()).collect();
        let falling: Vec<_> = dollars.iter().rev().cloned().collect();
        assert_eq!(walk(&app, "limit=2&sort=total_amount&currency=usd").await, dollars);
        assert_eq!(walk(&app, "limit=2&sort=-total_amount&currency=USD").await, falling);
        assert_eq!(walk(&app, "limit=1&status=confirmed,pending&currency=GBP&sort=created_at").await.len(), 4);
    }

    #[actix_web::test]
    async fn rows_that_come_or_change_meanwhile_neither_hide_nor_double_others() {
        let app = TestApp::start().await;
        let customer = fixtures::customer(&app).await;
        let placed = many(&app, &customer, 6).await;
        let first = page(&app, "limit=3").await;
        many(&app, &customer, 0).await;
        app.world.clock.advance_millis(1_000);
        app.post(PATH).json(&wish(&customer)).send().await;
        app.post(&format!("{PATH}/{}/cancel", placed[0])).json(&json!({"reason": "staff"})).send().await;
        let rest = page(&app, &format!("limit=100&cursor={}", first["next_cursor"].as_str().unwrap())).await;
        let seen: Vec<_> = ids(&first).into_iter().chain(ids(&rest)).collect();
        assert_eq!(seen, placed.iter().rev().cloned().collect::<Vec<_>>());
        assert_eq!((rest["has_more"].as_bool(), &rest["next_cursor"]), (Some(false), &json!(null)));
    }

    #[actix_web::test]
    async fn each_filter_filters() {
        let app = TestApp::start().await;
        let customer = fixtures::customer(&app).await;
        let placed = many(&app, &customer, 6).await;
        let other = fixtures::order(&app).await.json();
        let own = |wanted: &[usize]| wanted.iter().map(|at| placed[at - 1].clone()).collect::<Vec<_>>();
        for (query, wanted) in [
            ("status=confirmed", own(&[6, 4, 2])),
            ("status=confirmed,cancelled&currency=gbp", own(&[6])),
            (&format!("customer_id={customer}"), own(&[6, 5, 4, 3, 2, 1])),
            (&format!("customer_id={}&status=pending", customer.to_uppercase()), own(&[5, 3, 1])),
            ("number=1003", own(&[3])),
            ("external_reference=web-4", own(&[4])),
            ("created_from=2026-01-15T12:00:05Z&created_to=2026-01-15T12:00:06Z", own(&[5])),
            ("created_to=2026-01-15T14:00:03%2B02:00", own(&[2, 1])),
            ("business_date_from=2026-01-16", Vec::new()),
            ("business_date_from=2026-01-15&business_date_to=2026-01-16&external_reference=web-1", own(&[1])),
            (
                "sort=-total_amount&currency=USD&min_total=39.98&max_total=79.96",
                vec![own(&[4])[0].clone(), other["id"].as_str().unwrap().to_owned(), own(&[2])[0].clone()],
            ),
        ] {
            let mut found = ids(&page(&app, query).await);
            let mut wanted = wanted;
            if query.starts_with("sort") {
                found.sort();
                wanted.sort();
            }
            assert_eq!(found, wanted, "{query}");
        }
    }

    #[actix_web::test]
    async fn bounds_of_the_total_sort_by_it() {
        let app = TestApp::start().await;
        let customer = fixtures::customer(&app).await;
        for price in ["9.99", "10.00", "30.00", "20.00"] {
            let items = json!([{"product_id": "sku-1", "quantity": 1, "unit_price": price}]);
            let wish = fixtures::with(&fixtures::wish(&customer), "/items", items);
            let wish = fixtures::with(&wish, "/currency", json!("GBP"));
            assert_eq!(app.post(PATH).json(&wish).send().await.status, 201);
        }
        let totals = |page: &Value| -> Vec<String> {
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["total_amount"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(totals(&page(&app, "currency=GBP&min_total=10").await), ["30.00", "20.00", "10.00"]);
        assert_eq!(totals(&page(&app, "currency=GBP&max_total=20").await), ["20.00", "10.00", "9.99"]);
        assert_eq!(
            totals(&page(&app, "currency=GBP&min_total=10&sort=total_amount").await),
            ["10.00", "20.00", "30.00"]
        );
        // The next page is that of the same list, named or not.
        let first = page(&app, "currency=GBP&min_total=10&limit=1").await;
        let cursor = first["next_cursor"].as_str().unwrap();
        for sort in ["", "&sort=-total_amount"] {
            let rest = page(&app, &format!("currency=GBP&min_total=10{sort}&cursor={cursor}")).await;
            assert_eq!(totals(&rest), ["20.00", "10.00"], "{sort}");
        }
    }

    #[actix_web::test]
    async fn totals_and_customers_come_on_request() {
        let app = TestApp::start().await;
        let customer = fixtures::customer(&app).await;
        many(&app, &customer, 3).await;
        let plain = page(&app, "").await;
        assert!(plain.get("total").is_none() && plain["data"][0].get("customer").is_none());
        let full = page(&app, "limit=1&include_total=true&expand=customer&status=pending").await;
        assert_eq!(full["total"], json!({"value": 2, "relation": "exact"}));
        assert_eq!(full["data"][0]["customer"], json!({"id": customer, "name": "Ada", "status": "active"}));
        assert_eq!(page(&app, "include_total=false").await.get("total"), None);
        // Neither limit nor expand is part of a cursor.
        let cursor = full["next_cursor"].as_str().unwrap();
        assert_eq!(ids(&page(&app, &format!("status=pending&cursor={cursor}")).await).len(), 1);
        let narrow = app.key_with(&[Permission::OrdersRead]).await;
        let denied = app.get(&format!("{PATH}?expand=customer")).as_key(&narrow).send().await;
        assert_eq!((denied.status.as_u16(), denied.json()["permission"].as_str()), (403, Some("customers:read")));
    }

    #[actix_web::test]
    async fn what_cannot_be_read_or_is_not_served() {
        let app = TestApp::start().await;
        for (query, status, faults) in [
            ("limit=0", 422, &["limit out_of_range"][..]),
            ("limit=-1", 422, &["limit out_of_range"]),
            ("limit=101", 422, &["limit out_of_range"]),
            ("limit=1&limit=1", 400, &["limit duplicate_field"]),
            ("limit=1.0", 400, &["limit pattern"]),
            ("status=open", 422, &["status not_one_of"]),
            ("status=pending,", 422, &["status not_one_of"]),
            ("sort=updated_at", 422, &["sort not_one_of"]),
            ("currency=XXX", 422, &["currency currency_not_supported"]),
            ("customer_id=7", 400, &["customer_id pattern"]),
            ("number=0", 422, &["number out_of_range"]),
            ("created_from=yesterday", 400, &["created_from pattern"]),
            ("business_date_from=2026-02-30", 400, &["business_date_from pattern"]),
            ("include_total=yes", 422, &["include_total not_one_of"]),
            ("created_from=2026-01-02T00:00:00Z&created_to=2026-01-01T00:00:00Z", 422, &["created_to range_inverted"]),
            ("min_total=1", 422, &["currency required"]),
            ("max_total=1&currency=USD&status=pending", 422, &["status not_served"]),
            ("min_total=1&currency=USD&sort=-created_at", 422, &["min_total not_served"]),
            ("sort=total_amount", 422, &["currency required"]),
            (
                "sort=total_amount&currency=USD&status=pending&number=1",
                422,
                &["status not_served", "number not_served"],
            ),
            ("limit=0&status=x&sort=y", 422, &["limit out_of_range", "sort not_one_of", "status not_one_of"]),
            ("statuss=pending", 400, &["status unknown_field"]),
        ] {
            let answer = app.get(&format!("{PATH}?{query}")).send().await;
            assert_eq!(
                (answer.status.as_u16(), answer.faults()),
                (status, faults.iter().map(|one| (*one).to_owned()).collect()),
                "{query}"
            );
        }
    }

    #[actix_web::test]
    async fn a_cursor_is_good_for_its_own_list_alone() {
        let app = TestApp::start().await;
        let customer = fixtures::customer(&app).await;
        many(&app, &customer, 3).await;
        let cursor = page(&app, "limit=1&status=pending,confirmed").await["next_cursor"].as_str().unwrap().to_owned();
        let ask = async |query: &str, key: &str| {
            let answer = app.get(&format!("{PATH}?{query}")).as_key(key).send().await;
            if answer.status == 200 { "ok".to_owned() } else { answer.problem() }
        };
        assert_eq!(ask(&format!("status=confirmed,pending&cursor={cursor}"), &app.key).await, "ok");
        let (_, stranger) = app.tenant("other").await;
        for (query, key) in [
            (format!("status=pending,confirmed&cursor={cursor}"), &stranger),
            (format!("cursor={cursor}"), &app.key),
            (format!("status=pending&cursor={cursor}"), &app.key),
            (format!("status=pending,confirmed&sort=created_at&cursor={cursor}"), &app.key),
            (format!("status=pending,confirmed&currency=USD&cursor={cursor}"), &app.key),
            (format!("status=pending,confirmed&cursor={cursor}="), &app.key),
            ("status=pending,confirmed&cursor=AAAA".to_owned(), &app.key),
        ] {
            assert_eq!(ask(&query, key).await, "invalid_cursor", "{query}");
        }
        for at in 0..cursor.len() {
            for other in ["A", "B", "-"] {
                let mut tampered = cursor.clone();
                tampered.replace_range(at..=at, other);
                let expected = if tampered == cursor { "ok" } else { "invalid_cursor" };
                assert_eq!(
                    ask(&format!("status=pending,confirmed&cursor={tampered}"), &app.key).await,
                    expected,
                    "{at}"
                );
            }
        }
        assert_eq!(app.get(&format!("/api/v1/customers?cursor={cursor}")).send().await.problem(), "invalid_cursor");
        assert_eq!(app.get(&format!("{PATH}?cursor=")).send().await.problem(), "invalid_parameter");
    }
}
