"""Every list of the API with rows in it, for tests that ask each of them the same questions."""

import random
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import Boolean, Date, Integer, LargeBinary, insert
from sqlalchemy.engine import Connection

from api.office import Office
from fieldsync.core.conflicts import ConflictChoice, ConflictState
from fieldsync.core.filters import Group, as_stored
from fieldsync.core.letters import LetterState
from fieldsync.core.match import Doubt
from fieldsync.core.privileges import PrincipalKind, RoleInheritance
from fieldsync.core.rights import Role, Scope
from fieldsync.core.runs import (
    DeletionRule,
    OperationAction,
    OperationState,
    RunConfiguration,
    RunMode,
    RunState,
    SyncMethod,
)
from fieldsync.core.values import RecordKind, Side
from fieldsync.db import rights, sync_tables, tables
from fieldsync.db.columns import UtcDateTime, table_of
from fieldsync.db.records import RECORD_MODELS
from fieldsync.db.repo.sync_filters import FilterScope

TEXTS = ["Ada", "ada", "Bob", "b%b", "b_b", "Äpfel", "äpfel/2", "", "o'clock", 'Zoë "Z"']
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LISTS = {
    "contacts": "Contact", "appointments": "Appointment", "recurringAppointments": "RecurringAppointment",
    "serviceActivities": "ServiceActivity", "tasks": "Task", "phoneCalls": "PhoneCall", "letters": "Letter",
    "faxes": "Fax", "mailboxes": "Mailbox", "runs": "Run", "deadLetters": "DeadLetter", "conflicts": "Conflict",
    "history": "LostValue", "heldDeletions": "HeldDeletion", "quarantine": "Quarantined",
    "matchReviews": "MatchReview", "principals": "Principal", "auditEvents": "AuditEvent", "tokens": "Token",
    "syncFilters": "SyncFilter", "optOuts": "OptOut", "businessUnits": "BusinessUnit",
    "securityRoles": "SecurityRole", "fieldProfiles": "FieldProfile",
}  # fmt: skip
"""By query: what begins the names of its inputs."""
WANTED = {"optOuts": 'mailboxId: "mailbox:box000", '}
"""What a list cannot be asked without."""


