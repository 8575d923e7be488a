"""What a seed makes of a day: who takes part, what may happen and how often. Small worlds, each with a weather."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from fieldsync.core.conflicts import ConflictPolicy
from fieldsync.core.values import Direction, RecordKind
from simulation.kinds import Play

PEOPLE = {
    "edit_record": 12, "edit_item": 12, "edit_both": 4, "touch_item": 2, "create_record": 2, "create_item": 2,
    "create_both": 1, "delete_record": 2, "delete_item": 2, "delete_many": 0.3, "hand_over": 1.5, "break_item": 0.7,
    "move_item": 1.5,
    "change_direction": 2, "change_rights": 2, "change_rules": 0.7, "decide_conflict": 2,
}  # fmt: skip
"""What people do, and how often if a day has it at all."""

HOUSE = {
    "crash": 6, "freeze": 2, "thaw": 3, "stop": 1, "cancel": 1, "change_weather": 2, "jump_clock": 1, "second_run": 1,
}  # fmt: skip
"""What happens to the machines while one of them works."""

ALWAYS = ("edit_record", "edit_item", "create_record", "create_item", "thaw", "decide_conflict")


@dataclass(frozen=True)
class Weather:
    """How likely each request to the mail server meets with each fault."""

    unreachable: float = 0
    timed_out: float = 0
    answer_lost: float = 0
    repeated: float = 0
    throttled: float = 0
    cursor_lost: float = 0
    listing_cut: float = 0
    lied_removed: float = 0
    refuses: float = 0


CALM = Weather()


@dataclass(frozen=True)
class Scenario:
    """All that chance decides before the day begins.

    ``meddling`` is how often something else happens between two steps of a run, ``restless`` how often the next run
    comes before anything else. With a ``calm_start`` everything is linked when the day begins.
    """

    kind: RecordKind
    seed: int
    pairs: int
    actions: int
    fields: tuple[int, ...]
    directions: Mapping[int, Direction]
    policies: Mapping[int, ConflictPolicy]
    weights: Mapping[str, float]
    meddling: float
    restless: float
    calm_start: bool
    blank: bool
    patient: bool
    server_trims: bool
    delete_record_deletes: bool
    delete_item_deletes: bool

    @classmethod
    def draw(cls, play: Play, seed: int, chance: Random) -> "Scenario":
        fields = tuple(sorted(chance.sample(sorted(play.makers), min(len(play.makers), chance.randint(2, 4)))))
        directions = {n: chance.choice([*play.allowed(n), Direction.BOTH]) for n in fields}
        policy = chance.choice([ConflictPolicy.CRM_LEADS, *ConflictPolicy])
        policies = {n: policy for n in (*fields, play.name) if chance.random() < 0.7}
        weights = {
            name: weight * chance.uniform(0.5, 1.5)
            for name, weight in {**PEOPLE, **HOUSE}.items()
            if name in ALWAYS or chance.random() < 0.6
        }
        return cls(
            kind=play.kind,
            seed=seed,
            pairs=chance.randint(2, 5),
            actions=chance.randint(15, 35),
            fields=fields,
            directions=directions,
            policies=policies,
            weights=weights,
            meddling=chance.choice([0.05, 0.15, 0.3]),
            restless=chance.choice([0.15, 0.3, 0.6]),
            calm_start=chance.random() < 0.7,
            blank=chance.random() < 0.3,
            patient=chance.random() < 0.3,
            server_trims=chance.random() < 0.3,
            delete_record_deletes=chance.random() < 0.7,
            delete_item_deletes=chance.random() < 0.5,
        )


def draw_weather(chance: Random) -> Weather:
    """Calm half of the time; otherwise a few faults at once."""
    if chance.random() < 0.4:
        return CALM
    faults = chance.sample(sorted(Weather.__dataclass_fields__), chance.randint(1, 3))
    return Weather(**{name: chance.choice([0.1, 0.3]) for name in faults})
