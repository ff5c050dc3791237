-- Takes one unit of each bucket, or of none.
-- ARGV: keys per counter, 1 to write or 0 to look, failures that slow down; then per bucket every_us, burst, and the same when slowed, 0 for
-- one that is never slowed. KEYS: per bucket its keys, the one to write first, then those of its failures if it may be slowed.
-- Answers the number of the bucket to wait longest for, 0 if all grant, and the wait in microseconds.
local now, keys, failures_max = micros(), tonumber(ARGV[1]), tonumber(ARGV[3])
local at, argument, bucket, longest, wait = 1, 4, 0, 0, 0
local after = {}
while ARGV[argument] do
  bucket = bucket + 1
  local key, every, burst, slow = KEYS[at], tonumber(ARGV[argument]), tonumber(ARGV[argument + 1]), tonumber(ARGV[argument + 2])
  local tat = highest(at, at + keys - 1)
  at = at + keys
  if slow > 0 then
    if highest(at, at + keys - 1) >= failures_max then every, burst = slow, tonumber(ARGV[argument + 3]) end
    at = at + keys
  end
  local full = now + every * burst
  -- The same bucket twice costs twice.
  tat = after[key] or tat
  -- After a fail-over the clock may be behind: what is fuller than full counts as full.
  if tat < now then tat = now elseif tat > full then tat = full end
  tat = tat + every
  if tat > full then
    if tat - full > wait then longest, wait = bucket, tat - full end
  else
    after[key] = tat
  end
  argument = argument + 4
end
if longest == 0 and ARGV[2] == '1' then
  for key, tat in pairs(after) do keep(key, tat, now) end
end
return {longest, wait}
