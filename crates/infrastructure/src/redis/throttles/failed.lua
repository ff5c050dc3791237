-- Counts a failure, and answers 1 for the one that slows the account down.
-- KEYS: those of the failures, then those of the account's bucket. ARGV: keys per counter, failures that slow down, life of the count in ms,
-- every_us of the bucket, and when it is slowed.
local keys = tonumber(ARGV[1])
local failures = highest(1, keys) + 1
redis.call('SET', KEYS[1], string.format('%.0f', failures), 'PX', ARGV[3])
if failures ~= tonumber(ARGV[2]) then return 0 end
repace(keys + 1, 2 * keys, tonumber(ARGV[4]), tonumber(ARGV[5]), micros())
return 1
