"""The house that is fuzzed: two tenants, their owners, an operator, and victims for what ends a credential or a tenant.

The harness writes the file that ORDERBASE_CONTRACT_HOUSE names. Nothing here judges; a step that fails ends the run.
"""

import atexit
import itertools
import json
import os
import random
import threading
from pathlib import Path

import requests

_HOUSE = json.loads(Path(os.environ["ORDERBASE_CONTRACT_HOUSE"]).read_text(encoding="utf-8"))
URL = _HOUSE["url"]
WITH_KEY = _HOUSE["credential"] == "key"
# As example bodies of the document name it, so that one of them would close it.
SLUG = "acme"

_lock = threading.RLock()
_numbers = itertools.count(1)
_chance = random.Random(1)


def address():
    """An address that nobody has used: throttles per address are the matter of other tests, and would end this run."""
    number = next(_numbers)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def new_word():
    """A text that was not used before."""
    return f"word-{next(_numbers)}"


def mostly():
    """True three times out of four, the same in every run."""
    return _chance.random() < 0.75


def ask(method, path, credential=None, body=None):
    """One request, and its answer."""
    headers = {"X-Forwarded-For": address(), **(credential or {})}
    return requests.request(method, URL + path, headers=headers, json=body, timeout=30)


def _must(method, path, credential=None, body=None):
    answer = ask(method, path, credential, body)
    if not answer.ok:
        raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
    return answer.json()


def _try_to_sign_in(person, tenant=None):
    wish = {"email": person["email"], "password": person["password"], **({"tenant": tenant} if tenant else {})}
    return ask("POST", "/api/v1/auth/login", body=wish)


def _bearer(answer):
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def _sign_in(person, tenant=None):
    answer = _try_to_sign_in(person, tenant)
    if not answer.ok:
        raise RuntimeError(f"{person['email']} cannot sign in: {answer.status_code} {answer.text}")
    return _bearer(answer)


def key_of(tenant):
    """The text of the tenant's API key, which has every scope."""
    return _HOUSE[tenant]["key"]


OWNER = _sign_in(_HOUSE[SLUG]["owner"], SLUG)
OPERATOR = _sign_in(_HOUSE["operator"])
NEIGHBOUR = {"X-API-Key": key_of("borealis")} if WITH_KEY else _sign_in(_HOUSE["borealis"]["owner"], "borealis")
KEY = {"X-API-Key": key_of(SLUG)}
KEY_ID = _must("GET", "/api/v1/me", KEY)["actor"]["id"]
OWNER_ID = _must("GET", "/api/v1/me", OWNER)["actor"]["id"]
# What operators may not do away with, for it is what the run stands on.
TENANT_IDS = {
    _must("GET", "/api/v1/tenant", OWNER)["id"],
    _must("GET", "/api/v1/tenant", {"X-API-Key": key_of("borealis")})["id"],
}


def new_customer():
    """The id of a new customer."""
    return _must("POST", "/api/v1/customers", KEY, {"name": "Grace Hopper"})["id"]


def order_after(*steps):
    """The id of a new order that took these steps."""
    item = {"product_id": "sku-1", "name": "Widget", "quantity": 3, "unit_price": "19.99"}
    made = _must("POST", "/api/v1/orders", KEY, {"customer_id": CUSTOMER_ID, "currency": "USD", "items": [item]})
    for step in steps:
        _must("POST", f"/api/v1/orders/{made['id']}/{step}", KEY)
    return made["id"]


def new_api_key():
    """The id of a new API key."""
    return _must("POST", "/api/v1/api-keys", OWNER, {"name": "spare", "scopes": ["orders:read"]})["id"]


def invitation():
    """The token of a new invitation."""
    return _must("POST", "/api/v1/invitations", OWNER, {"email": f"{new_word()}@{SLUG}.example", "role": "viewer"})["token"]


class Guest:
    """Somebody who signs in, and whose sessions are refreshed: each a few times, before a throttle of the account answers instead."""

    _REFRESHED_MAX = 2

    def __init__(self):
        self.wish = {"tenant": SLUG, **_HOUSE["guest"]}
        self._refreshed = 0

    def refresh_token(self):
        """A token that was not used; nothing after a few."""
        self._refreshed += 1
        answer = ask("POST", "/api/v1/auth/login", body=self.wish) if self._refreshed <= self._REFRESHED_MAX else None
        return answer.json()["refresh_token"] if answer is not None and answer.ok else None


class Victims:
    """People of the tenant whose sessions may end. Each may sign in a few times before a throttle of the account answers instead."""

    def __init__(self):
        self._person = _HOUSE["victims"][0]
        self._session = _sign_in(self._person, SLUG)
        self.user_id = _must("GET", "/api/v1/me", self._session)["actor"]["id"]
        self._people = itertools.cycle(_HOUSE["victims"][1:])

    def session(self):
        """A session that lives, as long as there is one to be had; else the last one, which is refused as the document says."""
        with _lock:
            if ask("GET", "/api/v1/me", self._session).status_code == 401:
                self._person = next(self._people)
                answer = _try_to_sign_in(self._person, SLUG)
                if answer.ok:
                    self._session = _bearer(answer)
            return self._session


    def password(self):
        """Of whose session it is, if nobody has changed it."""
        return self._person["password"]

    def reset(self):
        """A token by which the first of them, who never signs in again, gets a new password; nothing once an administrator disabled them."""
        answer = ask("POST", f"/api/v1/users/{self.user_id}/password-reset", OWNER)
        return answer.json()["token"] if answer.ok else None


class Spares:
    """Tenants that may be changed, suspended and closed: a new one as soon as the last is closed."""

    _PASSWORD = "a long walk by the river"

    def __init__(self):
        self.slug = self.id = self.owner = None

    def renew(self):
        """Makes sure that there is one that is not closed."""
        with _lock:
            if self.id is None or _must("GET", f"/api/v1/platform/tenants/{self.id}", OPERATOR)["status"] == "closed":
                self._make()

    def _make(self):
        self.slug = f"spare-{next(_numbers)}"
        owner = {"email": f"owner@{self.slug}.example", "password": self._PASSWORD}
        wish = {"name": "Spare", "slug": self.slug, "plan": "pro", "mode": "live", "owner_email": owner["email"], "reason": "To be closed."}
        made = _must("POST", "/api/v1/platform/tenants", OPERATOR, wish)
        self.id = made["id"]
        accept = {"token": made["owner_invitation"]["token"], "name": "Grace Hopper", "password": self._PASSWORD}
        _must("POST", "/api/v1/auth/invitations/accept", body=accept)
        self.owner = _sign_in(owner, self.slug)


CUSTOMER_ID = new_customer()
GUEST = Guest()
VICTIMS = None if WITH_KEY else Victims()
SPARES = Spares()
SPARES.renew()


class Answers:
    """Which operations were answered with a success. Told at the end to whoever started the run, in the file beside that of the house."""

    def __init__(self):
        self._seen = set()
        atexit.register(self._tell)

    def note(self, name, status):
        if 200 <= status < 300:
            self._seen.add(name)

    def _tell(self):
        Path(os.environ["ORDERBASE_CONTRACT_HOUSE"]).with_suffix(".answered").write_text("\n".join(sorted(self._seen)), encoding="utf-8")


ANSWERS = Answers()
