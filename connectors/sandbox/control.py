"""The control API under `/_sandbox/`: truth, effects, counters, faults, limits, clock, tokens, acts, snapshots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from connectors.sandbox.clock import from_iso, iso
from connectors.sandbox.crm import Crm
from connectors.sandbox.exchange import Answer, Request, json_answer
from connectors.sandbox.faults import KINDS
from connectors.sandbox.index_page import index_page
from connectors.sandbox.native import NativeConnector
from connectors.sandbox.world import World

PREFIX = "/_sandbox"
_FILTERS = {"object": "object", "id": "id", "kind": "kind", "actor": "actor_kind", "property": "property",
            "actor_id": "actor_id", "request": "request_id", "endpoint": "endpoint"}  # fmt: skip
NDJSON = "application/x-ndjson"

Doing = Callable[[Request], Answer]


class Control:
    """Answers what operators and tests ask of the sandbox itself. Never limited, never faulty, never counted."""

    def __init__(
        self,
        world: World,
        crms: Mapping[str, Crm],
        *,
        reset: Callable[[dict[str, Any]], None],
        live: Callable[[dict[str, Any]], dict[str, Any]],
        native: NativeConnector | None = None,
    ) -> None:
        self._world = world
        self._native = native
        self._crms = crms
        self._reset = reset
        self._live = live
        self._doings: dict[tuple[str, str], Doing] = {
            ("GET", "status"): self._status,
            ("GET", "truth"): self._truth,
            ("GET", "effects"): self._effects,
            ("DELETE", "effects"): self._clear_effects,
            ("GET", "requests"): self._requests,
            ("DELETE", "requests"): self._clear_requests,
            ("GET", "faults"): self._faults,
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "settings"): self._settings,
            ("POST", "settings"): self._settings,
            ("GET", "knobs"): self._knobs,
            ("POST", "knobs"): self._knobs,
            ("GET", "clock"): self._clock,
            ("POST", "clock"): self._clock,
            ("GET", "tokens"): self._tokens,
            ("POST", "tokens"): self._add_token,
            ("POST", "tokens/expire"): self._expire_token,
            ("POST", "act"): self._act,
            ("GET", "announcing"): self._announcing,
            ("POST", "announcing"): self._announcing,
            ("POST", "live"): self._live_on,
            ("GET", "native"): self._native_settings,
            ("POST", "native"): self._native_settings,
            ("POST", "native/cycle"): self._native_cycle,
            ("POST", "save"): self._save,
            ("POST", "load"): self._load,
            ("POST", "reset"): self._reset_all,
        }

    def answer(self, request: Request) -> Answer:
        """Answer one control request; 400 says what is wrong with it."""
        place = request.path.removeprefix(PREFIX).strip("/")
        if not place:
            return index_page(self._status_body(), [f"{method} {PREFIX}/{name}" for method, name in self._doings])
        doing = self._doings.get((request.method, place))
        try:
            if doing is not None:
                return doing(request)
            if request.method == "DELETE" and place.startswith("faults/"):
                return self._remove_fault(place.removeprefix("faults/"))
        except (ValueError, KeyError, TypeError) as problem:
            return json_answer({"error": str(problem)}, 400)
        return json_answer({"error": f"no {request.method} {request.path}"}, 404)

    def _crm(self, request: Request, body: dict[str, Any] | None = None) -> Crm:
        name = (body or {}).get("crm") or request.parameter("crm")
        if not name:
            return next(iter(self._crms.values()))
        if name not in self._crms:
            raise ValueError(f"no such crm: {name}")
        return self._crms[name]

    def _status_body(self) -> dict[str, Any]:
        world = self._world
        return {
            "now": iso(world.clock.now_ms()),
            "effects": world.effects.last_seq,
            "requests": world.counters.total,
            "faults": len(world.faults.all()),
            "knobs": world.knobs.state(),
            "crms": {name: crm.status() for name, crm in self._crms.items()},
        }

    def _status(self, _: Request) -> Answer:
        return json_answer(self._status_body())

    def _truth(self, request: Request) -> Answer:
        rows = self._crm(request).truth(request.parameter("object"), request.parameter("id"))
        if request.parameter("format") == "json":
            return Answer(200, b"[" + b",".join(rows) + b"]")
        return Answer(200, b"".join(row + b"\n" for row in rows), NDJSON)

    def _effects(self, request: Request) -> Answer:
        wanted = {part: request.parameter(name) for name, part in _FILTERS.items() if request.parameter(name)}
        limit = int(request.parameter("limit", "1000"))
        rows: list[dict[str, Any]] = []
        for effect in self._world.effects.since(int(request.parameter("since", "0")), **wanted):
            if len(rows) == limit:
                break
            rows.append({**asdict(effect), "at": iso(effect.at_ms)})
        body = {"effects": rows, "last_seq": self._world.effects.last_seq}
        if request.parameter("format") == "ndjson":
            return Answer(200, b"".join(orjson.dumps(row) + b"\n" for row in rows), NDJSON)
        return json_answer(body)

    def _clear_effects(self, _: Request) -> Answer:
        self._world.effects.clear()
        return Answer(204)

    def _requests(self, _: Request) -> Answer:
        return json_answer({"total": self._world.counters.total, "requests": self._world.counters.rows()})

    def _clear_requests(self, _: Request) -> Answer:
        self._world.counters.clear()
        return Answer(204)

    def _faults(self, _: Request) -> Answer:
        return json_answer({"faults": [fault.wire() for fault in self._world.faults.all()], "kinds": KINDS})

    def _add_fault(self, request: Request) -> Answer:
        return json_answer(self._world.faults.add(_body(request)).wire(), 201)

    def _remove_fault(self, wanted: str) -> Answer:
        if not wanted.isdigit() or not self._world.faults.remove(int(wanted)):
            return json_answer({"error": f"no fault {wanted}"}, 404)
        return Answer(204)

    def _clear_faults(self, _: Request) -> Answer:
        self._world.faults.clear()
        return Answer(204)

    def _settings(self, request: Request) -> Answer:
        changes = _body(request)
        return json_answer(self._crm(request, changes).settings(changes))

    def _knobs(self, request: Request) -> Answer:
        self._world.knobs.turn(_body(request))
        return json_answer(self._world.knobs.state())

    def _clock(self, request: Request) -> Answer:
        clock, body = self._world.clock, _body(request)
        if body.get("shift_s"):
            clock.shift(float(body["shift_s"]))
        if body.get("freeze"):
            at = body["freeze"]
            clock.freeze(None if at is True else from_iso(str(at)))
        if body.get("thaw"):
            clock.thaw()
        return json_answer({"now": iso(clock.now_ms()), "now_ms": clock.now_ms(), **clock.state()})

    def _tokens(self, request: Request) -> Answer:
        return json_answer({"tokens": self._crm(request).tokens()})

    def _add_token(self, request: Request) -> Answer:
        body = _body(request)
        return json_answer(self._crm(request, body).add_token(body), 201)

    def _expire_token(self, request: Request) -> Answer:
        body = _body(request)
        if not self._crm(request, body).expire_token(str(body["value"])):
            raise ValueError(f"no token {body['value']}")
        return Answer(204)

    def _act(self, request: Request) -> Answer:
        body = _body(request)
        return json_answer(self._crm(request, body).act(body))

    def _announcing(self, request: Request) -> Answer:
        body = _body(request)
        crm = self._crm(request, body)
        return json_answer(crm.announcing({name: value for name, value in body.items() if name != "crm"}))

    def _live_on(self, request: Request) -> Answer:
        return json_answer(self._live(_body(request)))

    def _native_settings(self, request: Request) -> Answer:
        native, changes = self._between(), _body(request)
        return json_answer(native.turn(changes) if changes else native.status())

    def _native_cycle(self, request: Request) -> Answer:
        return json_answer(self._between().cycle(everything=bool(_body(request).get("everything"))))

    def _between(self) -> NativeConnector:
        if self._native is None:
            raise ValueError("the native connector needs both CRMs")
        return self._native

    def _save(self, request: Request) -> Answer:
        body = _body(request)
        crm = self._crm(request, body)
        content = orjson.dumps(crm.state(), option=orjson.OPT_NON_STR_KEYS)
        if body.get("path"):
            Path(str(body["path"])).write_bytes(content)
            return json_answer({"bytes": len(content)})
        return Answer(200, content)

    def _load(self, request: Request) -> Answer:
        body = _body(request)
        crm = self._crm(request, body)
        crm.restore(orjson.loads(Path(str(body["path"])).read_bytes()) if body.get("path") else body)
        return json_answer(crm.status())

    def _reset_all(self, request: Request) -> Answer:
        self._reset(_body(request))
        return json_answer(self._status_body())


def _body(request: Request) -> dict[str, Any]:
    body = orjson.loads(request.body or b"{}")
    if not isinstance(body, dict):
        raise TypeError("the body has to be a JSON object")
    return body
