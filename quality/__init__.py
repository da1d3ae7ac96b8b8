"""Judgement: what is wrong with a record and what would be right. Pure: same input, same answer.

A rule is one file in `quality/rules`; everything else here finds, chooses and runs them.
"""

from quality.catalog import catalog, description_of, meaning_of
from quality.condition_words import FUNCTIONS as CONDITION_FUNCTIONS
from quality.conditions import Condition, ConditionError, compile_condition
from quality.evaluate import evaluate
from quality.flag_text import join_flags, split_flags
from quality.flags import flags_of
from quality.judgement import Judgement, RuleFailure
from quality.keys import (
    COMPANY_NAME,
    DOMAIN,
    EMAIL_DOMAIN,
    GIVEN,
    LACKS,
    NAME,
    NO_DOMAIN,
    PERSON,
    WORKS_AT,
    Keys,
    lookup_keys,
)
from quality.own.compile import CustomRule, KnownField, placed_behind, read_custom_rule
from quality.own.examples import changed_back
from quality.own.spec import CustomSpec
from quality.resolve import Proposed, ProposedLink, ProposedMerge, ProposedRemoval, Resolution, resolve
from quality.rule import (
    ARRIVED,
    COUNTERPARTS,
    LINKS_ELSEWHERE,
    MAIL_DOMAINS,
    OWNERS,
    PROVIDED,
    TWINS,
    Arrived,
    Counterpart,
    Offer,
    Rule,
    Surroundings,
    Twin,
)
from quality.ruleset import (
    ChoiceError,
    ChoiceMistake,
    FieldPolicy,
    RuleChoice,
    Ruleset,
    check_choices,
    compile_ruleset,
    rules_on,
)
from quality.witness import Evidence, evidence_of

__all__ = [
    "ARRIVED",
    "COMPANY_NAME",
    "CONDITION_FUNCTIONS",
    "COUNTERPARTS",
    "DOMAIN",
    "EMAIL_DOMAIN",
    "GIVEN",
    "LACKS",
    "LINKS_ELSEWHERE",
    "MAIL_DOMAINS",
    "NAME",
    "NO_DOMAIN",
    "OWNERS",
    "PERSON",
    "PROVIDED",
    "TWINS",
    "WORKS_AT",
    "Arrived",
    "ChoiceError",
    "ChoiceMistake",
    "Condition",
    "ConditionError",
    "Counterpart",
    "CustomRule",
    "CustomSpec",
    "Evidence",
    "FieldPolicy",
    "Judgement",
    "Keys",
    "KnownField",
    "Offer",
    "Proposed",
    "ProposedLink",
    "ProposedMerge",
    "ProposedRemoval",
    "Resolution",
    "Rule",
    "RuleChoice",
    "RuleFailure",
    "Ruleset",
    "Surroundings",
    "Twin",
    "catalog",
    "changed_back",
    "check_choices",
    "compile_condition",
    "compile_ruleset",
    "description_of",
    "evaluate",
    "evidence_of",
    "flags_of",
    "join_flags",
    "lookup_keys",
    "meaning_of",
    "placed_behind",
    "read_custom_rule",
    "resolve",
    "rules_on",
    "split_flags",
]
