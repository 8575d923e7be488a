"""SOGo and Cyrus from Debian's packages, started by their programs with a configuration of their own.

Everything they keep is in one temporary folder, their ports are on the loopback address, and no service of the
system is started, stopped or configured. They drop to users of their own, which only root can do.
`tools/debian-packages` installs what ``PACKAGES`` names.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from fieldsync.demo.mailserver import free_port

PACKAGES = ("cyrus-imapd", "cyrus-caldav", "sasl2-bin", "sogo", "postgresql", "memcached")
START_SECONDS = 20


def available() -> bool:
    """True if both can be started here: as root, with their programs installed."""
    programs = ("/usr/sbin/cyrmaster", "/usr/lib/cyrus/bin/httpd", "/usr/sbin/sogod", "/usr/bin/memcached")
    return os.geteuid() == 0 and all(Path(program).exists() for program in programs)


class DebianServer:
    """Processes in a folder that ends with them; ``user`` may sign in with ``password``."""

    name = ""
    account = ""
    """The user of the machine that the programs run as."""

    def __init__(self, *users: tuple[str, str]) -> None:
        self.users = users
        self.folder = Path(tempfile.mkdtemp(prefix=f"fieldsync-{self.name}-", dir="/dev/shm"))
        self.port = free_port()
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        for process in reversed(self._processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def hand_over(self, *folders: str) -> None:
        """Make these folders and give all that is there to the account."""
        for name in folders:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        who = pwd.getpwnam(self.account)
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, who.pw_uid, who.pw_gid)

    def process(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a program of the server; it ends with the server."""
        with (self.folder / f"{Path(command[0]).name}.log").open("wb") as log:
            started = subprocess.Popen(
                command,
                cwd=self.folder,
                env={**os.environ, **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
        self._processes.append(started)
        return started

    def as_account(self, *command: str) -> list[str]:
        return ["setpriv", f"--reuid={self.account}", f"--regid={self.account}", "--clear-groups", *command]

    def wait_for(self, ready: Callable[[], bool]) -> None:
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up:
            ended = [process for process in self._processes if process.poll() is not None]
            assert not ended, f"{ended[0].args} ended\n{self.logs()}"
            if ready():
                return
            time.sleep(0.05)
        raise AssertionError(f"{self.name} did not answer in time\n{self.logs()}")

    def logs(self) -> str:
        return "\n".join(
            f"--- {path.name}\n{path.read_text('utf-8', 'replace')[-2000:]}" for path in self.folder.glob("*.log")
        )

    def answers(self, path: str, user: str, password: str) -> bool:
        """True once the sign-in gets a 207 there."""
        request = urllib.request.Request(f"{self.url}{path}", method="PROPFIND", headers={"Depth": "0"})
        request.add_header("Authorization", "Basic " + b64encode(f"{user}:{password}".encode()).decode())
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status == 207
        except urllib.error.HTTPError:
            return False
        except OSError:
            return False


class Cyrus(DebianServer):
    """Cyrus IMAP with its CardDAV and CalDAV service."""

    name = "cyrus"
    account = "cyrus"

    def home(self, user: str) -> str:
        return f"{self.url}dav/addressbooks/user/{user}/"

    def calendar_home(self, user: str) -> str:
        return f"{self.url}dav/calendars/user/{user}/"

    def start(self) -> None:
        self._configure()
        self._passwords()
        self.process(
            "/usr/sbin/cyrmaster", "-C", f"{self.folder}/imapd.conf", "-M", f"{self.folder}/cyrus.conf",
            "-p", f"{self.folder}/master.pid",
        )  # fmt: skip
        self.wait_for(lambda: all(self._has_mailbox(user, password) for user, password in self.users))

    def _configure(self) -> None:
        folder = self.folder
        settings = {
            "configdirectory": f"{folder}/config",
            "proc_path": f"{folder}/proc",
            "mboxname_lockpath": f"{folder}/lock",
            "defaultpartition": "default",
            "partition-default": f"{folder}/mail",
            "sasl_pwcheck_method": "auxprop",
            "sasl_auxprop_plugin": "sasldb",
            "sasl_sasldb_path": f"{folder}/sasldb2",
            "sasl_mech_list": "PLAIN LOGIN",
            "allowplaintext": "yes",
            "admins": "cyrus",
            "httpmodules": "caldav carddav",
            "autocreate_quota": "0",
            "autocreate_post": "yes",
            "lmtpsocket": f"{folder}/socket/lmtp",
            "idlesocket": f"{folder}/socket/idle",
            "notifysocket": f"{folder}/socket/notify",
            "servername": "localhost",
            "unixhierarchysep": "yes",
            "virtdomains": "off",
        }
        (folder / "imapd.conf").write_text("".join(f"{name}: {value}\n" for name, value in settings.items()))
        self._imap = free_port()
        options = f"-C {folder}/imapd.conf"
        (folder / "cyrus.conf").write_text(
            f'START {{\n  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb {options} -r"\n}}\n'
            "SERVICES {\n"
            f'  imap cmd="/usr/lib/cyrus/bin/imapd {options}" listen="127.0.0.1:{self._imap}" prefork=0\n'
            f'  http cmd="/usr/lib/cyrus/bin/httpd {options}" listen="127.0.0.1:{self.port}" prefork=4\n'
            "}\nEVENTS {\n}\n"
        )

    def _passwords(self) -> None:
        self.hand_over("config/db", "config/socket", "proc", "lock", "mail", "socket")
        for user, password in (("cyrus", "cyrus"), *self.users):
            command = ["saslpasswd2", "-p", "-c", "-f", f"{self.folder}/sasldb2", "-u", "localhost", user]
            subprocess.run(command, input=password.encode(), check=True, capture_output=True, timeout=30)
        self.hand_over()

    def _has_mailbox(self, user: str, password: str) -> bool:
        """The first look makes the mailbox, over IMAP; the address book and the calendar appear by themselves."""
        import imaplib

        try:
            with imaplib.IMAP4("127.0.0.1", self._imap, timeout=10) as imap:
                imap.login("cyrus", "cyrus")
                imap.create(f"user/{user}")
        except (OSError, imaplib.IMAP4.error):
            return False
        return self.answers(f"dav/addressbooks/user/{user}/", user, password)
