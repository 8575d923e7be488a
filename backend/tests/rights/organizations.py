"""Random organizations for the oracle and the product: every stored value is a marker found nowhere else.

What comes out depends on the ``random.Random`` alone, so that a failing example can be repeated by its number.
"""

import random
from datetime import date, timedelta

from fieldsync.core.privileges import SHAREABLE, AccessLevel, PrincipalKind, Privilege
from rights.oracle import (
    Holding,
    Opened,
    Organization,
    Permission,
    Record,
    Role,
    Secured,
    Share,
    Team,
    Unit,
    User,
)
from rights.stock import CONTACTS, Stock

NAMES = CONTACTS.names
"""The columns of contacts in play and what GraphQL calls them."""
DATES = CONTACTS.dates
SECURABLE = CONTACTS.securable
KEEPS = (None, None, 0, 2, 4, 7, 8)
"""Masking rules; a marker has seven characters, so the last ones show nothing of it."""


class Maker:
    """Makes one organization, and what is needed to change it later."""

    def __init__(self, chance: random.Random, stock: Stock = CONTACTS) -> None:
        self.chance = chance
        self.stock = stock
        self.count = 0

    def likely(self, share: float) -> bool:
        return self.chance.random() < share

    def some(self, of: list[str], most: int) -> list[str]:
        return self.chance.sample(of, min(len(of), self.chance.randint(0, most)))

    def value(self, attribute: str) -> str:
        """A value that was never used before."""
        self.count += 1
        day = (date(1801, 1, 1) + timedelta(days=self.count)).isoformat()
        if attribute in self.stock.dates:
            return day
        if attribute in self.stock.times:
            return f"{day}T00:00:00+00:00"
        return f"mk{self.count:04d}q"

    def levels(self) -> dict[Privilege, AccessLevel]:
        """Privileges of a role; READ is there more often than not, since nothing else works without it."""
        few = [AccessLevel.USER, AccessLevel.USER, AccessLevel.BUSINESS_UNIT, AccessLevel.PARENT_CHILD]
        found = {one: self.chance.choice([*few, AccessLevel.ORGANIZATION]) for one in Privilege if self.likely(0.5)}
        if self.likely(0.8):
            found[Privilege.READ] = self.chance.choice(few)
        return found

    def organization(self, records: int = 8) -> Organization:
        org = Organization(stock=self.stock, hierarchy=self.likely(0.5), depth=self.chance.randint(1, 3))
        org.same_or_parent_unit = self.likely(0.5)
        for number in range(self.chance.randint(1, 3)):
            org.units.append(Unit(f"unit{number}", self.chance.choice([unit.id for unit in org.units])))
        units = [unit.id for unit in org.units]
        for number in range(self.chance.randint(4, 6)):
            org.users.append(
                User(
                    f"user{number}",
                    unit=self.chance.choice(units),
                    manager=self.chance.choice([user.id for user in org.users] or [None]) if self.likely(0.7) else None,
                    disabled=number > 0 and self.likely(0.12),
                    administrator=number > 0 and self.likely(0.1),
                )
            )
        users = [user.id for user in org.users]
        for number in range(self.chance.randint(1, 3)):
            kind = PrincipalKind.ACCESS_TEAM if self.likely(0.3) else PrincipalKind.OWNER_TEAM
            org.teams.append(Team(f"team{number}", self.chance.choice(units), self.some(users, 3), kind))
        owning = [team.id for team in org.teams if team.kind is PrincipalKind.OWNER_TEAM]
        everybody = users + [team.id for team in org.teams]
        for number in range(self.chance.randint(2, 4)):
            org.roles.append(Role(f"role{number}", self.levels(), team_only=self.likely(0.4)))
            holders = self.chance.sample(users + owning, self.chance.randint(1, 3))
            org.holdings.extend(Holding(holder, f"role{number}") for holder in holders)
        for number in range(records):
            values: dict[str, str | None] = {name: self.value(name) for name in self.stock.names if self.likely(0.8)}
            values[self.stock.called] = self.value(self.stock.called)
            org.records.append(Record(f"record{number}", self.chance.choice(users + owning), values))
        for record in org.records:
            for to in self.some(everybody, 2):
                org.shares.append(Share(record.id, to, self.rights()))
        securable = self.stock.securable
        for attribute in self.chance.sample(securable, min(len(securable), self.chance.randint(2, 5))):
            keep = None if attribute in self.stock.unmaskable else self.chance.choice(KEEPS)
            org.secured.append(Secured(attribute, keep))
            for number in range(self.chance.randint(0, 2)):
                flags = {one: self.likely(0.5) for one in ("read", "unmasked", "create", "update")}
                for member in self.some(everybody, 3):
                    org.permissions.append(Permission(f"fp-{attribute}-{number}", member, attribute, **flags))
            for record in org.records:
                if self.likely(0.3):
                    read, to = self.likely(0.6), self.chance.choice(everybody)
                    update = not read or self.likely(0.5)
                    org.opened.append(Opened(record.id, attribute, to, read=read, update=update))
        return org

    def rights(self) -> set[Privilege]:
        return set(self.chance.sample(list(SHAREABLE), self.chance.randint(1, 4)))
