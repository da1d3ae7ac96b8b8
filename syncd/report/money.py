"""What bad data cost, by assumptions that anybody can replace by figures of their own."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.settings import CostSettings


@dataclass(frozen=True, slots=True)
class CostFacts:
    """What the records that are not clean cost. Estimates of one and the same damage: not to be added up."""

    assumed: CostSettings
    dirty: int
    #: The share of judged records that are not clean.
    share: float
    #: Colleagues who work here and own records.
    owners: int

    @property
    def of_records(self) -> float:
        """Return what they cost at so much a record."""
        return self.dirty * self.assumed.per_record

    @property
    def hours(self) -> float:
        """Return the hours that colleagues lose in a year."""
        return self.owners * self.assumed.hours_per_owner * self.share

    @property
    def of_owners(self) -> float:
        """Return what that costs in a year."""
        return self.owners * self.assumed.per_owner * self.share

    @property
    def of_revenue(self) -> tuple[float, float] | None:
        """Return what they take from the revenue of a year, from and to; None where the revenue is not known."""
        if not self.assumed.revenue:
            return None
        low, high = (part * self.assumed.revenue * self.share for part in self.assumed.share_of_revenue)
        return low, high
