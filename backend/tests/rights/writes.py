"""Mutations to try: what is sent, what the oracle says to it, and what changes if it is allowed."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from authority import PERMIT
from fieldsync.core.privileges import SHAREABLE, Privilege
from fieldsync.db.columns import table_of
from fieldsync.db.database import Database
from fieldsync.db.records import RECORD_MODELS
from rights import expected
from rights.oracle import Opened, Oracle, Record, Share
from rights.organizations import Maker
from rights.stock import Stock

READ_ONLY = {"NOT_ALLOWED", "NOT_FOUND"}
"""What a token of scope read is told, whatever its owner may do."""


@dataclass
class Attempt:
    """``refused`` holds the codes that may come back; if it is empty, ``change`` is what then holds."""

    name: str
    input: dict[str, Any]
    refused: set[str]
    change: Callable[[], None]
    record: str
    stock: Stock
    makes: bool = False
    answers: str = ""
    """What is asked of the answer; the record, where nothing else is said."""

    @property
    def answer(self) -> str:
        return self.answers or f"{self.stock.one}{{...all}}"

    @property
    def query(self) -> str:
        kind = self.name[0].upper() + self.name[1:]
        fragment = expected.fragment(self.stock) if "..." in self.answer else ""
        asked = f"{self.answer} errors{{code message path}}"
        return f"mutation($input: {kind}Input!){{{self.name}(input: $input){{{asked}}}}}{fragment}"


def _everybody(oracle: Oracle) -> list[str]:
    return [one.id for one in [*oracle.org.users, *oracle.org.teams]]


def _enabled(oracle: Oracle, principal: str) -> bool:
    return not any(user.id == principal and user.disabled for user in oracle.org.users)


def _unreachable(oracle: Oracle, user: str, privilege: Privilege, record: Record) -> set[str]:
    """Why a privilege does not come through to a record: what is not seen is not there."""
    if not oracle.may_see(user, record):
        return {"NOT_FOUND"}
    return set() if oracle.may(user, privilege, record) else {"NOT_ALLOWED"}


def create(oracle: Oracle, user: str, chance: random.Random, maker: Maker) -> Attempt:
    stock = maker.stock
    given = {name: maker.value(name) for name in [stock.called, *chance.sample(stock.securable, chance.randint(0, 3))]}
    owner = chance.choice([None, user, *_everybody(oracle)])
    whose = owner or user
    sent = stock.needed | {stock.names[name]: stock.said(name, value) for name, value in given.items()}
    if owner:
        sent["ownerId"] = f"principal:{owner}"
    refused: set[str] = set()
    if not oracle.holds(user, Privilege.CREATE):
        refused = {"NOT_ALLOWED"}
    elif not all(oracle.permitted(user, "create", name) for name in given):
        refused = {"FIELD_WITHHELD"}
    elif not oracle.may_create(user, whose):
        refused = {"NOT_ALLOWED", "NOT_FOUND"}
    assert bool(refused) == (not all(oracle.may_fill(user, whose, name) for name in given))
    record = Record(f"made{maker.count}", whose, {name: given.get(name) for name in stock.names})

    def change() -> None:
        oracle.org.records.append(record)

    return Attempt(stock.mutation("Create"), sent, refused, change, record.id, stock, makes=True, answers=_made(stock))


def edit(oracle: Oracle, user: str, chance: random.Random, maker: Maker) -> Attempt:
    record, stock = chance.choice(oracle.org.records), maker.stock
    given: dict[str, str | None] = {}
    for name in chance.sample(list(stock.names), chance.randint(1, 3)):
        given[name] = None if name != stock.called and chance.random() < 0.2 else maker.value(name)
    secured = [one.attribute for one in oracle.org.secured if one.keep is not None]
    if secured and chance.random() < 0.3:
        # Send back what was shown, as a form would that knows no better.
        name = chance.choice(secured)
        given[name] = oracle.shown(user, record, name) or maker.value(name)
    refused = _unreachable(oracle, user, Privilege.WRITE, record)
    if not refused and not all(oracle.may_update(user, record, name) for name in given):
        refused = {"FIELD_WITHHELD"}
    stars = [name for name, value in given.items() if value and value.startswith("****")]
    if not refused and any(not oracle.permitted(user, "unmasked", name) for name in stars):
        refused = {"INVALID_INPUT"}

    def change() -> None:
        record.values.update(given)

    values = {stock.names[name]: stock.said(name, value) for name, value in given.items()}
    sent = {f"{stock.noun}Id": stock.id(record.id)} | values
    return Attempt(stock.mutation("Update"), sent, refused, change, record.id, stock, answers=_made(stock))


def remove(oracle: Oracle, user: str, chance: random.Random, maker: Maker) -> Attempt:
    record, stock = chance.choice(oracle.org.records), maker.stock
    refused = _unreachable(oracle, user, Privilege.DELETE, record)
    sent = {f"{stock.one}Id": stock.id(record.id)}

    def change() -> None:
        expected.without(oracle.org, record.id)

    return Attempt(stock.mutation("Delete"), sent, refused, change, record.id, stock, answers=f"{stock.one}Id")


def assign(oracle: Oracle, user: str, chance: random.Random, maker: Maker) -> Attempt:
    record, owner = chance.choice(oracle.org.records), chance.choice(_everybody(oracle))
    refused = _unreachable(oracle, user, Privilege.ASSIGN, record)
    if not refused and not oracle.may_own(owner):
        refused = {"NOT_FOUND"}

    def change() -> None:
        record.owner = owner

    sent = {f"{maker.stock.one}Id": maker.stock.id(record.id), "ownerId": f"principal:{owner}"}
    return Attempt(maker.stock.mutation("Assign"), sent, refused, change, record.id, maker.stock)


def share(oracle: Oracle, user: str, chance: random.Random, maker: Maker) -> Attempt:
    record, to = chance.choice(oracle.org.records), chance.choice(_everybody(oracle))
    rights = set(chance.sample(list(SHAREABLE), chance.randint(0, 3)))
    refused = _unreachable(oracle, user, Privilege.SHARE, record)
    if not refused and not _enabled(oracle, to):
        refused = {"NOT_FOUND"}
    news = rights - oracle.org.share_of(record.id, to)
    if not refused and not all(oracle.may(user, right, record) for right in news):
        refused = {"NOT_ALLOWED"}

    def change() -> None:
        kept = [one for one in oracle.org.shares if (one.record, one.to) != (record.id, to)]
        oracle.org.shares = kept + ([Share(record.id, to, rights)] if rights else [])

    sent = {
        "recordId": maker.stock.id(record.id), "principalId": f"principal:{to}",
        "rights": [one.value for one in rights],
    }  # fmt: skip
    return Attempt("recordShareSet", sent, refused, change, record.id, maker.stock, answers="record{...all}")


def open_column(oracle: Oracle, user: str, chance: random.Random, maker: Maker) -> Attempt:
    record, to = chance.choice(oracle.org.records), chance.choice(_everybody(oracle))
    attribute = chance.choice(maker.stock.securable)
    read, may_update = chance.random() < 0.6, chance.random() < 0.5
    refused: set[str] = set()
    if not oracle.org.user(user).administrator:
        refused = {"NOT_ALLOWED"}
    elif not _enabled(oracle, to):
        refused = {"NOT_FOUND"}
    elif (read or may_update) and not oracle.is_secured(attribute):
        refused = {"INVALID_INPUT"}

    def change() -> None:
        key = (record.id, attribute, to)
        kept = [one for one in oracle.org.opened if (one.record, one.attribute, one.to) != key]
        news = [Opened(*key, read=read, update=may_update)] if read or may_update else []
        oracle.org.opened = kept + news

    sent = {
        "recordId": maker.stock.id(record.id), "attribute": attribute, "principalId": f"principal:{to}", "read": read,
        "update": may_update,
    }  # fmt: skip
    return Attempt("columnGrantSet", sent, refused, change, record.id, maker.stock, answers="record{...all}")


ATTEMPTS = (create, create, edit, edit, edit, remove, assign, share, open_column)


def _made(stock: Stock) -> str:
    return f"{stock.noun}{{...all}}"


def rename(database: Database, stock: Stock, old: str, new: str) -> None:
    """Call a record that was just made by another id."""
    table = table_of(RECORD_MODELS[stock.kind])
    database.write_now(PERMIT, lambda c: c.execute(update(table).where(table.c.id == old).values(id=new)))
