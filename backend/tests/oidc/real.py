"""A real provider (npm oidc-provider) as a process, and a browser's part in it."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2

SCRIPT = Path(__file__).with_name("provider.mjs")


@contextmanager
def provider(*redirect_uris: str) -> Iterator[str]:
    """The issuer of a running provider that sends people back to these addresses."""
    process = subprocess.Popen(
        ["node", SCRIPT, *redirect_uris],
        cwd=SCRIPT.parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        issuer = process.stdout.readline().strip()
        assert issuer, process.communicate()[1]
        yield issuer
    finally:
        process.kill()
        process.communicate()


async def consent(address: str, login: str, back_to: str) -> str:
    """Sign in at the provider and agree, as a person would; the address it sends the browser back to."""
    async with httpx2.AsyncClient(timeout=20) as browser:
        response = await browser.get(address)
        for _ in range(12):
            if response.is_redirect:
                address = urljoin(str(response.url), response.headers["location"])
                if address.startswith(back_to):
                    return address
                response = await browser.get(address)
                continue
            form = re.search(r'<form[^>]* action="([^"]+)" method="post">', response.text)
            prompt = re.search(r'name="prompt" value="(\w+)"', response.text)
            assert form, response.text
            assert prompt, response.text
            data = {"prompt": prompt[1], "login": login, "password": "any"}
            response = await browser.post(urljoin(str(response.url), form[1]), data=data)
    raise AssertionError(f"the provider never sent us back, but to {address}")


def now() -> datetime:
    """The time by which the provider signs."""
    return datetime.now(UTC)


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
