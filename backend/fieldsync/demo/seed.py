"""Seeding the demo organization and starting its mail server; safe to repeat."""

import socket
from base64 import b64encode
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import contacts, mailboxes, principals, profiles, records
from fieldsync.demo import rights
from fieldsync.demo.mailserver import Collections, MailServer, MailServerFailed, free_port
from fieldsync.demo.organization import ACCOUNTS, ZONE, Account, address_book, calendar, crm_activities, crm_contacts
from fieldsync.ids import new_id
from fieldsync.security import gate, passwords
from fieldsync.security.secrets import SecretBox


def seed_records(database: Database) -> None:
    """Make the default profile, the organization with its rights, and people who were not there yet with records.

    What is there already stays as it is: an administrator may have changed it.
    """
    hashes = {account.user_name: passwords.hash_now(account.password) for account in _new_accounts(database)}
    now = datetime.now(UTC)

    def unit(connection: Connection) -> None:
        profiles.ensure_default(connection, now)
        is_new = not rights.were_seeded(connection)
        if is_new:
            rights.add_units_and_roles(connection, now)
        for account in ACCOUNTS:
            if principals.by_user_name(connection, account.user_name) is not None:
                continue
            principal_id = rights.add_person(connection, account, hashes[account.user_name], now)
            owned = crm_contacts(account.user_name)
            if owned:
                contacts.create_many(connection, [(principal_id, values) for values in owned], now)
            for kind, activities in crm_activities(account.user_name, now.date()).items():
                records.insert_many(connection, kind, principal_id, [(new_id(), one) for one in activities], now)
        if is_new:
            rights.place_people(connection, now)

    database.write_now(gate.administer("seed"), unit)


def start_mail_server(data: Path, database: Database, box: SecretBox) -> MailServer:
    """Start the demo's mail server on its remembered port and connect the demo's mailboxes to it.

    If the port is taken by somebody else, another one is chosen and the mailboxes' addresses follow.
    Call from the main thread: the server ends with the thread that started it.
    """
    server = MailServer(data / "mail", port=_port(data))
    for account in ACCOUNTS:
        if account.mail_password:
            server.add_user(account.user_name, account.mail_password)
    server.start()
    (data / "mail-port").write_text(f"{server.port}\n", encoding="ascii")
    for account in ACCOUNTS:
        if account.mail_password:
            found = server.ensure_collections(account.user_name, account.mail_password)
            if _connect(database, box, account, found):
                _fill(account, found)
    return server


def _new_accounts(database: Database) -> list[Account]:
    def unit(connection: Connection) -> list[Account]:
        return [account for account in ACCOUNTS if principals.by_user_name(connection, account.user_name) is None]

    return database.read_now(unit)


def _port(data: Path) -> int:
    path = data / "mail-port"
    remembered = path.read_text(encoding="ascii").strip() if path.exists() else ""
    if remembered.isdecimal():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", int(remembered)))
            except OSError:
                return free_port()
            return int(remembered)
    return free_port()


def _connect(database: Database, box: SecretBox, account: Account, found: Collections) -> bool:
    """Store or re-address the account's demo mailbox; True if it is new."""
    now = datetime.now(UTC)
    name = f"{account.name}'s contacts"

    def unit(connection: Connection) -> bool:
        owned = [row for row in mailboxes.owner_and_urls(connection) if row.owner == account.user_name]
        for row in owned:
            if row.contacts_url == found.contacts:
                return False
            if row.contacts_url.endswith(f"/{account.user_name}/contacts/") and "//127.0.0.1:" in row.contacts_url:
                mailboxes.update_mailbox(connection, row.id, **_moved(row, found))
                return False
        person = principals.by_user_name(connection, account.user_name)
        if person is None:
            raise LookupError(f"the demo account {account.user_name} is gone")
        values = mailboxes.values_for_new(
            principal_id=person.id,
            name=name,
            contacts_url=found.contacts,
            user_name=account.user_name,
            password_box=box.seal(account.mail_password or ""),
            now=now,
        )
        values |= {
            "calendar_url": found.calendar,
            "tasks_url": found.calendar,
            "time_zone": ZONE,
            "addresses": account.addresses,
        }
        mailboxes.insert_mailbox(connection, id=new_id(), **values)
        return True

    return database.write_now(gate.administer("seed"), unit)


def _moved(row: Any, found: Collections) -> dict[str, str]:
    """The addresses of a mailbox whose server is on another port now; what it was connected to without, stays so."""
    held = (row.calendar_url, row.tasks_url)
    calendars = [bool(url) and url.endswith(f"/{row.user_name}/calendar/") for url in held]
    moved = {"calendar_url": found.calendar, "tasks_url": found.calendar}
    return {"contacts_url": found.contacts} | {
        name: url for (name, url), here in zip(moved.items(), calendars, strict=True) if here
    }


def _fill(account: Account, found: Collections) -> None:
    """Put what the account's address book and calendar had before Fieldsync came."""
    _put(account, found.contacts, "text/vcard", address_book(account.user_name))
    _put(account, found.calendar, "text/calendar", calendar(account.user_name, datetime.now(UTC).date()))


def _put(account: Account, url: str, media_type: str, items: dict[str, str]) -> None:
    parts = urlsplit(url)
    sign_in = b64encode(f"{account.user_name}:{account.mail_password}".encode()).decode()
    headers = {"Authorization": f"Basic {sign_in}", "Content-Type": f"{media_type}; charset=utf-8"}
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        for name, body in items.items():
            connection.request("PUT", parts.path + name, body.encode(), headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 201:
                raise MailServerFailed(f"PUT {name} was answered with status {answer.status}.")
    finally:
        connection.close()
