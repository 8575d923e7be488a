"""What scripts need to know of a demo: addresses, accounts, mailboxes with their sign-ins."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fieldsync.db.database import Database
from fieldsync.db.repo import mailboxes
from fieldsync.demo.organization import ACCOUNTS
from fieldsync.ids import global_id


def remember_address(data: Path, url: str) -> None:
    """Note where the demo is served, for ``describe``."""
    (data / "address").write_text(url + "\n", encoding="ascii")


def accounts() -> list[dict[str, str]]:
    """The accounts that anybody may use."""
    return [
        {
            "userName": account.user_name,
            "password": account.password,
            "role": account.role.value,
            "name": account.name,
        }
        for account in ACCOUNTS
    ]


def describe(data: Path, database: Database, default_url: str) -> dict[str, Any]:
    """The demo as it is seeded; ``default_url`` is told while it has never been served."""
    address, port = data / "address", data / "mail-port"
    secrets = {account.user_name: account.mail_password for account in ACCOUNTS}
    rows = database.read_now(mailboxes.owner_and_urls)
    mail_url = f"http://127.0.0.1:{port.read_text(encoding='ascii').strip()}/" if port.exists() else None
    return {
        "url": address.read_text(encoding="ascii").strip() if address.exists() else default_url,
        "mailServer": {"url": mail_url},
        "accounts": accounts(),
        "mailboxes": [
            {
                "id": global_id("mailbox", row.id),
                "name": row.name,
                "owner": row.owner,
                "userName": row.user_name,
                "password": secrets.get(row.user_name),
                "contactsUrl": row.contacts_url,
                "calendarUrl": row.calendar_url,
                "tasksUrl": row.tasks_url,
            }
            for row in rows
            if mail_url and row.contacts_url.startswith(mail_url)
        ],
    }


def in_words(found: Mapping[str, Any]) -> str:
    """What ``describe`` found, for a person to read."""
    lines = [f"Pages and API: {found['url']}", f"Mail server:   {found['mailServer']['url'] or 'not started yet'}"]
    lines += [
        f"  {account['userName']:8} {account['password']:14} {account['role'].lower()}" for account in found["accounts"]
    ]
    for mailbox in found["mailboxes"]:
        lines.append(f"  {mailbox['name']}: as {mailbox['userName']} / {mailbox['password']}")
        urls = dict.fromkeys(mailbox[name] for name in ("contactsUrl", "calendarUrl", "tasksUrl"))
        lines += [f"    {url}" for url in urls if url]
    return "\n".join(lines)
