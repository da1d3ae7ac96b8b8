"""A document in the shape of a model, and every mistake on the way there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from syncd.errors import Mistake
from syncd.located.document import Document, Path
from syncd.located.mistakes import mistakes_of

#: Bad parts are taken out so that the rest can be checked too; nested ones may need a few rounds.
_PRUNING_ROUNDS = 8

Shape = TypeVar("Shape", bound=BaseModel)


def shaped(document: Document, model: type[Shape]) -> tuple[Shape | None, list[tuple[Path, Mistake]]]:
    """Return the document as `model` without its bad parts, and what is wrong with those, by path.

    None when nothing can be made of the rest, because a part that is needed is bad.
    """
    mistakes: list[tuple[Path, Mistake]] = []
    bad: set[Path] = set()
    for _ in range(_PRUNING_ROUNDS):
        try:
            return model.model_validate(_without(document.data, bad)), mistakes
        except ValidationError as error:
            paths = [document.path_of(detail["loc"]) for detail in error.errors(include_url=False)]
            mistakes = mistakes or list(zip(paths, mistakes_of(error, document, model), strict=True))
            bad.update(paths)
    return None, mistakes


def _without(data: Any, bad: Collection[Path], path: Path = ()) -> Any:
    """Return `data` without the parts at `bad`, so that their defaults stand in; a list with a bad part goes whole."""
    if not isinstance(data, dict):
        return data
    return {
        key: _without(item, bad, (*path, key)) for key, item in data.items() if not _is_bad(item, (*path, key), bad)
    }


def _is_bad(item: Any, path: Path, bad: Collection[Path]) -> bool:
    return path in bad or (isinstance(item, list) and any(one[: len(path)] == path for one in bad))
