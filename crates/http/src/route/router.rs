//! The table as actix resources: one per path, so that a wrong method is 405 with `Allow`.

use actix_web::guard::{Any, Guard, Method};
use actix_web::http::Method as HttpMethod;
use actix_web::{HttpRequest, Route as ActixRoute, web};

use super::{Route, Verb};
use crate::middleware::{allow, other_method};

/// Registers the routes of a table that `wanted` admits.
pub(crate) fn register(cfg: &mut web::ServiceConfig, table: &'static [Route], wanted: impl Fn(&Route) -> bool) {
    for (path, routes) in resources(table, wanted) {
        let verbs: Vec<Verb> = routes.iter().map(|route| route.verb).collect();
        let allow = allow(&verbs);
        let mut resource = web::resource(path);
        for route in routes {
            resource = resource.route(guarded(route));
        }
        cfg.service(
            resource.default_service(web::to(move |request: HttpRequest| other_method(allow.clone(), request))),
        );
    }
}

/// The routes by path, in the order of the table.
fn resources(table: &'static [Route], wanted: impl Fn(&Route) -> bool) -> Vec<(&'static str, Vec<&'static Route>)> {
    let mut resources: Vec<(&'static str, Vec<&'static Route>)> = Vec::new();
    for route in table.iter().filter(|route| wanted(route)) {
        for path in std::iter::once(route.path.as_str()).chain(route.aliases.iter().copied()) {
            match resources.iter_mut().find(|(known, _)| *known == path) {
                Some((_, routes)) => routes.push(route),
                None => resources.push((path, vec![route])),
            }
        }
    }
    resources
}

/// GET implies HEAD.
fn guarded(route: &'static Route) -> ActixRoute {
    let guard: Box<dyn Guard> = match route.verb {
        Verb::Get => Box::new(Any(Method(HttpMethod::GET)).or(Method(HttpMethod::HEAD))),
        Verb::Post => Box::new(Method(HttpMethod::POST)),
        Verb::Put => Box::new(Method(HttpMethod::PUT)),
        Verb::Patch => Box::new(Method(HttpMethod::PATCH)),
        Verb::Delete => Box::new(Method(HttpMethod::DELETE)),
    };
    route.mounted().guard(OneGuard(guard))
}

struct OneGuard(Box<dyn Guard>);

impl Guard for OneGuard {
    fn check(&self, context: &actix_web::guard::GuardContext<'_>) -> bool {
        self.0.check(context)
    }
}
