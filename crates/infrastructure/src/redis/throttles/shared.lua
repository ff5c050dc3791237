-- What the scripts of throttles share. A counter may stand under several keys of the ring while that is rotated: the highest number counts.
-- What is no number counts as none.
local function highest(first, last)
  local found = 0
  for at = first, last do
    local text = redis.pcall('GET', KEYS[at])
    local number = type(text) == 'string' and tonumber(text) or 0
    if number > found and number < 9e15 then found = number end
  end
  return found
end

local function micros()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

-- Keeps until when a bucket is full again, for no longer than that matters.
local function keep(key, tat, now)
  redis.call('SET', key, string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000))
end

-- The debt of a bucket at the pace of another rate: who is slowed down gets no new burst by it, who is freed no long wait.
local function repace(first, last, from, to, now)
  local tat = highest(first, last)
  if tat > now then keep(KEYS[first], now + math.floor((tat - now) * to / from), now) end
end
