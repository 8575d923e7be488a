"""What is to be reached, each as a ratio to vdirsyncer in the same run, and whether it was."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from measure import Measure

UP, STILL, CHANGED = "first sync up", "nothing changed", "1 % changed on each side"
STEPS = (UP, STILL, CHANGED)
PEER = "vdirsyncer"
Middle = Callable[[str, str, str], Measure | None]


@dataclass(frozen=True, slots=True)
class Goal:
    """``who`` is to need at most ``limit`` times what the peer needs for a step on a server."""

    server: str
    step: str
    who: str
    what: Literal["cpu", "wall"]
    limit: float

    def line(self, middle: Middle) -> str:
        """One line for the report; ``middle`` gives the median of (server, step, who), or None."""
        own, peer = middle(self.server, self.step, self.who), middle(self.server, self.step, PEER)
        name = f"{self.server:10}{self.step:26}{self.who:24}{self.what:6}"
        if own is None or peer is None:
            return f"{name}{'not measured':>14}"
        ratio = getattr(own, self.what) / getattr(peer, self.what)
        return f"{name}{ratio:>8.2f}{self.limit:>7.2f}  {'reached' if ratio <= self.limit else 'MISSED'}"


def _goals() -> list[Goal]:
    goals = list[Goal]()
    for server, wall in (("Radicale", 1.0), ("Cyrus", 0.75)):
        goals += [
            Goal(server, UP, "Fieldsync, resident", "cpu", 0.5),
            Goal(server, UP, "Fieldsync, resident", "wall", wall),
            Goal(server, CHANGED, "Fieldsync, resident", "wall", 0.4),
            Goal(server, STILL, "Fieldsync, resident", "wall", 0.15),
        ]
        for command in ("fieldsync sync, server", "fieldsync sync, standby", "fieldsync sync, alone"):
            goals += [Goal(server, step, command, "wall", 0.6) for step in (CHANGED, STILL)]
    return goals


GOALS = _goals()
