"""The dashboard of those who care for the data."""

from __future__ import annotations

from panels import BY_STREAM, GREEN, NONE_IS_GOOD, ORANGE, RED, RISING, Dashboard, Panel, bars, lines, stat

_CLEAN = "sum(syncd_records_clean{$}) / sum(syncd_records{$} - syncd_records_left_alone{$})"
#: The same of the time before, each object by as many records as it has now; without those that have no baseline.
_BEFORE = (
    "sum((syncd_baseline_clean_ratio{$} >= 0) * (syncd_records{$} - syncd_records_left_alone{$})) "
    "/ sum((syncd_records{$} - syncd_records_left_alone{$}) and syncd_baseline_clean_ratio{$} >= 0)"
)
CLEANLINESS = Dashboard(
    "syncd-cleanliness",
    "syncd: how clean the CRM is",
    "For RevOps: the grade and its trend, what is wrong most, who makes the dirt, what waits for a person.",
    "now-30d",
    (
        (
            "At a glance",
            (
                stat(
                    "Clean",
                    _CLEAN,
                    "Records without an open finding of weight, each counted once",
                    "percentunit",
                    RISING,
                ),
                stat(
                    "Gained since the beginning",
                    f"{_CLEAN} - {_BEFORE}",
                    "Points of a hundred since before anything was written",
                    "percentunit",
                ),
                stat("Records", "sum(syncd_records{$})", "Records held"),
                stat(
                    "Records with twins",
                    "sum(syncd_duplicate_records{$})",
                    "Records that are in a group of duplicates",
                ),
                stat(
                    "Waiting for a person",
                    "sum(syncd_review_pending{$})",
                    "Proposed fixes that somebody has to decide about",
                    steps=NONE_IS_GOOD,
                ),
                stat(
                    "Longest wait",
                    "max((time() - syncd_review_waiting_since_timestamp_seconds{$}) "
                    "and syncd_review_waiting_since_timestamp_seconds{$} > 0)",
                    "How long the oldest of them has been waiting",
                    "s",
                    ((None, GREEN), (604800, ORANGE)),
                ),
            ),
        ),
        (
            "Trend",
            (
                lines(
                    "Clean, by object",
                    [
                        ("max by (account, object) (syncd_clean_ratio{$})", BY_STREAM),
                        ("max by (account, object) (syncd_baseline_clean_ratio{$})", f"{BY_STREAM} at the beginning"),
                    ],
                    "Share of the judged records that are clean, and what it was before",
                    "percentunit",
                ),
                lines(
                    "Open findings, worst rules",
                    [('topk(8, sum by (rule) (syncd_findings_open{$,severity!="info"}))', "{{rule}}")],
                    "Findings of severity warning or above",
                ),
            ),
        ),
        (
            "What is wrong, and who makes it",
            (
                bars(
                    "Worst rules",
                    'topk(12, sum by (rule) (syncd_findings_open{$,severity!="info"}) > 0)',
                    "{{rule}}",
                    "Open findings of weight, now",
                ),
                bars(
                    "Defects by source",
                    "topk(12, sum by (source) (syncd_defects_by_source{$}) > 0)",
                    "{{source}}",
                    "Integrations, forms, imports and people that wrote what is wrong",
                ),
                bars(
                    "Clean, by what created the record",
                    "bottomk(12, sum by (source) (syncd_source_records_clean{$}) "
                    "/ (sum by (source) (syncd_source_records{$}) > 0))",
                    "{{source}}",
                    "The dirtiest sources first",
                    "percentunit",
                ),
                bars(
                    "Clean, by owner",
                    "bottomk(12, sum by (owner) (syncd_owner_records_clean{$}) "
                    "/ (sum by (owner) (syncd_owner_records{$}) > 0))",
                    "{{owner}}",
                    "Owners and teams that the settings name",
                    "percentunit",
                ),
                bars(
                    "Emptiest fields",
                    "bottomk(12, max by (object, field) (syncd_field_completeness_ratio{$}) > 0)",
                    "{{object}} {{field}}",
                    "Share of records in which the field is filled",
                    "percentunit",
                ),
                bars(
                    "Values past their half-life",
                    "topk(12, max by (object, field) (syncd_field_stale_ratio{$}) > 0)",
                    "{{object}} {{field}}",
                    "Share of a field's values that are probably out of date",
                    "percentunit",
                ),
            ),
        ),
        (
            "Duplicates, links, decay",
            (
                lines(
                    "Duplicates",
                    [
                        ("sum by (object) (syncd_duplicate_records{$})", "{{object}} records"),
                        ("sum by (object) (syncd_duplicate_groups{$})", "{{object}} groups"),
                    ],
                    "Records in groups of duplicates, and the groups",
                    width=8,
                ),
                lines(
                    "Linked to nobody",
                    [("sum by (object, to) (syncd_records_unassociated{$})", "{{object}} without {{to}}")],
                    "Records linked to no record of a kind",
                    width=8,
                ),
                lines(
                    "Gone stale",
                    [("sum by (signal) (syncd_records_stale{$})", "{{signal}}")],
                    "Records that nobody answers from, by signal",
                    width=8,
                ),
            ),
        ),
        (
            "Both CRMs as one",
            (
                stat(
                    "With a counterpart",
                    'sum(syncd_counterparts{$,state="sure"}) / sum(syncd_counterparts{$})',
                    "Share of the records of linked accounts that surely are one with a record of another",
                    "percentunit",
                ),
                stat(
                    "In question",
                    'sum(syncd_counterparts{$,state="asked"})',
                    "Records of linked accounts of which a person should say",
                    steps=NONE_IS_GOOD,
                ),
                stat(
                    "Known in several",
                    'sum(syncd_golden_records{$,known="several"}) / sum(syncd_golden_records{$})',
                    "Share of the people, companies and deals that more than one account knows",
                    "percentunit",
                ),
                stat("Golden records", "sum(syncd_golden_records{$})", "People, companies and deals over all accounts"),
                stat(
                    "Fields in conflict",
                    "sum(syncd_golden_conflicts{$})",
                    "Values of one field that accounts tell differently",
                ),
                lines(
                    "Counterparts",
                    [("sum by (account, object, state) (syncd_counterparts{$})", f"{BY_STREAM} {{{{state}}}}")],
                    "Records of linked accounts, by whether they have a counterpart",
                    "short",
                    8,
                ),
                bars(
                    "How full golden records are",
                    "sum by (field) (syncd_golden_filled{$}) / scalar(sum(syncd_golden_records{$}))",
                    "{{field}}",
                    "Share of those that hold the field in any account",
                    "percentunit",
                ),
                bars(
                    "Where accounts disagree",
                    "topk(15, sum by (field) (syncd_golden_conflicts{$}) > 0)",
                    "{{field}}",
                    "Golden records of which the accounts hold different values",
                ),
            ),
        ),
        (
            "What was done, and what people say of it",
            (
                lines(
                    "Fixes in a day, by what became of them",
                    [("sum by (outcome) (increase(syncd_fixes_total{$}[1d]))", "{{outcome}}")],
                    "Settled fixes",
                    width=8,
                ),
                lines(
                    "Review queue",
                    [("sum by (account, object) (syncd_review_pending{$})", BY_STREAM)],
                    "Proposed fixes that wait for a person",
                    width=8,
                ),
                bars(
                    "Set back by people",
                    "topk(12, sum by (rule) (syncd_overrides{$}) > 0)",
                    "{{rule}}",
                    "Values a person changed back; a rule high up here may be wrong",
                ),
            ),
        ),
        (
            "Targets, cost, upkeep",
            (
                Panel(
                    "Targets",
                    "table",
                    12,
                    [
                        ("max by (object, target) (syncd_target_current_ratio{$})", "now"),
                        ("max by (object, target) (syncd_target_expected_ratio{$})", "should be"),
                        ("max by (object, target) (syncd_target_goal_ratio{$})", "goal"),
                        ("max by (object, target) (syncd_target_on_track{$})", "on track"),
                    ],
                    "What the settings want by when",
                    "percentunit",
                ),
                stat(
                    "Cost at risk",
                    "sum by (currency) (syncd_cost_at_risk{$})",
                    "Dirty records at the settings' figure",
                    legend="{{currency}}",
                ),
                stat(
                    "Maturity",
                    "min(syncd_maturity_stage{$$})",
                    "1 chaotic, 2 visible, 3 standardised, 4 optimised",
                    steps=((None, RED), (2, ORANGE), (3, GREEN)),
                ),
                stat(
                    "Since the last audit",
                    "max((time() - syncd_last_audit_timestamp_seconds{$$}) "
                    "and syncd_last_audit_timestamp_seconds{$$} > 0)",
                    "Empty as long as there was none",
                    "s",
                ),
            ),
        ),
    ),
)
