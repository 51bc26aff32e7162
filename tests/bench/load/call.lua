-- One tool call after the other; wrk measures. What is asked comes from the environment.
wrk.method = "POST"
wrk.body = os.getenv("MAESTRO_BENCH_BODY")
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Accept"] = "application/json, text/event-stream"

local refused = 0

function response(status, headers, body)
  if status ~= 200 or string.find(body, '"isError":true', 1, true) then refused = refused + 1 end
end

function done(summary, latency, requests)
  io.write(string.format(
    '{"requests": %d, "seconds": %.3f, "p50": %.3f, "p95": %.3f, "p99": %.3f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(95) / 1000,
    latency:percentile(99) / 1000,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout))
end
