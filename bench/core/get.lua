-- GET one order out of those in the file ORDERS (one id a line).
local ids = {}
for line in io.lines(os.getenv("ORDERS")) do ids[#ids + 1] = line end
local headers = { ["X-API-Key"] = os.getenv("KEY") }
function init() math.randomseed(tonumber(tostring({}):match("0x(%x+)"), 16) % 2147483647) end
function request() return wrk.format("GET", "/api/v1/orders/" .. ids[math.random(#ids)], headers) end
