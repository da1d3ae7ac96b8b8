from __future__ import annotations

import inspect
import re

from syncd import errors


def drawn_tree():
    """Return (class, parent) as the picture at the top of `errors.py` has them, by indentation."""
    tree: list[tuple[str, str]] = []
    open_classes: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^( +)[*x+-] (\w+Error)\b", line)
        if found is None:
            continue
        depth = len(found.group(1))
        open_classes = [(above, name) for above, name in open_classes if above < depth]
        tree.append((found.group(2), open_classes[-1][1] if open_classes else "Exception"))
        open_classes.append((depth, found.group(2)))
    return tree


def real_tree():
    classes = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, Exception)]
    return [(one.__name__, one.__bases__[0].__name__) for one in classes if one.__module__ == errors.__name__]


def test_drawn_error_tree_is_the_real_one():
    drawn, real = drawn_tree(), real_tree()

    assert len(drawn) == len(set(drawn))
    assert set(drawn) == set(real)


def test_every_error_says_something_by_itself():
    for name, _ in real_tree():
        cls = getattr(errors, name)

        message = str(cls("")) if name == "ConfigError" else str(cls())

        assert name == "ConfigError" or message.endswith(".")
