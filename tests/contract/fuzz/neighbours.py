"""Object-level authorisation: whatever one tenant was answered about a thing, the other is answered as if there were no such thing."""

import re
import uuid

import requests
import schemathesis
from schemathesis.core.failures import Failure

import house

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# Members of a body that name another thing; elsewhere an id is but a text.
ID_MEMBER = re.compile(rf'"[a-z_]+_id": ?"({ID.pattern})"')
CREDENTIALS = {"authorization", "x-api-key"}
# An idempotency key would answer the second request from the first.
LEFT_OUT = CREDENTIALS | {"host", "content-length", "connection", "x-forwarded-for", "idempotency-key"}


@schemathesis.check
def neighbours_see_nothing(ctx, response, case):
    if not 200 <= response.status_code < 300 or response.request.method == "OPTIONS" or "/platform/" in response.request.url:
        return
    if not CREDENTIALS & {name.lower() for name in response.request.headers}:
        return
    request = response.request
    target = request.url.removeprefix(house.URL)
    body = request.body.decode("utf-8", "replace") if isinstance(request.body, bytes) else request.body or ""
    ids = {*ID.findall(target), *ID_MEMBER.findall(body)}
    if not ids:
        return
    foreign = answer_to(request, target, body, {})
    unknown = answer_to(request, target, body, {known: str(uuid.UUID(int=uuid.uuid4().int & ~(0xF << 76) | 7 << 76)) for known in ids})
    in_path = bool(ID.search(target.partition("?")[0]))
    if foreign != unknown or in_path and foreign[0] != 404:
        raise Failure(
            operation=case.operation.label,
            title="A neighbour is answered otherwise than for a thing that is not",
            message=f"for the thing:\n{foreign}\n\nfor none:\n{unknown}",
        )


def answer_to(request, target, body, others):
    """What the neighbour is answered: status, names of headers, entity tag, and text without what names the request."""
    headers = {name: value for name, value in request.headers.items() if name.lower() not in LEFT_OUT}
    headers |= {"X-Forwarded-For": house.address(), **house.NEIGHBOUR}
    for known, other in others.items():
        target, body = target.replace(known, other), body.replace(known, other)
    answer = requests.request(request.method, house.URL + target, headers=headers, data=body.encode(), timeout=30)
    text = ID.sub("…", answer.text)
    return answer.status_code, sorted(name.lower() for name in answer.headers), answer.headers.get("ETag"), text
