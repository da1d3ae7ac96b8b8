"""A first `syncd.yaml`, from the answers to a few questions."""

from __future__ import annotations

import json
from dataclasses import dataclass

from mappings import RecordMapping, shipped_mappings
from syncd.model import Mode


@dataclass(frozen=True, slots=True)
class Answers:
    """What `syncd init` asks for."""

    #: The account's name, `hubspot-main`.
    account: str
    #: The CRM, one of `mappings.crms()`.
    crm: str
    #: A reference, `${HUBSPOT_TOKEN}` or `file:/path`; never the token itself. With a client id, the app's secret.
    token: str
    #: An app's public id, where it comes in by id and secret.
    client_id: str = ""
    #: Another address than the CRM's own, for a sandbox.
    url: str = ""
    mode: Mode = Mode.OBSERVE
    store: str = "sqlite:///syncd.db"


def starter_settings(answers: Answers) -> str:
    """Return a commented settings file that does what the answers say; `load_settings` accepts it."""
    url = f"    url: {json.dumps(answers.url)}\n" if answers.url else ""
    mapped = shipped_mappings(answers.crm)
    named = [(f"{answers.account}/{one.object}", one.kind) for one in sorted(mapped, key=_rank)]
    streams = "\n".join(_STREAM.format(name=name, mode=answers.mode) for name, kind in named if kind in _WATCHED)
    more = "".join(_MORE.format(name=name) for name, kind in named if kind not in _WATCHED)
    return _FILE.format(
        account=answers.account,
        crm=answers.crm,
        way_in=_way_in(answers),
        url=url,
        streams=streams,
        more=more,
        store=json.dumps(answers.store),
    )


def _rank(mapping: RecordMapping) -> tuple[int, str]:
    return (_WATCHED.index(mapping.kind) if mapping.kind in _WATCHED else len(_WATCHED), mapping.object)


def _way_in(answers: Answers) -> str:
    secret = json.dumps(answers.token)
    if not answers.client_id:
        return f"token: {secret}"
    return f"oauth: {{client_id: {json.dumps(answers.client_id)}, client_secret: {secret}}}"


#: What is watched from the beginning, in the order it is read; the rest has to be asked for.
_WATCHED = ("company", "person", "deal")

_STREAM = """\
  {name}:
    mode: {mode}
    every: 1m
"""

_MORE = "#  {name}: {{mode: observe, every: 10m}}\n"

_FILE = """\
# syncd's settings. `syncd check` tells every mistake in this file with its line.
# A change is taken over while the daemon runs; a broken file is refused, and the old settings stay.

# The CRM logins. A secret never stands here: refer to it with ${{NAME}} or file:/path.
accounts:
  {account}:
    crm: {crm}
    {way_in}
{url}    share: 0.5      # of the CRM's limits; the rest is left to your other integrations

# What to watch. mode: observe measures and writes nothing; suggest lets a person approve each fix; apply writes.
streams:
{streams}
# More that can be watched; each asks for what it is linked to as well, and so for more calls:
{more}
# Rules judge with their own defaults. Change one here for all streams, or under a stream for that one:
#   rules:
#     some_rule: off          # or observe, suggest, apply
#     another_rule: {{severity: info, when: country == "DE", owner: sales operations, options: {{}}}}
# Twins wait for a person (`syncd review`) even in mode apply; `duplicate: apply` merges those beyond doubt.
# `syncd rules` lists them. Rules of your own are files in the folder `rules` beside this one, x_my_rule.yaml.
# Under a stream, `fields: {{phone: protect, email: suggest}}` says how far fixes of a field may go, whatever the rules.

# A run stops and waits for a person before it changes more than this.
guards:
  max_changes_per_run: 1000
  max_changes_per_day: 5000
  max_share: 0.2              # of a stream's records, for each rule; notes on records that had none do not count
  canary: 5                   # the first few are written and read back before the rest
  stop_file: syncd.stop       # while this file exists, nothing is written

store:
  url: {store}

# Metrics, health and the console. The default is reached from this machine only.
web:
  host: 127.0.0.1
  port: 9187
"""
