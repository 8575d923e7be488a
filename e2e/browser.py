"""Finds a Chromium on any machine: named, installed, Playwright's own, or unpacked from an npm package."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Playwright

NAMED = "FIELDSYNC_CHROMIUM"
INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "node_modules" / "@sparticuz" / "chromium"

ARGUMENTS = (
    "--headless",
    "--no-sandbox",  # there is no other way for root; the pages are our own
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

# The package unpacks into the temporary folder and adds its libraries only where it believes itself on Amazon's.
UNPACK = """
process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs20.x";
const { default: chromium } = await import(process.argv[1]);
process.stdout.write(await chromium.executablePath());
"""


FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


class NoChromium(Exception):
    """There is no Chromium on this machine: name one in FIELDSYNC_CHROMIUM, or run `make test`, which installs one."""


@dataclass(frozen=True, slots=True)
class Chromium:
    """An executable, where it was found, and what it needs in its environment."""

    path: str
    source: str
    environment: dict[str, str] = field(default_factory=dict)


def find(playwright: Playwright) -> Chromium:
    """The first Chromium there is, in the order of the module's first line; raises NoChromium."""
    named = os.environ.get(NAMED)
    if named:
        return Chromium(named, NAMED)
    for name in INSTALLED:
        path = shutil.which(name)
        if path:
            return Chromium(path, "installed")
    own = playwright.chromium.executable_path
    if Path(own).exists():
        return Chromium(own, "Playwright")
    if PACKAGE.exists():
        return _unpacked()
    raise NoChromium(NoChromium.__doc__)


def launch(playwright: Playwright) -> Browser:
    """A headless browser that opens no connection of its own accord."""
    chromium = find(playwright)
    return playwright.chromium.launch(
        executable_path=chromium.path,
        args=list(ARGUMENTS),
        env={**os.environ, **chromium.environment},
    )


def _unpacked() -> Chromium:
    target = ROOT / "node_modules" / ".cache" / "chromium"
    if not (target / "chromium").exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=target.parent))
        entry = (PACKAGE / "build" / "esm" / "index.js").as_uri()
        command = ["node", "--input-type=module", "--eval", UNPACK, entry]
        subprocess.run(command, env={**os.environ, "TMPDIR": str(folder)}, check=True, capture_output=True, timeout=120)
        # Renamed when complete, so that a broken-off attempt is never taken for a browser.
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
    environment: dict[str, str] = {}
    executable = target / "chromium"
    if _lacks_libraries(executable):
        libraries = [str(target / "al2023" / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
        environment["LD_LIBRARY_PATH"] = ":".join(filter(None, libraries))
    if not any(Path("/usr/share/fonts").glob("**/*.[ot]t[fc]")):
        settings = target / "fonts" / "ours.conf"
        settings.write_text(FONTS.format(fonts=target / "fonts" / "fonts", cache=target / "fonts" / "cache"))
        environment["FONTCONFIG_FILE"] = str(settings)
    return Chromium(str(executable), "npm", environment)


def _lacks_libraries(executable: Path) -> bool:
    if shutil.which("ldd") is None:
        return True
    answer = subprocess.run(["ldd", executable], capture_output=True, text=True, check=False)
    return answer.returncode != 0 or "not found" in answer.stdout
