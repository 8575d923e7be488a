"""What is to be reached, each as a ratio within the same run, and whether it was; the results as Markdown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from contenders import FLOOR, FLOOR_THREADS, NAMES, OURS, POSTGRAPHILE, YOGA, YOGA_JIT
from load import Slice
from questions import GRID, HUNDRED, ONE, THOUSAND

Figures = Mapping[tuple[str, str], Sequence[Slice]]
"""The turns by server and step."""

_RATIOS: tuple[tuple[str, str, float | None], ...] = (
    (HUNDRED, POSTGRAPHILE, 2.5),
    (THOUSAND, POSTGRAPHILE, 3.5),
    (HUNDRED, YOGA_JIT, 1.0),
    (THOUSAND, YOGA_JIT, 1.2),
    (HUNDRED, FLOOR, 0.7),
    (THOUSAND, FLOOR, 0.85),
    (HUNDRED, FLOOR_THREADS, None),
    (THOUSAND, FLOOR_THREADS, None),
    (ONE, YOGA, 1.0),
)
"""Fieldsync's requests per second are to be at least so many times those of another."""
GRID_RATE, GRID_P99 = 400.0, 0.025
"""Requests per second of CPU, and the seconds within which 99 of 100 are answered."""


@dataclass(frozen=True, slots=True)
class Line:
    """What was found, in every round and in the middle, beside its goal; ``cpu`` is the ratio by CPU per request."""

    what: str
    rounds: Sequence[float]
    goal: float | None
    cpu: float | None = None
    at_most: bool = False

    @property
    def found(self) -> float:
        return median(self.rounds)

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        reached = self.found <= self.goal if self.at_most else self.found >= self.goal
        return "reached" if reached else "**missed**"

    @property
    def row(self) -> str:
        cpu = "" if self.cpu is None else f"{self.cpu:.2f}"
        goal = "" if self.goal is None else f"{'≤' if self.at_most else '≥'} {self.goal:g}"
        spread = f"{min(self.rounds):.2f}–{max(self.rounds):.2f}"
        return f"| {self.what} | {self.found:.2f} | {spread} | {cpu} | {goal} | {self.verdict} |"


def lines(figures: Figures) -> list[Line]:
    """Every goal whose servers were measured; a ratio is taken within a round, the middle of them counts."""
    found: list[Line] = []
    for step, peer, goal in _RATIOS:
        turns = list(zip(figures.get((OURS, step), ()), figures.get((peer, step), ()), strict=False))
        if turns:
            cpu = median(other.cpu / ours.cpu for ours, other in turns)
            found.append(Line(f"{step}, to {peer}", [ours.rate / other.rate for ours, other in turns], goal, cpu))
    if grid := figures.get((OURS, GRID)):
        found.append(Line(f"{GRID}: requests per second of CPU", [1 / one.cpu for one in grid], GRID_RATE))
        late = [1000 * one.p99 for one in grid]
        found.append(Line(f"{GRID}: p99, ms", late, 1000 * GRID_P99, at_most=True))
    return found


def goal_table(figures: Figures) -> str:
    head = ["| | requests/s | rounds | by CPU per request | goal | |", "|---|---|---|---|---|---|"]
    return "\n".join(head + [line.row for line in lines(figures)])


def figure_table(figures: Figures) -> str:
    """Medians of the rounds for every server and step."""
    rows = [
        "| | | requests/s | p50 ms | p99 ms | server CPU ms | PostgreSQL CPU ms | kB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for step in (ONE, HUNDRED, THOUSAND, GRID):
        for who in NAMES:
            turns = figures.get((who, step))
            if not turns:
                continue
            rows.append(
                f"| {step} | {who} | {_middle(turns, lambda one: one.rate):,.0f} "
                f"| {_middle(turns, lambda one: 1000 * one.median):.2f} "
                f"| {_middle(turns, lambda one: 1000 * one.p99):.2f} "
                f"| {_middle(turns, lambda one: 1000 * one.cpu):.2f} "
                f"| {_middle(turns, lambda one: 1000 * one.postgres / one.count):.2f} "
                f"| {_middle(turns, lambda one: one.bytes / 1000):,.1f} |"
            )
    return "\n".join(rows)


def client_share(figures: Figures) -> float:
    """The largest part of a turn's wall time that the load generator took on its core."""
    return max(one.client / one.wall for turns in figures.values() for one in turns)


def _middle(turns: Sequence[Slice], of: Callable[[Slice], float]) -> float:
    return median(map(of, turns))
