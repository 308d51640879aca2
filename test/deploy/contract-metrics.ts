// The metrics that dashboards and alerts of others rely on: name, kind, labels. A change here is a breaking change.

export const CONTRACT_METRICS = [
  { name: "flowpoint_exchange_requests_total", labels: ["flow", "action", "status"] },
  { name: "flowpoint_exchange_duration_seconds_bucket", labels: ["flow", "action", "le"] },
  { name: "flowpoint_exchange_duration_seconds_sum", labels: ["flow", "action"] },
  { name: "flowpoint_exchange_duration_seconds_count", labels: ["flow", "action"] },
  { name: "flowpoint_client_errors_total", labels: ["flow", "error"] },
  { name: "flowpoint_replays_total", labels: [] },
  { name: "flowpoint_webhook_messages_total", labels: ["kind", "result"] },
  { name: "flowpoint_completions", labels: ["state"] },
  { name: "flowpoint_completion_lag_seconds", labels: [] },
  { name: "flowpoint_meta_alerts", labels: ["flow", "event"] },
] as const;
