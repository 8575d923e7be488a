"""The field catalogue: 98 fields of 8 kinds, loaded from package data and checked.

A *field* is one line of the synchronization list of Dynamics 365: what it is called on either side,
which Outlook properties and CRM attributes stand behind it, and which directions it may take.
The order of the lines within a kind is part of the contract: stored baselines hold one digest per
field in that order, so new fields are appended to their kind, never put in between.
"""

import csv
import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from fieldsync.core.values import Direction, RecordKind, Value


class CatalogueContradiction(Exception):
    """The field catalogue contradicts itself; the message names every line that does."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the catalogue.

    ``position`` is its place within the kind, ``key`` its stable name there; ``attributes`` are the
    CRM attributes in the order of the parts of its values. ``allowed`` are the directions an
    administrator may choose, in the order in which the arrow turns.
    """

    kind: RecordKind
    position: int
    key: str
    outlook_label: str
    crm_label: str
    outlook_properties: tuple[str, ...]
    attributes: tuple[str, ...]
    default: Direction
    allowed: tuple[Direction, ...]
    computed: bool
    note: str
    id: str = dataclasses.field(init=False)
    """Name of the field across all kinds, such as ``CONTACT.jobtitle``."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"{self.kind.value}.{self.key}")

    @property
    def empty(self) -> Value:
        """The value of this field on a record that does not have it."""
        return ("",) * max(1, len(self.attributes))

    @property
    def fixed_reason(self) -> str | None:
        """Why the direction cannot be changed; None if it can."""
        if len(self.allowed) > 1:
            return None
        if self.computed:
            return "Computed from other values; its direction follows from them."
        if self.default is Direction.TO_OUTLOOK:
            return "Fixed: this kind only travels from CRM to Outlook."
        return "Fixed: Dynamics 365 always keeps this field in step on both sides."


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All fields, by kind in catalogue order and by id."""

    by_kind: Mapping[RecordKind, tuple[Field, ...]]
    by_id: Mapping[str, Field]

    def fields(self, kind: RecordKind) -> tuple[Field, ...]:
        return self.by_kind[kind]

    def all(self) -> Iterable[Field]:
        return self.by_id.values()


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word for word in cell.split(";") if word)


def parse(lines: Iterable[str]) -> Catalogue:
    """Read a catalogue from CSV lines; raises CatalogueContradiction."""
    by_kind: dict[RecordKind, list[Field]] = {kind: [] for kind in RecordKind}
    for row in csv.DictReader(lines):
        kind = RecordKind(row["kind"])
        by_kind[kind].append(
            Field(
                kind=kind,
                position=len(by_kind[kind]),
                key=row["key"],
                outlook_label=row["outlook_label"],
                crm_label=row["crm_label"],
                outlook_properties=_words(row["outlook_properties"]),
                attributes=_words(row["crm_attributes"]),
                default=Direction[row["default_direction"]],
                allowed=tuple(Direction[name] for name in _words(row["allowed_directions"])),
                computed=row["computed"] == "true",
                note=row["note"],
            )
        )
    fields = [field for group in by_kind.values() for field in group]
    faults = contradictions(fields)
    if faults:
        raise CatalogueContradiction("; ".join(faults))
    return Catalogue(
        by_kind={kind: tuple(group) for kind, group in by_kind.items()},
        by_id={field.id: field for field in fields},
    )


def contradictions(fields: Iterable[Field]) -> list[str]:
    """What cannot be true at once in these fields, one sentence each; empty when all is well."""
    faults: list[str] = []
    ids: set[str] = set()
    owners: dict[tuple[RecordKind, str], str] = {}
    for field in fields:
        if field.id in ids:
            faults.append(f"{field.id} is listed twice")
        ids.add(field.id)
        if not field.outlook_label or not field.crm_label:
            faults.append(f"{field.id} lacks a label")
        if field.default not in field.allowed:
            faults.append(f"{field.id} defaults to {field.default.name}, which it does not allow")
        if len(set(field.allowed)) != len(field.allowed):
            faults.append(f"{field.id} allows a direction twice")
        if field.computed and len(field.allowed) > 1:
            faults.append(f"{field.id} is computed, yet its direction could be chosen")
        if field.kind is RecordKind.SERVICE_ACTIVITY and field.allowed != (Direction.TO_OUTLOOK,):
            faults.append(f"{field.id} is a service activity, which only travels to Outlook")
        if not field.outlook_properties:
            faults.append(f"{field.id} has no Outlook property behind it")
        if not field.attributes and field.default is not Direction.NONE:
            faults.append(f"{field.id} travels, yet has no CRM attribute behind it")
        for attribute in field.attributes:
            owner = owners.setdefault((field.kind, attribute), field.id)
            if owner != field.id:
                faults.append(f"{attribute} stands behind both {owner} and {field.id}")
    return faults


@cache
def catalogue() -> Catalogue:
    """The catalogue that ships with the product."""
    source = resources.files("fieldsync.catalogue") / "data" / "fields.csv"
    with source.open(encoding="utf-8") as lines:
        return parse(lines)
