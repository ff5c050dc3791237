//! A table of operations with every flag, over no use case: what is tested here is the way to a handler and back.

use std::cell::Cell;
use std::sync::OnceLock;
use std::time::Duration;

use orderbase_application::changeset::KeptAnswer;
use orderbase_application::{Code, Done, IfMatch};
use orderbase_kernel::{Currency, Invalid, Name, OrderId, PageLimit, Quantity, UnitPrice, Version};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::extract::json::{AmountText, Object, nullable, present, whole};
use crate::extract::permission::{AnyCredential, OrdersRead, OrdersWrite};
use crate::extract::{Call, Faults, FromJson, FromQuery, NoBody, Query};
use crate::options::HttpOptions;
use crate::respond::{self, Answer};
use crate::route::Route;
use crate::server::Listener;
use crate::testing::TestApp;

pub const ID: &str = "01980000-0000-7000-8000-0000000000a1";

thread_local! {
    /// How many handlers of `/slow` have come to their end on this thread.
    pub static FINISHED: Cell<u32> = const { Cell::new(0) };
}

pub async fn app() -> TestApp {
    app_with(HttpOptions::default()).await
}

pub async fn app_with(options: HttpOptions) -> TestApp {
    TestApp::over(options, Listener::Public, table()).await
}

/// A body that `POST /things` takes.
pub fn thing() -> serde_json::Value {
    json!({"name": "Ada", "lines": [{"product": "sku-1", "quantity": 3, "price": "19.99"}]})
}

pub fn table() -> &'static [Route] {
    static TABLE: OnceLock<Vec<Route>> = OnceLock::new();
    TABLE.get_or_init(things)
}

/// The operations of [`table`].
pub fn things() -> Vec<Route> {
    vec![
        Route::of::<__path_list, _, _, _>(list).pages(),
        Route::of::<__path_create, _, _, _>(create).once().creates(),
        Route::of::<__path_get, _, _, _>(get).etag(),
        Route::of::<__path_replace, _, _, _>(replace).if_match_required(),
        Route::of::<__path_patch, _, _, _>(patch).if_match_required(),
        Route::of::<__path_act, _, _, _>(act).once().if_match(),
        Route::of::<__path_protect, _, _, _>(protect).even_read_only(),
        Route::of::<__path_any, _, _, _>(any),
        Route::of::<__path_panics, _, _, _>(panics),
        Route::of::<__path_fails, _, _, _>(fails),
        Route::of::<__path_slow, _, _, _>(slow),
        Route::of::<__path_slow_write, _, _, _>(slow_write),
    ]
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ThingBody {
    name: String,
    #[serde(default)]
    nick: Option<String>,
    #[schema(value_type = Vec<LineBody>)]
    lines: Vec<Object<LineBody>>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineBody {
    product: String,
    #[serde(deserialize_with = "whole")]
    quantity: i64,
    price: AmountText,
}

#[derive(Debug)]
pub struct Thing {
    pub name: Name,
}

impl FromJson for ThingBody {
    type Valid = Thing;

    fn validate(self, faults: &mut Faults) -> Option<Thing> {
        let Self { name, nick, lines } = self;
        let name = faults.read("name", Name::parse(&name));
        let nick = faults.optional("nick", nick, |text| Name::parse(&text));
        let lines = faults.each("lines", lines, |faults, Object(line)| {
            let LineBody { product, quantity, price } = line;
            let product = faults.read("product", Name::parse(&product));
            let quantity = faults.read("quantity", Quantity::try_new(quantity));
            let price = faults.read("price", UnitPrice::parse(&price.0, Currency::Usd));
            product.zip(quantity).zip(price)
        });
        nick?;
        lines?;
        Some(Thing { name: name? })
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ThingPatchBody {
    #[serde(default, deserialize_with = "present")]
    name: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    nick: Option<Option<String>>,
}

impl FromJson for ThingPatchBody {
    type Valid = String;

    fn validate(self, _: &mut Faults) -> Option<String> {
        let Self { name, nick } = self;
        Some(format!("{name:?} {nick:?}"))
    }
}

pub struct ThingQuery {
    limit: PageLimit,
    all: bool,
}

impl FromQuery for ThingQuery {
    const NAMES: &'static [&'static str] = &["limit", "all", "status"];

    fn from_query(query: &mut Query<'_>) -> Option<Self> {
        let limit = query.number("limit", PageLimit::try_new);
        let all = query.flag("all");
        let known = |text: &str| if text == "new" { Ok(()) } else { Err(Invalid::not_one_of(&["new"])) };
        query.list("status", known)?;
        Some(Self { limit: limit?.unwrap_or_default(), all: all? })
    }
}

fn created(name: &Name) -> KeptAnswer {
    respond::created(format!("/api/v1/things/{ID}"), Version::FIRST, &json!({"id": ID, "name": name.as_str()}))
}

#[utoipa::path(get, path = "/api/v1/things", operation_id = "things_list", tag = "Things", responses((status = 200, description = "x")))]
async fn list(call: Call<OrdersRead, NoBody, (), ThingQuery>) -> Answer {
    let link = format!("<{}/api/v1/things>; rel=\"first\"", call.shared().options.public_url);
    respond::list(&json!({"limit": call.query.limit.get(), "all": call.query.all}), &link)
}

#[utoipa::path(post, path = "/api/v1/things", operation_id = "things_create", tag = "Things",
    request_body(content = ThingBody), responses((status = 201, description = "x")))]
async fn create(call: Call<OrdersWrite, ThingBody>) -> Answer {
    let conditions = call.conditions(created);
    let Some(once) = conditions.once else {
        return respond::done(Done::Fresh(call.body.name), created);
    };
    // What the key is bound to, so that tests see it.
    respond::plain(&json!({"key": once.key.as_str(), "fingerprint": hex(&once.fingerprint)}))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[utoipa::path(get, path = "/api/v1/things/{id}", operation_id = "things_get", tag = "Things", responses((status = 200, description = "x")))]
async fn get(call: Call<OrdersRead, NoBody, OrderId>) -> Answer {
    let version = Version::FIRST.next();
    respond::resource(&call.if_none_match, version, &json!({"id": call.path.to_string(), "version": version.get()}))
}

#[utoipa::path(put, path = "/api/v1/things/{id}", operation_id = "things_replace", tag = "Things",
    request_body(content = ThingBody), responses((status = 200, description = "x")))]
