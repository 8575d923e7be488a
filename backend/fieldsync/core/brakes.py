"""Brakes: what is set aside until a person agrees."""

from dataclasses import dataclass

EMPTIED_FROM = 3


@dataclass(frozen=True, slots=True)
class Brakes:
    """How many deletions a run carries out unasked: more than ``count`` that are also more than ``share`` percent."""

    count: int = 10
    share: int = 20

    def hold(self, deletions: int, linked: int) -> bool:
        """True if this many deletions at once look like an accident rather than a wish.

        So does everything there is, from three links on, whatever the settings say: an emptied side.
        """
        if linked and deletions >= linked and deletions >= EMPTIED_FROM:
            return True
        return deletions > self.count and deletions * 100 > linked * self.share


AS_SHIPPED = Brakes()
