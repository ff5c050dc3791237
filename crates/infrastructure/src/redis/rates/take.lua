-- Takes units of all buckets, or of none (reliability.md §5). KEYS: the buckets, all of one tenant. ARGV: units that are wanted now, units
-- that would be welcome beside them, then per bucket every_us, burst and the debt in microseconds that it had when the asker last heard.
-- Answers how many of the welcome ones are taken too, or -1 for nothing at all; then per bucket how long it lacks the units, and its debt.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local wanted, extra, lacks = tonumber(ARGV[1]), tonumber(ARGV[2]), false
local tats, prices, answer = {}, {}, {0}
for i, key in ipairs(KEYS) do
  local every, burst = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
  local full, text = now + every * burst, redis.pcall('GET', key)
  -- A lost bucket is as empty as the asker knew it, so that losing it gives no second burst. What is no number was lost too. Nor is a kept
  -- one fuller than the asker knows: what was granted while nobody answered here is in his debt alone. Less than a tenth of a second is
  -- but the time that the question took.
  local known = now + ARGV[3 * i + 2]
  local tat = type(text) == 'string' and tonumber(text) or known
  if known > tat + 100000 then tat = known end
  if not (tat >= now) then tat = now elseif tat > full then tat = full end
  local price = math.min(wanted, burst)
  local there = math.floor((full - tat) / every)
  if there < price then lacks = true end
  extra = math.min(extra, there - price)
  tats[i], prices[i] = tat, price
  answer[2 * i], answer[2 * i + 1] = math.max(tat + price * every - full, 0), tat - now
end
if lacks then
  answer[1] = -1
  return answer
end
for i, key in ipairs(KEYS) do
  local debt = tats[i] - now + (prices[i] + extra) * ARGV[3 * i]
  redis.call('SET', key, string.format('%.0f', now + debt), 'PX', math.ceil(debt / 1000))
  answer[2 * i + 1] = debt
end
answer[1] = extra
return answer
