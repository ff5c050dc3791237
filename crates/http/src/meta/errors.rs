//! `GET /errors` and `/errors/{code}`: what each error code means, for people (HTML) and programs (JSON). Every problem's `type` leads here.

use actix_web::http::header::HeaderValue;
use actix_web::web::Bytes;
use orderbase_application::Code;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{markdown, page, texts};
use crate::extract::{Offer, Visit, prefers_html};
use crate::problem::{self, Problem};
use crate::respond::{self, Answer};
use crate::route::Route;

const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=3600");
const SAMPLE_REQUEST_ID: &str = "01980000-0000-7000-8000-0000000000f1";
const SAMPLE_INSTANCE: &str = "/api/v1/orders/01980000-0000-7000-8000-0000000000a1";

pub fn list_route() -> Route {
    Route::of::<__path_list, _, _, _>(list).etag().cost(0).offers(Offer::ANY).refuses(&[Code::NotAcceptable])
}

pub fn get_route() -> Route {
    Route::of::<__path_get, _, _, _>(get)
        .etag()
        .cost(0)
        .offers(Offer::ANY)
        .refuses(&[Code::ErrorCodeNotFound, Code::NotAcceptable])
}

/// All error codes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorListBody {
    #[schema(max_items = 200)]
    pub data: Vec<ErrorBody>,
}

/// An error code.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    #[schema(pattern = "^[a-z_]+$", max_length = 64)]
    pub code: &'static str,
    #[schema(max_length = 200)]
    pub title: &'static str,
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// The page that explains it; the `type` of its problems.
    #[schema(format = "uri", max_length = 2048)]
    pub r#type: String,
}

/// An error code with its explanation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorPageBody {
    #[schema(pattern = "^[a-z_]+$", max_length = 64)]
    pub code: &'static str,
    #[schema(max_length = 200)]
    pub title: &'static str,
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    #[schema(format = "uri", max_length = 2048)]
    pub r#type: String,
    /// What happened and what to do, as Markdown.
    #[schema(max_length = 10_000)]
    pub text: &'static str,
    /// A problem as it is sent.
    #[schema(value_type = crate::problem::ProblemDocument)]
    pub example: Value,
}

/// List error codes
#[utoipa::path(get, path = "/errors", operation_id = "errors_list", tag = "Meta",
    responses((status = 200, description = "All error codes.", content(
        (ErrorListBody = "application/json", example = json!({"data": [{"code": "order_not_found", "title": "Order not found",
            "status": 404, "type": "https://api.example.com/errors/order_not_found"}]})),
        (String = "text/html")))))]
pub async fn list(visit: Visit) -> Answer {
    let base = &visit.shared.options.public_url;
    if prefers_html(&visit.headers)? {
        let rows: String = Code::ALL.iter().map(|code| row(*code)).collect();
        return Ok(html(&visit, page::page("Error codes", &format!("<h1>Error codes</h1><ul>{rows}</ul>"))));
    }
    let data = Code::ALL
        .iter()
        .map(|code| ErrorBody {
            code: code.slug(),
            title: code.title(),
            status: status(*code),
            r#type: url(base, *code),
        })
        .collect();
    json(&visit, &ErrorListBody { data })
}

/// One error code
#[utoipa::path(get, path = "/errors/{code}", operation_id = "errors_get", tag = "Meta",
    params(("code" = String, Path, description = "The error code.", pattern = "^[a-z_]+$", max_length = 64, example = "order_not_found")),
    responses((status = 200, description = "The error code.", content(
        (ErrorPageBody = "application/json", example = json!({"code": "order_not_found", "title": "Order not found", "status": 404,
            "type": "https://api.example.com/errors/order_not_found", "text": "# Order not found",
            "example": {"type": "https://api.example.com/errors/order_not_found", "title": "Order not found", "status": 404,
                "detail": "There is no such order.", "instance": "/api/v1/orders/01980000-0000-7000-8000-0000000000a1",
                "code": "order_not_found", "request_id": "01980000-0000-7000-8000-0000000000f1"}})),
        (String = "text/html")))))]
pub async fn get(visit: Visit) -> Answer {
    let is_html = prefers_html(&visit.headers)?;
    let sent = visit.argument("code");
    let code = Code::ALL.iter().copied().find(|code| code.slug() == sent);
    let code = code.ok_or_else(|| Problem::new(Code::ErrorCodeNotFound))?;
    let text = texts::text(code.slug()).ok_or_else(|| Problem::internal("an error code without its text"))?;

    let options = &visit.shared.options;
    let example = problem::sample(code).document(options, SAMPLE_REQUEST_ID, SAMPLE_INSTANCE);
    let example = serde_json::to_value(example).map_err(Problem::internal)?;
    if is_html {
        let example = serde_json::to_string_pretty(&example).map_err(Problem::internal)?;
        let body = format!(
            "{}<h2>Example</h2><pre><code>{}</code></pre><p><a href=\"/errors\">All error codes</a></p>",
            markdown::html(text),
            page::escaped(&example)
        );
        return Ok(html(&visit, page::page(code.title(), &body)));
    }
    let r#type = url(&options.public_url, code);
    json(&visit, &ErrorPageBody { code: code.slug(), title: code.title(), status: status(code), r#type, text, example })
}

fn row(code: Code) -> String {
    format!(
        "<li><a href=\"/errors/{slug}\">{title}</a> <code>{slug}</code> {status}</li>",
        slug = code.slug(),
        title = page::escaped(code.title()),
        status = status(code),
    )
}

fn html(visit: &Visit, page: String) -> actix_web::HttpResponse {
    let tag = page::tag(page.as_bytes());
    let mut answer = respond::document(&visit.if_none_match, tag, CACHE, page::HTML, Bytes::from(page));
    let (name, policy) = page::policy();
    answer.headers_mut().insert(name, policy);
    answer
}

fn json(visit: &Visit, body: &impl Serialize) -> Answer {
    let bytes = serde_json::to_vec(body).map_err(Problem::internal)?;
    let tag = page::tag(&bytes);
    Ok(respond::document(&visit.if_none_match, tag, CACHE, respond::JSON, Bytes::from(bytes)))
}

fn status(code: Code) -> u16 {
    problem::status(code.class()).as_u16()
}

fn url(base: &str, code: Code) -> String {
    format!("{base}/errors/{}", code.slug())
}
