//! `routes`: the operations of the API, out of the route table.

use orderbase_http::route::{Route, routes};
use serde::Serialize;

use crate::cli::RoutesArgs;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::terminal::{self, Output};

/// An operation as it is listed.
#[derive(Serialize)]
struct Shown {
    method: &'static str,
    path: String,
    operation_id: String,
    permission: String,
    cost: u16,
    versions: Vec<&'static str>,
}

impl From<&Route> for Shown {
    fn from(route: &Route) -> Self {
        let versioned = route.path.starts_with("/api/v1/");
        Self {
            method: route.verb.as_str(),
            path: route.path.clone(),
            operation_id: route.operation_id.clone(),
            permission: route.needs.as_str().to_owned(),
            cost: route.cost,
            versions: if versioned { vec!["v1", "v2"] } else { Vec::new() },
        }
    }
}

pub fn run(args: &RoutesArgs) -> Outcome {
    let mut all: Vec<Shown> = routes().iter().map(Shown::from).collect();
    all.sort_by(|a, b| (&a.path, a.method).cmp(&(&b.path, b.method)));
    let output = Output::or_fitting(args.output);
    if args.permissions {
        all.sort_by(|a, b| a.permission.cmp(&b.permission));
        let columns = ["PERMISSION", "OPERATION", "METHOD", "PATH"];
        terminal::print_rows(output, &all, &columns, |row| {
            vec![row.permission.clone(), row.operation_id.clone(), row.method.to_owned(), row.path.clone()]
        })?;
    } else {
        let columns = ["METHOD", "PATH", "OPERATION", "PERMISSION", "COST", "VERSIONS"];
        terminal::print_rows(output, &all, &columns, |row| {
            vec![
                row.method.to_owned(),
                row.path.clone(),
                row.operation_id.clone(),
                row.permission.clone(),
                row.cost.to_string(),
                row.versions.join(" "),
            ]
        })?;
    }
    Ok(Exit::Done)
}
