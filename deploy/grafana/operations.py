"""The dashboard of those who care for the daemon."""

from __future__ import annotations

from panels import BY_STREAM, LAG, NONE_IS_GOOD, ONE_IS_GOOD, Dashboard, Panel, bars, lines, stat

OPERATIONS = Dashboard(
    "syncd-operations",
    "syncd: at work",
    "For monitoring: is it up, how far behind, what does it cost of the API, what holds it back.",
    "now-24h",
    (
        (
            "At a glance",
            (
                stat("Daemons up", 'sum(up{job="syncd"})', "Processes that answer", steps=ONE_IS_GOOD),
                stat("Furthest behind", "max(syncd_sync_lag_seconds{$})", "The copy that lags most", "s", LAG),
                stat(
                    "Longest without success",
                    "max((time() - syncd_last_success_timestamp_seconds{$}) "
                    "and syncd_last_success_timestamp_seconds{$} > 0)",
                    "Since the last pass that ended well",
                    "s",
                    LAG,
                ),
                stat(
                    "Records missing",
                    "sum(syncd_records_missing{$})",
                    "In the CRM and not in the store, at the last census",
                    steps=NONE_IS_GOOD,
                ),
                stat(
                    "Held by guards",
                    "sum(syncd_guard_holds{$})",
                    "Rules, fields and streams that wait for a person",
                    steps=NONE_IS_GOOD,
                ),
                stat(
                    "Alerts",
                    'count(ALERTS{alertname=~"Syncd.*",alertstate="firing"}) or vector(0)',
                    "What calls for somebody now",
                    steps=NONE_IS_GOOD,
                ),
            ),
        ),
        (
            "In step with the CRM",
            (
                lines(
                    "Lag",
                    [("max by (account, object) (syncd_sync_lag_seconds{$})", BY_STREAM)],
                    "How far the copy is behind",
                    "s",
                ),
                lines(
                    "Budget of lag left this month",
                    [("syncd:lag_budget_left:ratio30d{$}", BY_STREAM)],
                    "Of one minute in a hundred that it may lag by more than 15 minutes",
                    "percentunit",
                    6,
                ),
                lines(
                    "Records read",
                    [("sum by (account, object) (rate(syncd_records_pulled_total{$}[5m]))", BY_STREAM)],
                    "Records a second",
                    "short",
                    6,
                ),
                lines(
                    "Announced changes",
                    [
                        ("max by (account, object) (syncd_announced_lag_seconds{$})", f"{BY_STREAM} behind"),
                        ("sum by (account, object) (syncd_announced_waiting{$})", f"{BY_STREAM} waiting"),
                    ],
                    "What the CRM says by itself: how old it is when it is here, and what is not read yet",
                    "short",
                    8,
                ),
                lines(
                    "First load: time left",
                    [
                        ("max by (account, object) (syncd_load_seconds_left{$})", f"{BY_STREAM} seconds"),
                        ("max by (account, object) (syncd_load_records_remaining{$})", f"{BY_STREAM} records"),
                    ],
                    "Until the foreseen end of a whole reading, pauses included",
                    "short",
                    8,
                ),
                lines(
                    "What plain reading missed",
                    [
                        ("sum by (object, by) (increase(syncd_records_caught_total{$}[1h]))", "{{object}} by {{by}}"),
                        ("sum by (object) (increase(syncd_pulls_short_total{$}[1h]))", "{{object}} short pulls"),
                    ],
                    "Caught by the overlap and by sweeps, in an hour",
                    "short",
                    8,
                ),
                lines(
                    "Announcements in an hour, by what became of them",
                    [("sum by (outcome) (increase(syncd_announced_total{$}[1h]))", "{{outcome}}")],
                    "What the CRM said by itself",
                    "short",
                    8,
                ),
                lines(
                    "Requests that claim to come from the CRM",
                    [("sum by (outcome) (increase(syncd_webhook_requests_total{$$}[1h]))", "{{outcome}}")],
                    "In an hour; those that are not believed are refused",
                    "short",
                    8,
                ),
                lines(
                    "Values that are not what their field can hold",
                    [("sum by (account, object) (increase(syncd_values_left_out_total{$}[1h]))", BY_STREAM)],
                    "Met while judging, in an hour, and left out",
                    "short",
                    8,
                ),
            ),
        ),
        (
            "The CRM's API",
            (
                lines(
                    "Calls by endpoint",
                    [("sum by (endpoint) (rate(syncd_api_requests_total{$$}[5m]))", "{{endpoint}}")],
                    "Calls a second",
                    "reqps",
                    8,
                ),
                lines(
                    "Calls that did not succeed",
                    [('sum by (status) (rate(syncd_api_requests_total{$$,status!~"2.."}[5m]))', "{{status}}")],
                    "By status; none is no answer",
                    "reqps",
                    8,
                ),
                lines(
                    "Calls by purpose, in an hour",
                    [("sum by (purpose) (increase(syncd_api_calls_total{$$}[1h]))", "{{purpose}}")],
                    "What the calls were made for",
                    "short",
                    8,
                ),
                lines(
                    "Calls left today",
                    [
                        ("min by (account) (syncd_api_quota_remaining{$$})", "{{account}}, all programs"),
                        ("min by (account, purpose) (syncd_api_calls_left{$$})", "{{account}} {{purpose}}"),
                    ],
                    "By the CRM's own count, and what syncd allows itself",
                    "short",
                    8,
                ),
                lines(
                    "Hours until the calls are used up",
                    [("syncd:api_quota:hours_left{$$}", "{{account}}")],
                    "As they went during the last hour; nothing when they do not shrink",
                    "h",
                    8,
                ),
                lines(
                    "Waiting for limits",
                    [("sum by (account) (rate(syncd_api_throttled_seconds_total{$$}[5m]))", "{{account}}")],
                    "Seconds a second, all connections together",
                    "s",
                    8,
                ),
            ),
        ),
        (
            "Writing",
            (
                lines(
                    "Fixes in an hour, by what became of them",
                    [("sum by (outcome) (increase(syncd_fixes_total{$}[1h]))", "{{outcome}}")],
                    "Settled fixes",
                    "short",
                    8,
                ),
                lines(
                    "Guards that tripped",
                    [("sum by (guard) (increase(syncd_guard_trips_total{$}[1h])) > 0", "{{guard}}")],
                    "In an hour",
                    "short",
                    8,
                ),
                bars(
                    "Held now",
                    "sum by (object, guard) (syncd_guard_holds{$}) > 0",
                    "{{object}} {{guard}}",
                    "Until it is over or a person says go on",
                ),
            ),
        ),
        (
            "The process",
            (
                lines(
                    "Memory",
                    [('process_resident_memory_bytes{job="syncd"}', "{{instance}}")],
                    "What the process holds",
                    "bytes",
                    8,
                ),
                lines(
                    "Processor",
                    [('rate(process_cpu_seconds_total{job="syncd"}[5m])', "{{instance}}")],
                    "Processors in use",
                    "short",
                    8,
                ),
                lines(
                    "Messages to people",
                    [
                        (
                            "sum by (channel, outcome) (increase(syncd_notifications_total[1h]))",
                            "{{channel}} {{outcome}}",
                        )
                    ],
                    "In an hour",
                    "short",
                    8,
                ),
                Panel(
                    "Accounts and who works on them",
                    "table",
                    12,
                    [
                        ("max by (account, instance) (syncd_account_held{$$})", "held"),
                        ("max by (account, instance) (syncd_account_reached{$$})", "reached"),
                    ],
                    "1 is yes",
                    height=6,
                ),
                stat("Store usable", "min(syncd_store_usable)", "1 is yes", steps=ONE_IS_GOOD),
                stat("Configuration taken", "min(syncd_config_reload_success)", "1 is yes", steps=ONE_IS_GOOD),
                stat("Stop switch", "max(syncd_writing_stopped)", "1 is on: nothing is written", steps=NONE_IS_GOOD),
            ),
        ),
    ),
)
