-- Notes a sign-in: the network is known, failures are forgotten, and who was slowed down is free.
-- KEYS: those of the failures, those of the account's bucket, the mark of the network. ARGV: keys per counter, failures that slow down, life
-- of the mark in ms, every_us of the bucket, and when it is slowed.
local keys = tonumber(ARGV[1])
redis.call('SET', KEYS[2 * keys + 1], '1', 'PX', ARGV[3])
if highest(1, keys) >= tonumber(ARGV[2]) then
  repace(keys + 1, 2 * keys, tonumber(ARGV[5]), tonumber(ARGV[4]), micros())
end
for at = 1, keys do redis.call('DEL', KEYS[at]) end
return 1