async fn replace(call: Call<OrdersWrite, ThingBody, OrderId>) -> Answer {
    call.if_match.check(Version::FIRST.next())?;
    respond::plain(&json!({"name": call.body.name.as_str()}))
}

#[utoipa::path(patch, path = "/api/v1/things/{id}", operation_id = "things_update", tag = "Things",
    request_body(content = ThingPatchBody), responses((status = 200, description = "x")))]
async fn patch(call: Call<OrdersWrite, ThingPatchBody, OrderId>) -> Answer {
    respond::plain(&json!({"read": call.body}))
}

#[utoipa::path(post, path = "/api/v1/things/{id}/act", operation_id = "things_act", tag = "Things", responses((status = 200, description = "x")))]
async fn act(call: Call<OrdersWrite, NoBody, OrderId>) -> Answer {
    let if_match = match &call.if_match {
        IfMatch::Absent => "absent".to_owned(),
        IfMatch::Any => "any".to_owned(),
        IfMatch::Versions(versions) => format!("{versions:?}"),
    };
    let conditions = call.conditions(created);
    let key = conditions.once.as_ref().map(|once| once.key.as_str().to_owned());
    let fingerprint = conditions.once.as_ref().map(|once| hex(&once.fingerprint));
    respond::plain(&json!({"if_match": if_match, "key": key, "fingerprint": fingerprint}))
}

#[utoipa::path(post, path = "/api/v1/things/{id}/protect", operation_id = "things_protect", tag = "Things", responses((status = 200, description = "x")))]
async fn protect(_: Call<OrdersWrite, NoBody, OrderId>) -> Answer {
    respond::plain(&json!({}))
}

#[utoipa::path(get, path = "/api/v1/any", operation_id = "any_get", tag = "Things", responses((status = 200, description = "x")))]
async fn any(call: Call<AnyCredential>) -> Answer {
    respond::plain(&json!({"tenant": call.ctx().tenant.id().to_string(), "request_id": call.ctx().request_id.as_str()}))
}

#[utoipa::path(get, path = "/api/v1/panics", operation_id = "panics_get", tag = "Things", responses((status = 200, description = "x")))]
async fn panics(call: Call<OrdersRead>) -> Answer {
    assert_eq!(call.ctx().request_id.as_str(), "a panic wanted by a test: s3cret");
    respond::plain(&json!({}))
}

#[utoipa::path(get, path = "/api/v1/fails", operation_id = "fails_get", tag = "Things", responses((status = 200, description = "x")))]
async fn fails(_: Call<OrdersRead>) -> Answer {
    let source = std::io::Error::other("table s3cret is gone");
    Err(orderbase_application::Error::internal(source).into())
}

#[utoipa::path(get, path = "/api/v1/slow", operation_id = "slow_get", tag = "Things", responses((status = 200, description = "x")))]
async fn slow(_: Call<OrdersRead>) -> Answer {
    tokio::time::sleep(Duration::from_millis(60)).await;
    FINISHED.set(FINISHED.get() + 1);
    respond::plain(&json!({}))
}

#[utoipa::path(post, path = "/api/v1/slow", operation_id = "slow_write", tag = "Things", responses((status = 200, description = "x")))]
async fn slow_write(call: Call<OrdersWrite>) -> Answer {
    slow_work(&call).await
}

async fn slow_work(call: &Call<OrdersWrite>) -> Answer {
    tokio::time::sleep(Duration::from_millis(60)).await;
    FINISHED.set(FINISHED.get() + 1);
    // A handler may still fail after nobody waits for it any more.
    if call.if_match == IfMatch::Any {
        Err(crate::problem::Problem::new(Code::WriteConflict))
    } else {
        respond::plain(&json!({}))
    }
}
