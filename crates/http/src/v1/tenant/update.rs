//! `PATCH /api/v1/tenant`: changes name and settings.

use orderbase_application::changeset::KeptAnswer;
use orderbase_application::tenants;
use orderbase_tenancy::Tenant;

use crate::dto::settings::UpdateTenantBody;
use crate::dto::tenant::TenantBody;
use crate::extract::Call;
use crate::extract::permission::TenantWrite;
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_update, _, _, _>(update).if_match_required()
}

/// Change the tenant
///
/// A merge patch (RFC 7396): absent members stay, those of the settings too. The first order freezes prefix and first number.
#[utoipa::path(
    patch,
    path = "/api/v1/tenant",
    operation_id = "tenant_update",
    tag = "Tenant",
    request_body(content = UpdateTenantBody, example = json!(crate::dto::examples::update_tenant())),
    responses((
        status = 200,
        description = "The tenant after the change.",
        body = TenantBody<'_>,
        example = json!(crate::dto::examples::tenant())
    ))
)]
pub async fn update(call: Call<TenantWrite, UpdateTenantBody>) -> Answer {
    let done = tenants::patch_settings(call.app(), call.ctx(), call.body.clone(), &call.if_match).await?;

    let now = call.ctx().at;
    let changed = |tenant: &Tenant| -> KeptAnswer { respond::ok(tenant.version(), &TenantBody::new(tenant, now)) };
    respond::done(done, changed)
}

#[cfg(test)]
mod tests {
    use orderbase_application::testing::ctx;
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures;

    #[actix_web::test]
    async fn settings_are_merged() {
        let app = TestApp::start().await;
        let admin = app.sign_in(Role::Admin).await;
        let patch = |tag: &str| app.patch("/api/v1/tenant").as_bearer(&admin.access_token).if_match(tag);
        let first = json!({"name": "Acme", "settings": {"time_zone": "Europe/Berlin", "order_prefix": "AC-"}});
        let answer = patch("\"1\"").json(&first).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{answer:?}");
        let second = json!({"settings": {"allowed_currencies": ["eur", "USD"], "default_currency": "EUR"}});
        let tenant = patch("*").json(&second).send().await.json();
        let settings = json!({
            "time_zone": "Europe/Berlin", "default_currency": "EUR", "allowed_currencies": ["USD", "EUR"],
            "order_prefix": "AC-", "first_order_number": 1001
        });
        assert_eq!((&tenant["name"], &tenant["settings"], &tenant["version"]), (&json!("Acme"), &settings, &json!(3)));
        let same = patch("\"3\"").json(&second).send().await;
        assert_eq!((same.status.as_u16(), same.header("etag")), (200, "\"3\""));
        assert_eq!(app.get("/api/v1/tenant").send().await.json(), tenant);
    }

    #[actix_web::test]
    async fn versions_rights_and_bounds() {
        let app = TestApp::start().await;
        let (admin, member) = (app.sign_in(Role::Admin).await, app.sign_in(Role::Member).await);
        let wish = json!({"name": "x"});
        let ask = |who: &str| app.patch("/api/v1/tenant").as_bearer(who);
        assert_eq!(ask(&admin.access_token).json(&wish).send().await.problem(), "precondition_required");
        assert_eq!(ask(&admin.access_token).if_match("\"9\"").json(&wish).send().await.problem(), "version_conflict");
        assert_eq!(ask(&member.access_token).if_match("*").json(&wish).send().await.problem(), "permission_denied");
        let key = app.patch("/api/v1/tenant").if_match("*").json(&wish).send().await;
        assert_eq!(key.problem(), "permission_denied", "a key");
        for (patch, fault) in [
            (json!({"name": ""}), "#/name too_short"),
            (json!({"name": null}), "#/name null_not_allowed"),
            (json!({"settings": null}), "#/settings null_not_allowed"),
            (json!({"settings": {"time_zone": "Mars/Olympus"}}), "#/settings/time_zone not_one_of"),
            (json!({"settings": {"time_zone": "-"}}), "#/settings/time_zone pattern"),
            (json!({"settings": {"time_zone": null}}), "#/settings/time_zone null_not_allowed"),
            (json!({"settings": {"allowed_currencies": []}}), "#/settings/allowed_currencies too_few"),
            (
                json!({"settings": {"allowed_currencies": ["USD", "JPY"]}}),
                "#/settings/allowed_currencies/1 currency_not_supported",
            ),
            (json!({"settings": {"allowed_currencies": ["EUR"]}}), "#/settings/default_currency not_one_of"),
            (json!({"settings": {"order_prefix": "ac"}}), "#/settings/order_prefix pattern"),
            (json!({"settings": {"first_order_number": 0}}), "#/settings/first_order_number out_of_range"),
            (
                json!({"settings": {"first_order_number": 9_007_199_254_740_992_i64}}),
                "#/settings/first_order_number out_of_range",
            ),
            (json!({"slug": "other"}), "#/slug unknown_field"),
        ] {
            let answer = ask(&admin.access_token).if_match("*").json(&patch).send().await;
            assert_eq!((answer.status.as_u16(), answer.faults()), (422, vec![fault.to_owned()]), "{patch}");
        }
        fixtures::order(&app).await;
        let frozen = json!({"settings": {"first_order_number": 2001}});
        let answer = ask(&admin.access_token).if_match("*").json(&frozen).send().await;
        assert_eq!((answer.status.as_u16(), answer.faults()), (422, vec!["#/settings not_served".to_owned()]));
    }

    /// A caller's tenant may come from a cache: what is merged into is what is stored.
    #[actix_web::test]
    async fn what_another_changed_is_kept() {
        use orderbase_application::IfMatch;
        use orderbase_application::tenants::{PatchSettings, SettingsPatch, patch_settings};
        use orderbase_tenancy::TimeZoneName;

        let app = TestApp::start().await;
        let stale = ctx(&app.world.app, &app.tenant);
        let admin = app.sign_in(Role::Admin).await;
        let wish = json!({"settings": {"order_prefix": "AC-"}});
        app.patch("/api/v1/tenant").as_bearer(&admin.access_token).if_match("*").json(&wish).send().await;
        let berlin = SettingsPatch {
            time_zone: Some(TimeZoneName::parse("Europe/Berlin").unwrap()),
            ..SettingsPatch::default()
        };
        let patch = PatchSettings { name: None, settings: berlin };
        patch_settings(&app.world.app, &stale, patch, &IfMatch::Any).await.unwrap();
        let settings = app.get("/api/v1/tenant").send().await.json()["settings"].clone();
        assert_eq!((&settings["order_prefix"], &settings["time_zone"]), (&json!("AC-"), &json!("Europe/Berlin")));
    }
}
