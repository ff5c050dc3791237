// An order from its customer to its end, through a client that is made from the document: what compiles here is what callers get, and what
// runs here is what they are answered. Arguments: the server's URL and an API key.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./v1.js";

type Order = components["schemas"]["Order"];
type Problem = components["schemas"]["Problem"];

/** A value whose type is known: `any` does not compile. */
type Known<T> = 0 extends 1 & T ? never : T;
function known<T>(value: Known<T>): T {
  return value as T;
}

interface Outcome<Data, Fault> {
  data?: Data;
  error?: Fault;
  response: Response;
}

/** The body of a success, with its type. */
function answered<Data, Fault>(status: number, outcome: Outcome<Data, Fault>): NonNullable<Data> {
  assert.equal(outcome.response.status, status, JSON.stringify(outcome.error));
  assert.ok(outcome.data);
  return outcome.data;
}

/** The problem of a refusal, with its type. */
function refused<Data>(status: number, code: Problem["code"], outcome: Outcome<Data, Problem>): Problem {
  assert.equal(outcome.response.status, status);
  assert.equal(outcome.response.headers.get("content-type"), "application/problem+json");
  const problem = known(outcome.error);
  assert.equal(problem?.code, code);
  assert.ok(problem);
  return problem;
}

function tag(response: Response): string {
  const etag = response.headers.get("etag");
  assert.ok(etag);
  return etag;
}

const [, , baseUrl, key] = process.argv;
assert.ok(baseUrl && key, "needs URL and key");
const client = createClient<paths>({ baseUrl, headers: { "X-API-Key": key } });

const customer = known(answered(201, await client.POST("/api/v1/customers", { body: { name: "Ada Lovelace", email: "ada@example.com" } })));
assert.equal(customer.status, "active");

const wish: components["schemas"]["PlaceOrder"] = {
  customer_id: customer.id,
  currency: "USD",
  items: [{ product_id: "sku-1", name: "Widget", quantity: 3, unit_price: "19.99" }],
};
const once = { header: { "Idempotency-Key": "typed-client-1" } };
const placing = await client.POST("/api/v1/orders", { params: once, body: wish });
const order: Order = known(answered(201, placing));
assert.equal(order.total_amount, "59.97");

const repeated = await client.POST("/api/v1/orders", { params: once, body: wish });
assert.deepEqual(answered(201, repeated), order);
assert.equal(repeated.response.headers.get("idempotent-replayed"), "true");
refused(422, "idempotency_key_reused", await client.POST("/api/v1/orders", { params: once, body: { ...wish, currency: "EUR" } }));

for (let more = 0; more < 4; more += 1) {
  answered(201, await client.POST("/api/v1/orders", { body: wish }));
}
const seen: string[] = [];
let cursor: string | undefined;
do {
  const query = { limit: 2, customer_id: customer.id, ...(cursor === undefined ? {} : { cursor }) };
  const page = known(answered(200, await client.GET("/api/v1/orders", { params: { query } })));
  seen.push(...page.data.map((listed) => listed.id));
  cursor = page.next_cursor ?? undefined;
  assert.equal(page.has_more, cursor !== undefined);
} while (cursor !== undefined);
assert.equal(new Set(seen).size, 5);
assert.equal(seen.length, 5);
assert.ok(seen.includes(order.id));

const path = { id: order.id };
const confirmed = known(answered(200, await client.POST("/api/v1/orders/{id}/confirm", { params: { path } })));
assert.equal(confirmed.status, "confirmed");

const read = await client.GET("/api/v1/orders/{id}", { params: { path } });
const fresh = tag(read.response);
assert.deepEqual(answered(200, read), confirmed);
const change = { external_reference: "web-77", metadata: { channel: "web" } };
const updated = await client.PATCH("/api/v1/orders/{id}", { params: { path, header: { "If-Match": fresh } }, body: change });
assert.equal(known(answered(200, updated)).external_reference, "web-77");

const stale = await client.PATCH("/api/v1/orders/{id}", { params: { path, header: { "If-Match": fresh } }, body: { external_reference: "web-78" } });
assert.equal(refused(412, "version_conflict", stale).current_version, confirmed.version + 1);
refused(428, "precondition_required", await client.PATCH("/api/v1/orders/{id}", { params: { path }, body: change }));

const nowhere = { id: "01980000-0000-7000-8000-0000000000ff" };
const missing = refused(404, "order_not_found", await client.GET("/api/v1/orders/{id}", { params: { path: nowhere } }));
assert.equal(missing.status, 404);
assert.equal(missing.instance, `/api/v1/orders/${nowhere.id}`);

// What the document refuses does not compile: each of these lines would be a fault without the one above it.
// @ts-expect-error a quantity is no text
void ({ ...wish, items: [{ product_id: "sku-1", name: "Widget", quantity: "3", unit_price: "19.99" }] } satisfies components["schemas"]["PlaceOrder"]);
// @ts-expect-error an order has items
void ({ customer_id: customer.id, currency: "USD" } satisfies components["schemas"]["PlaceOrder"]);
// @ts-expect-error there is no such operation
void (() => client.DELETE("/api/v1/orders/{id}", { params: { path } }));

console.log(`an order flow with ${seen.length} orders: kept`);