def fill(office: Office, seed: int, size: int = 9) -> None:
    """Put some rows into every list; empty columns, equal values and odd codes among them."""
    chance = random.Random(seed)

    def unit(connection: Connection) -> None:
        def put(model: Any, prefix: str, **fixed: Any) -> list[str]:
            table = table_of(model)
            held = []
            for n in range(size):
                cells = {column.name: _cell(chance, column) for column in table.columns}
                held.append({**cells, "id": f"{prefix}{n:03d}", **{k: _chosen(chance, v, n) for k, v in fixed.items()}})
            connection.execute(insert(table), held)
            return [row["id"] for row in held]

        people = list(office.people.values())
        put(
            tables.Principal, "who", user_name="user{}", kind=_names(PrincipalKind), role=_names(Role), unit_id="root",
            manager_id=[None, *people], password=None,
        )  # fmt: skip
        usual = {"owner_id": people, "created_at": NOON, "statecode": [0, 1, 2]}
        for kind, model in RECORD_MODELS.items():
            more: dict[str, Any] = {}
            if kind is not RecordKind.CONTACT:
                more = {"prioritycode": [None, 0, 1, 2, 9], "statuscode": [None, 1, 2, 3, 5, 99]}
            if kind is RecordKind.RECURRING_APPOINTMENT:
                more |= {"deletedexceptions": [None, "[]"], "exceptions": [None, "[]"], "instance": [None, 1, 5]}
                more |= {"recurrencepatterntype": [None, 0, 1, 2], "patternendtype": [None, 1, 2]}
                more |= {"daysofweekmask": [None, 0, 1, 3, 127]}
            put(model, f"{kind.value}-", **usual, **more)
        boxes = put(
            tables.Mailbox, "box", contacts_url="https://mail.example/{}/", principal_id=people, addresses=[None],
            sync_method=_names(SyncMethod), on_record_deleted=_names(DeletionRule),
            on_item_deleted=_names(DeletionRule), failures=[0, 3], time_zone=["UTC", "Europe/Vienna"],
            stopped_at=[None, NOON], stopped=[{"code": "INTERNAL", "message": "m", "remedy": "r"}],
        )  # fmt: skip
        mine = {"mailbox_id": boxes, "kind": _names(RecordKind)}
        by_side = {"side": _names(Side)}
        runs = put(
            tables.Run, "run", mailbox_id=boxes, state=_names(RunState), mode=_names(RunMode), kinds=[["CONTACT"]],
            configuration=_names(RunConfiguration), started_by=[None, *people], counts={}, phases=[[]],
            error_code=["INTERNAL", "SERVER_BUSY"], undoes=[None],
        )  # fmt: skip
        put(
            tables.Operation, "op", run_id=runs[0], mailbox_id=boxes, ordinal=range(1, 100), kind="CONTACT",
            action=_names(OperationAction), state=_names(OperationState), fields=[[0]], mailed=[None],
        )  # fmt: skip
        put(sync_tables.DeadLetter, "letter", **mine, **by_side, subject_key="{}", state=_names(LetterState))
        states = {"state": _names(ConflictState), "choice": [None, *_names(ConflictChoice)]}
        put(
            sync_tables.ConflictRow, "conflict", **mine, **states, link_id="{}", field_id="CONTACT.jobtitle",
            crm_box=office.parts.box.seal("a"), outlook_box=office.parts.box.seal("b"), value_box=None,
            resolved_by=[None, *people],
        )  # fmt: skip
        put(
            tables.LostValue, "lost", mailbox_id=[None, *boxes], kind=[None, *_names(RecordKind)], run_id=runs,
            field_id="CONTACT.jobtitle", value_box=office.parts.box.seal("a"), **by_side,
        )  # fmt: skip
        released = {"released_by": [None, *people], "link_id": "{}"}
        put(sync_tables.HeldDeletion, "held", **mine, **released, action=["DELETE_ITEM", "DELETE_RECORD"])
        put(sync_tables.Quarantined, "copy", **mine, **by_side, run_id=runs)
        put(
            sync_tables.MatchReview, "review", **mine, **by_side, subject_key="{}", candidates=[[]], decision=[None],
            reason=_names(Doubt), decided_by=[None, *people],
        )  # fmt: skip
        put(
            sync_tables.SyncFilter, "filter", scope=_names(FilterScope), principal_id=[None, *people],
            kind=_names(RecordKind), definition=as_stored(Group()), template_id=[None, "filter000"],
        )  # fmt: skip
        put(
            sync_tables.OptOut, "out", mailbox_id=boxes[0], kind=_names(RecordKind), record_id="{}", uid="uid {}",
            principal_id=[None, *people],
        )  # fmt: skip
        put(tables.Token, "token", digest="{}", principal_id=office.people["admin"], scope=_names(Scope))
        put(rights.BusinessUnit, "unit", name="b_b {}", parent_id="root")
        put(rights.SecurityRole, "role", name="Ada {}", inheritance=_names(RoleInheritance), privileges={})
        put(rights.FieldProfile, "fields", name="Äpfel {}")
        put(rights.AuditEvent, "event", principal_id=[None, *people], before=[None], after=[None])

    office.write(unit)


def _names(enum: type[Enum]) -> list[str]:
    return [member.value for member in enum]


def _chosen(chance: random.Random, value: Any, n: int) -> Any:
    """One of several values; ranges, and texts with a place for a number, differ from row to row."""
    if isinstance(value, list):
        return chance.choice(value)
    if isinstance(value, range):
        return value[n]
    return value.format(n) if isinstance(value, str) else value


def _cell(chance: random.Random, column: Any) -> Any:
    if column.nullable and chance.random() < 0.3:
        return None
    match column.type:
        case UtcDateTime():
            return NOON + timedelta(days=chance.randrange(3), microseconds=chance.randrange(2))
        case Date():
            return date(2026, 3, 1) + timedelta(days=chance.randrange(3))
        case Boolean():
            return chance.random() < 0.5
        case Integer():
            return chance.randrange(4)
        case LargeBinary():
            return b""
        case _:
            return chance.choice(TEXTS)
