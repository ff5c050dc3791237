//! The ways in, for generators and for Swagger UI's Authorize: each of the three works there.

use orderbase_tenancy::{Permission, PermissionSet};
use serde_json::{Map, Value, json};

/// The security schemes. The password grant is described only where it is switched on.
pub(super) fn schemes(password_grant: bool) -> Value {
    let mut flows = json!({
        "clientCredentials": {"tokenUrl": "/oauth/token", "scopes": scopes(PermissionSet::grantable_to_keys())},
    });
    if password_grant && let Value::Object(flows) = &mut flows {
        let platform = [Permission::PlatformRead, Permission::PlatformWrite];
        let of_users = Permission::ALL.iter().copied().filter(|permission| !platform.contains(permission)).collect();
        flows.insert(
            "password".to_owned(),
            json!({"tokenUrl": "/oauth/token", "refreshUrl": "/oauth/token", "scopes": scopes(of_users)}),
        );
    }
    json!({
        "ApiKeyAuth": {
            "type": "apiKey",
            "in": "header",
            "name": "X-API-Key",
            "description": "An API key, `ob_live_…` or, for sandbox tenants, `ob_test_…`.",
        },
        "BearerAuth": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token of `POST /api/v1/auth/login` or `POST /oauth/token`.",
        },
        "OAuth2": {
            "type": "oauth2",
            "description": "Client id: the id of an API key. Client secret: the key's text. User name of the password grant, where it \
    is switched on: `tenant/email`.",
            "flows": flows,
        },
    })
}

/// What each scope opens is what the operations say that need it.
fn scopes(permissions: PermissionSet) -> Value {
    let described = |permission: Permission| {
        let (object, action) = permission.as_str().split_once(':').unwrap_or((permission.as_str(), "use"));
        format!("{}: {}", object.replace('_', " "), action.replace('_', " "))
    };
    let scopes: Map<String, Value> =
        permissions.iter().map(|permission| (permission.as_str().to_owned(), json!(described(permission)))).collect();
    Value::Object(scopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_that_is_off_is_not_described() {
        let (off, on) = (schemes(false), schemes(true));
        assert!(off.pointer("/OAuth2/flows/password").is_none());
        let scopes = on.pointer("/OAuth2/flows/password/scopes").unwrap();
        assert!(scopes.get("users:write").is_some() && scopes.get("platform:read").is_none());
        let of_keys = off.pointer("/OAuth2/flows/clientCredentials/scopes").unwrap();
        assert!(of_keys.get("orders:read").is_some() && of_keys.get("users:write").is_none());
    }
}
