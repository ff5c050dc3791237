-- POST an order of three items under a fresh idempotency key, for a random customer out of the file CUSTOMERS.
local customers = {}
for line in io.lines(os.getenv("CUSTOMERS")) do customers[#customers + 1] = line end
local counter, seed = 0, "x"
local item = '{"product_id":"sku-%d","quantity":%d,"unit_price":"19.99","name":"Widget"}'
function init()
  seed = tostring({}):match("0x(%x+)")
  math.randomseed(tonumber(seed, 16) % 2147483647)
end
function request()
  counter = counter + 1
  local items = {}
  for i = 1, 3 do items[i] = string.format(item, i, math.random(9)) end
  local body = string.format('{"customer_id":"%s","currency":"GBP","items":[%s]}', customers[math.random(#customers)], table.concat(items, ","))
  return wrk.format("POST", "/api/v1/orders", {
    ["X-API-Key"] = os.getenv("KEY"), ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = "bench-" .. seed .. "-" .. counter,
  }, body)
end
