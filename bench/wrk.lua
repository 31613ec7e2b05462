-- Sends the requests of a file that the benchmarks' verb "requests" wrote, in turn, and prints one line of figures at the end.
-- Usage: wrk -t1 -cN -dNs -s wrk.lua URL -- FILE
local requests = {}
local last = 0

function init(arguments)
    local file = assert(io.open(arguments[1], "rb"))
    while true do
        local length = file:read("*n")
        if not length then
            break
        end
        file:read(1)
        requests[#requests + 1] = file:read(length)
    end
    file:close()
end

function request()
    last = last % #requests + 1
    return requests[last]
end

-- requests, seconds, p50 and p99 in milliseconds, answers other than 2xx and 3xx, broken connections
function done(summary, latency, _)
    local errors = summary.errors
    print(string.format("figures %d %.3f %.3f %.3f %d %d", summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
