"""From pairs to groups: best edges first, and never two people joined by a weak link between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Pair = tuple[str, str]
#: Below this probability two records are surely not one.
SURE_NO = 0.02


def pair_of(one: str, other: str) -> Pair:
    """Return two ids in order: the name of a pair."""
    return (one, other) if one < other else (other, one)


def components(starts: Iterable[str], neighbours: Callable[[str], Iterable[str]]) -> list[tuple[str, ...]]:
    """Return the connected records that can be reached from `starts`, each component once, in order."""
    seen: set[str] = set()
    found: list[tuple[str, ...]] = []
    for start in sorted(starts):
        if start in seen:
            continue
        seen.add(start)
        reached, open_ends = [start], [start]
        while open_ends:
            for other in neighbours(open_ends.pop()):
                if other not in seen:
                    seen.add(other)
                    reached.append(other)
                    open_ends.append(other)
        found.append(tuple(sorted(reached)))
    return found


def joined(
    parts: Iterable[tuple[str, ...]],
    edges: Iterable[tuple[float, Pair]],
    may_join: Callable[[tuple[str, ...], tuple[str, ...]], bool],
) -> list[tuple[str, ...]]:
    """Return `parts` joined along `edges`, the most probable first, wherever `may_join` allows it.

    The answer depends on the edges alone, never on their order: ties are broken by the ids.
    """
    home = {member: part for part in parts for member in part}
    for _, (one, other) in sorted(edges, key=lambda edge: (-edge[0], edge[1])):
        ours, theirs = home[one], home[other]
        if ours is theirs or not may_join(ours, theirs):
            continue
        whole = tuple(sorted(ours + theirs))
        for member in whole:
            home[member] = whole
    return sorted(set(home.values()))


def holds_together(probabilities: Iterable[float], threshold: float, share: float) -> bool:
    """Return whether two groups with these probabilities between their members may be one.

    Their mean has to stay above that share of the threshold, and not more than half of them may be sure noes.
    """
    known = list(probabilities)
    noes = sum(probability < SURE_NO for probability in known)
    return sum(known) / len(known) >= threshold * share and noes * 2 <= len(known)
