//! OpenAPI links: from a resource in an answer to the operations on it (api.md §13.7).

use serde_json::{Map, Value, json};

/// Adds to each answer that holds one resource the links to what can be done with it.
pub(super) fn add(paths: &mut Map<String, Value>) {
    let targets: Vec<(String, String)> = paths
        .iter()
        .filter(|(path, _)| path.matches('{').count() == 1 && path.contains("/{id}"))
        .flat_map(|(path, item)| operations(item).map(|id| (path.clone(), id)).collect::<Vec<_>>())
        .collect();
    for (path, item) in paths.iter_mut() {
        let Value::Object(item) = item else { continue };
        for (verb, operation) in item.iter_mut() {
            let own = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
            let collection = path.split("/{id}").next().unwrap_or_default();
            let (status, id) = match (path.contains("/{id}"), verb.as_str()) {
                (false, "post") => ("201", "$response.body#/id"),
                (true, _) if path.matches('{').count() == 1 => ("200", "$request.path.id"),
                _ => continue,
            };
            let links: Map<String, Value> = targets
                .iter()
                .filter(|(target, id)| target.starts_with(&format!("{collection}/{{id}}")) && *id != own)
                .map(|(_, target)| (target.clone(), json!({"operationId": target, "parameters": {"id": id}})))
                .collect();
            let response = operation.pointer_mut(&format!("/responses/{status}"));
            if let (Some(Value::Object(response)), false) = (response, links.is_empty()) {
                response.insert("links".to_owned(), Value::Object(links));
            }
        }
    }
}

fn operations(item: &Value) -> impl Iterator<Item = String> + '_ {
    let operations = item.as_object().into_iter().flat_map(|item| item.values());
    operations.filter_map(|operation| operation.get("operationId")?.as_str().map(str::to_owned))
}
