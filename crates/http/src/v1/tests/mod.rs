//! Properties that all endpoints share.

mod bounds;
mod cursors;
mod examples;
mod identity_bounds;
mod identity_examples;
mod matrix;
mod rates;
mod refusals;
mod schema;
mod tenants;
mod totals;
mod versions;

impl schema::Document {
    /// That of this version.
    fn read() -> Self {
        Self::of(crate::openapi::document(crate::version::ApiVersion::V1))
    }

    fn schema(&self, name: &str) -> &serde_json::Value {
        self.whole().pointer(&format!("/components/schemas/{name}")).unwrap_or_else(|| panic!("no schema {name}"))
    }
}
