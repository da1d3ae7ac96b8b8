"""The dashboard of those who care for the daemon."""

from __future__ import annotations

from panels import BY_STREAM, LAG, NONE_IS_GOOD, ONE_IS_GOOD, Dashboard, Panel, bars, lines, stat

_KNEW = (
    'sum by (provider) (increase(syncd_provider_questions_total{outcome="hit"}[1d])) '
    '/ (sum by (provider) (increase(syncd_provider_questions_total{outcome!="failed"}[1d])) > 0)'
)
_TOOK = (
    "sum by (provider) (increase(syncd_provider_asking_seconds_total[1h])) "
    "/ (sum by (provider) (increase(syncd_provider_questions_total[1h])) > 0)"
)
_TURNED_AWAY = (
    'sum by (door, outcome) (increase(syncd_inbound_received_total{outcome!~"accepted|repeated|refused"}[1h])) > 0'
)
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
            "Values from outside",
            (
                lines(
                    "What providers knew",
                    [(_KNEW, "{{provider}}")],
                    "Share of the questions answered in a day that they knew something of",
                    "percentunit",
                    8,
                ),
                lines(
                    "Time for a question",
                    [(_TOOK, "{{provider}}")],
                    "Seconds, on average of an hour; what its own limits make it wait included",
                    "s",
                    8,
                ),
                lines(
                    "Questions that failed",
                    [
                        (
                            'sum by (provider) (increase(syncd_provider_questions_total{outcome="failed"}[1h]))',
                            "{{provider}} in an hour",
                        ),
                        ("max by (provider) (syncd_provider_failing) > 0", "{{provider}} cannot be asked"),
                    ],
                    "Asked again later; who cannot be asked is left alone for a while",
                    "short",
                    8,
                ),
                lines(
                    "What providers cost",
                    [("sum by (provider) (increase(syncd_provider_cost_total[1d]))", "{{provider}}")],
                    "In a day, in your own currency",
                    "short",
                    8,
                ),
                lines(
                    "Calls left today",
                    [("min by (provider) (syncd_provider_budget_left)", "{{provider}}")],
                    "Of those whose calls a day are limited; until midnight (UTC)",
                    "short",
                    8,
                ),
                lines(
                    "Questions that wait",
                    [("max by (provider) (syncd_provider_questions_waiting)", "{{provider}}")],
                    "Never answered yet",
                    "short",
                    8,
                ),
            ),
        ),
        (
            "What comes in",
            (
                lines(
                    "Came in, in an hour",
                    [
                        (
                            'sum by (door) (increase(syncd_inbound_received_total{outcome="accepted"}[1h]))',
                            "{{door}} taken",
                        ),
                        (
                            'sum by (door) (increase(syncd_inbound_received_total{outcome="refused"}[1h]))',
                            "{{door}} refused",
                        ),
                    ],
                    "Submissions and rows of files: taken, and refused by a rule",
                    "short",
                    8,
                ),
                lines(
                    "Turned away, in an hour",
                    [(_TURNED_AWAY, "{{door}} {{outcome}}")],
                    "Not signed, too many, no submission at all",
                    "short",
                    8,
                ),
                lines(
                    "What became of it, in a day",
                    [("sum by (outcome) (increase(syncd_inbound_settled_total[1d]))", "{{outcome}}")],
                    "Created is a new record, known one that there was, asked is for a person",
                    "short",
                    8,
                ),
                bars(
                    "Waits now",
                    "sum by (door, state) (syncd_inbound_waiting) > 0",
                    "{{door}} {{state}}",
                    "For a person, for its turn, or because the CRM refused it",
                ),
                lines(
                    "Longest wait",
                    [
                        (
                            "max by (door) (time() - (syncd_inbound_waiting_since_timestamp_seconds > 0))",
                            "{{door}}",
                        )
                    ],
                    "Of what came in and waits",
                    "s",
                    8,
                ),
                lines(
                    "Files, in a day",
                    [("sum by (door, outcome) (increase(syncd_inbound_files_total[1d]))", "{{door}} {{outcome}}")],
                    "Done, or failed because they could not be read",
                    "short",
                    8,
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
