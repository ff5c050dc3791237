-- GET the newest 20 orders.
local headers = { ["X-API-Key"] = os.getenv("KEY") }
function request() return wrk.format("GET", "/api/v1/orders?limit=20", headers) end
