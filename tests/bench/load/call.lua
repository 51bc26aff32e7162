-- One tool call after the other, from the lines of a file, again and again; wrk measures.
local threads = {}
local bodies = {}
local turn = 0
refused = 0

function setup(thread)
  table.insert(threads, thread)
end

function init()
  for line in io.lines(os.getenv("MAESTRO_BENCH_CALLS")) do table.insert(bodies, line) end
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Accept"] = "application/json, text/event-stream"
end

function request()
  turn = turn % #bodies + 1
  return wrk.format(nil, nil, nil, bodies[turn])
end

function response(status, headers, body)
  if status ~= 200 or not string.find(body, '"result":', 1, true) or string.find(body, '"isError":true', 1, true) then
    refused = refused + 1
  end
end

function done(summary, latency, requests)
  local wrong = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  for _, thread in ipairs(threads) do wrong = wrong + thread:get("refused") end
  io.write(string.format(
    '{"requests": %d, "seconds": %.3f, "p50": %.3f, "p95": %.3f, "p99": %.3f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000, wrong))
end
