"""The list of an object cut into stretches of ids, each read by a chain of pages of its own. Pure: makes no call.

The list is in the order of ids, and the place of a page is the id it begins with. So the id of any record is a place,
and a second chain of pages can begin there. That is not taken for granted: a stretch counts as sure when the list
itself named its place, or its first page began with that very record. Until then the stretch before it goes on through
both, as far as a restart is concerned; if it begins otherwise, it is given up and the one before really does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from syncd.errors import BrokenPromiseError


@dataclass(eq=False, slots=True)
class Stretch:
    """Records that one chain of pages reads."""

    #: Where its next page begins; None: where the list does.
    place: str | None
    #: The id that the next stretch begins with; None: this is the last.
    end: int | None = None
    is_sure: bool = True
    #: The place at which the list itself goes on behind the stretch before, once that was read to its end; so far it
    #: was read.
    told: str | None = None

    @property
    def sure_place(self) -> str | None:
        """Return where a restart would go on; None when the stretch before has to."""
        return self.place if self.is_sure else self.told


class Stretches:
    """What is still to be read. Not safe to use from several threads."""

    def __init__(self, place: str | None) -> None:
        """`place`: what `str` returned; None for everything."""
        self.open = [_stretch(part) for part in (place or "").split(",")]
        self._may_cut = True

    def __str__(self) -> str:
        """Return the place from which a restart reads what is open."""
        spelled: list[tuple[str, int | None]] = []
        for one in self.open:
            if one.sure_place is None and spelled:
                spelled[-1] = (spelled[-1][0], one.end)
            else:
                spelled.append((one.sure_place or "", one.end))
        return ",".join(start if end is None else f"{start}:{end}" for start, end in spelled)

    @property
    def base(self) -> str | None:
        """Return the place from which the last stretch can be cut; None when it cannot, or not yet."""
        last = self.open[-1] if self.open else None
        if last is None or last.end is not None or not self._may_cut:
            return None
        place = last.place if last.is_sure else last.told or last.place
        return place if place is not None and place.isdecimal() else None

    def cut(self, id_: int | None) -> bool:
        """Let a new stretch begin at a record behind `base`; return whether it does. None: there is none so far on."""
        base = self.base
        if base is None or id_ is None or id_ <= int(base):
            self._may_cut = False
            return False
        self.open[-1].end = id_
        self.open.append(Stretch(str(id_), is_sure=False))
        return True

    def took(self, stretch: Stretch, ids: Sequence[int], following: str | None) -> Collection[int]:
        """Note that the page at a stretch's place came, and what follows it; return which of its ids count."""
        was_sure = stretch.is_sure
        if stretch not in self.open or (not was_sure and not self._is_right(stretch, ids)):
            return ()
        stretch.is_sure, stretch.place = True, following
        if following is not None and stretch.end is not None and not following.isdecimal():
            raise BrokenPromiseError("HubSpot's list does not go on by ids")
        first = int(stretch.told) if stretch.told is not None and not was_sure else 0
        end = stretch.end
        if following is None or (end is not None and int(following) >= end):
            end = self._end(stretch, following)
        return [id_ for id_ in ids if first <= id_ and (end is None or id_ < end)]

    def _is_right(self, stretch: Stretch, ids: Sequence[int]) -> bool:
        if ids and str(ids[0]) == stretch.place:
            return True
        self._may_cut = False
        if stretch.told is None:
            before = self.open[self.open.index(stretch) - 1]
            before.end = stretch.end
            self.open.remove(stretch)
        else:
            stretch.place, stretch.is_sure = stretch.told, True
        return False

    def _end(self, stretch: Stretch, following: str | None) -> int | None:
        """Close a stretch; return the id up to which its last page counts.

        What it holds of stretches that are not sure yet is not left to them: they go on behind it.
        """
        index, end = self.open.index(stretch), stretch.end
        del self.open[index]
        while index < len(self.open) and not self.open[index].is_sure and self.open[index].place == str(end):
            behind = self.open[index]
            end = behind.end
            if following is not None and (end is None or int(following) < end):
                behind.told = following
                return end
            del self.open[index]
        return end


def _stretch(spelled: str) -> Stretch:
    place, _, end = spelled.partition(":")
    return Stretch(place or None, int(end) if end else None)
