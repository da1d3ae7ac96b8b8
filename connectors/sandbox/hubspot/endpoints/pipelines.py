"""Pipelines and stages."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.errors import Refusal, not_found, validation
from connectors.sandbox.hubspot.pipelines import Pipeline, PipelineStage

_FIRST_ID = 7_000_000
_STAGE_PROPERTIES = {"deals": "dealstage", "tickets": "hs_pipeline_stage"}
#: Of a deal that is won or lost.
_CERTAIN = {"0", "0.0", "1", "1.0"}
#: Parameters that ask for a look at what a pipeline is used for before it goes.
_CHECKS = ("validateReferencesBeforeDelete", "validateDealStageUsagesBeforeDelete")


def list_pipelines(call: Call) -> Answer:
    """Answer all pipelines of an object."""
    return json_answer({"results": [pipeline.wire() for pipeline in _all(call).values()]})


def read(call: Call) -> Answer:
    """Answer one pipeline."""
    return json_answer(_pipeline(call).wire())


def create(call: Call) -> Answer:
    """Make a pipeline with its stages."""
    body = call.json()
    pipelines = _all(call)
    now_ms = call.account.now_ms()
    pipeline_id = str(body.get("pipelineId") or _free_id(pipelines))
    stages = [_new_stage(row, f"{pipeline_id}{place}", now_ms) for place, row in enumerate(body.get("stages") or ())]
    if not body.get("label") or not stages:
        raise validation("Invalid input JSON on line 1, column 1: Some required fields were not set: [label, stages]")
    made = Pipeline(pipeline_id, str(body["label"]), int(body.get("displayOrder", 0)), stages, now_ms, now_ms)
    pipelines[made.id] = made
    return json_answer(made.wire(), 201)


def update(call: Call) -> Answer:
    """Change a pipeline; `PUT` replaces the stages as well."""
    pipeline, body = _pipeline(call), call.json()
    pipeline.label = str(body.get("label") or pipeline.label)
    pipeline.display_order = int(body.get("displayOrder", pipeline.display_order))
    pipeline.updated_ms = call.account.now_ms()
    if call.request.method == "PUT" and body.get("stages"):
        pipeline.stages = [
            _new_stage(row, f"{pipeline.id}{place}", pipeline.updated_ms) for place, row in enumerate(body["stages"])
        ]
    return json_answer(pipeline.wire())


def delete(call: Call) -> Answer:
    """Take a pipeline away; asked to look first, not one that records stand in."""
    pipeline = _pipeline(call)
    is_checked = any(call.request.flag(name) for name in _CHECKS)
    if is_checked and (users := [one for stage in pipeline.stages for one in _users(call, stage)]):
        raise _in_use(f"Pipeline {pipeline.id}", pipeline.id, users)
    del _all(call)[pipeline.id]
    return Answer(204)


def list_stages(call: Call) -> Answer:
    """Answer the stages of a pipeline."""
    return json_answer({"results": _pipeline(call).wire()["stages"]})


def read_stage(call: Call) -> Answer:
    """Answer one stage."""
    return json_answer(_stage(call)[1].wire())


def create_stage(call: Call) -> Answer:
    """Add a stage."""
    pipeline, body = _pipeline(call), call.json()
    made = _new_stage(body, f"{pipeline.id}{len(pipeline.stages)}", call.account.now_ms())
    if pipeline.stage(made.id) is not None:
        raise Refusal(409, f"Stage ID {made.id} is in use", "CONFLICT", subCategory="PipelineError.STAGE_ID_IN_USE")
    pipeline.stages.append(made)
    return json_answer(made.wire(), 201)


def update_stage(call: Call) -> Answer:
    """Change a stage."""
    _, stage = _stage(call)
    body = call.json()
    stage.label = str(body.get("label") or stage.label)
    stage.display_order = int(body.get("displayOrder", stage.display_order))
    stage.metadata = {**stage.metadata, **{name: str(value) for name, value in (body.get("metadata") or {}).items()}}
    stage.is_archived = bool(body.get("archived", stage.is_archived))
    stage.updated_ms = call.account.now_ms()
    return json_answer(stage.wire())


def delete_stage(call: Call) -> Answer:
    """Take a stage away that no record stands in."""
    pipeline, stage = _stage(call)
    if users := _users(call, stage):
        raise _in_use(f"Stage ID {stage.id}", stage.id, users)
    pipeline.stages.remove(stage)
    return Answer(204)


def _users(call: Call, stage: PipelineStage) -> list[str]:
    """Return the ids of records that stand in a stage."""
    name = _STAGE_PROPERTIES.get(call.kind.name, "hs_pipeline_stage")
    table = call.account.tables[call.kind.name]
    return [str(record.id) for record in table.live_records() if record.values.get(name) == stage.id]


def _in_use(what: str, stage_id: str, users: list[str]) -> Refusal:
    return validation(
        f"{what} is in use by {len(users)} record(s)",
        subCategory="PipelineError.STAGE_ID_IN_USE",
        context={"stageId": [stage_id], "objectIds": [", ".join(users[:10])]},
    )


def audit(call: Call) -> Answer:
    """Answer the history of a pipeline or stage; the sandbox keeps none."""
    _pipeline(call)
    return json_answer({"results": []})


def _free_id(pipelines: dict[str, Pipeline]) -> str:
    made = [int(one) for one in pipelines if one.isdecimal() and int(one) >= _FIRST_ID]
    return str(max(made, default=_FIRST_ID) + 1)


def _all(call: Call) -> dict[str, Pipeline]:
    return call.account.pipelines.setdefault(call.kind.name, {})


def _pipeline(call: Call) -> Pipeline:
    found = _all(call).get(call.parts["pipeline"])
    if found is None:
        raise not_found(f"Pipeline {call.parts['pipeline']} does not exist")
    return found


def _stage(call: Call) -> tuple[Pipeline, PipelineStage]:
    pipeline = _pipeline(call)
    found = pipeline.stage(call.parts["stage"])
    if found is None:
        raise not_found(f"Stage {call.parts['stage']} does not exist")
    return pipeline, found


def _new_stage(row: dict[str, Any], spare_id: str, now_ms: int) -> PipelineStage:
    metadata = {name: str(value) for name, value in (row.get("metadata") or {}).items()}
    if metadata:
        is_closed = metadata.get("ticketState") == "CLOSED" or metadata.get("probability") in _CERTAIN
        metadata.setdefault("isClosed", str(is_closed).lower())
    stage_id = str(row.get("stageId") or spare_id)
    return PipelineStage(stage_id, str(row.get("label")), int(row.get("displayOrder", 0)), metadata, now_ms, now_ms)
