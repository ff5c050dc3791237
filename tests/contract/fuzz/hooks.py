"""Who sends each request, from where, and about what. What would end the credential of the run meets a victim; no operation is left out."""

import schemathesis

import house
import neighbours  # noqa: F401  registers its check

# Sessions and passwords of whoever asks.
OF_A_VICTIM = {"auth_logout", "me_sessions", "me_end_session", "me_end_sessions", "me_password"}
# Acts on a user: not on the owner of the run.
ON_USERS = {"users_update", "users_disable", "users_password_reset", "users_end_sessions"}
# Acts on a tenant: not on those of the run.
ON_TENANTS = {
    "platform_tenants_update",
    "platform_tenants_close",
    "platform_tenants_owner_invitation",
    "platform_tenants_purge",
    "platform_tenants_set_limits",
    "platform_tenants_suspend",
}


# What an order went through before it can take a step.
STEPS = {"orders_process": ["confirm"], "orders_complete": ["confirm", "process"]}



def spare(_name):
    house.SPARES.renew()
    return house.SPARES.id


# A thing that is, for operations whose names begin so.
THINGS = {
    "orders_": lambda name: house.order_after(*STEPS.get(name, [])),
    "customers_": lambda _name: house.new_customer(),
    "api_keys_": lambda _name: house.new_api_key(),
    "platform_tenants_": spare,
}


def name_of(operation):
    return operation.definition.raw["operationId"]


# Without a cache, which would hand one credential to every operation.
@schemathesis.auth(refresh_interval=None)
class Credentials:
    """The credential of an operation: none where it is public, an operator's for the platform."""

    def get(self, case, context):
        operation = context.operation
        if not operation.definition.raw["security"]:
            return {}
        if name_of(operation).startswith("platform_"):
            return house.OPERATOR
        return {"X-API-Key": house.key_of(house.SLUG)} if house.WITH_KEY else house.OWNER

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), **data}


@schemathesis.hook
def before_call(context, case, kwargs):
    case.headers = {**(case.headers or {}), "X-Forwarded-For": house.address()}
    spare_the_run(name_of(case.operation), case)
    if case.meta is not None and case.meta.generation.mode.is_positive:
        mean_something(name_of(case.operation), case)


@schemathesis.hook
def after_call(context, case, response):
    # Requests of other methods are sent too, to see them refused.
    if response.request.method == case.operation.method.upper():
        house.ANSWERS.note(name_of(case.operation), response.status_code)


def spare_the_run(name, case):
    """Puts a victim in the place of what the run stands on."""
    ids = case.path_parameters or {}
    if name in OF_A_VICTIM:
        case.headers.update(house.VICTIMS.session())
    elif name in ON_USERS and ids.get("id") == house.OWNER_ID and not house.WITH_KEY:
        ids["id"] = house.VICTIMS.user_id
    elif name in ON_TENANTS and ids.get("id") in house.TENANT_IDS:
        house.SPARES.renew()
        ids["id"] = house.SPARES.id
    elif name == "tenant_close":
        house.SPARES.renew()
        case.headers.update(house.SPARES.owner)


def mean_something(name, case):
    """Gives a well-formed request what no schema can tell: words that only this house knows. A request that is refused anyway proves little."""
    give(case.headers, "Idempotency-Key", house.new_word)
    give(case.body, "customer_id", lambda: house.CUSTOMER_ID)
    give(case.body, "confirm_slug", lambda: house.SPARES.slug)
    if name == "auth_accept_invitation":
        give(case.body, "token", house.invitation)
    elif name == "auth_password_reset" and house.VICTIMS:
        give(case.body, "token", house.VICTIMS.reset)
    elif name == "auth_refresh":
        give(case.body, "refresh_token", house.GUEST.refresh_token)
    elif name == "auth_login" and house.mostly():
        case.body = house.GUEST.wish
    elif name == "me_password":
        give(case.body, "current_password", house.VICTIMS.password)
    elif name.startswith("oauth_"):
        give(case.body, "client_id", lambda: house.KEY_ID)
        give(case.body, "client_secret", lambda: house.key_of(house.SLUG))
    elif name == "platform_audit":
        give(case.query, "tenant", lambda: house.SPARES.id)
    # A cursor belongs to one list with its filters, and is the server's to make.
    if isinstance(case.query, dict):
        case.query.pop("cursor", None)
    # The others name a thing that is not, or a version that is no longer.
    if house.mostly():
        if any(parameter.get("$ref", "").endswith("/IfMatch") for parameter in case.operation.definition.raw.get("parameters", [])):
            case.headers["If-Match"] = "*"
        for prefix, make in THINGS.items():
            if name.startswith(prefix):
                give(case.path_parameters, "id", lambda: make(name))


def give(members, name, make):
    """Another value for a member, where there is one."""
    if hasattr(members, "keys") and name in members and (value := make()) is not None:
        members[name] = value
