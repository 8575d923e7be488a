"""Write the next migration from the difference between the tables in the code and the history.

Usage: make migration name="what it does". Read the file before you keep it: a renamed column looks
like one dropped and one added, and new NOT NULL columns want a value for the rows that exist.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from fieldsync.db import dialect, migrate


def main(name: str) -> int:
    if not name.strip():
        print('Say what it does: make migration name="add colour to profiles"', file=sys.stderr)
        return 2
    versions = Path("backend/fieldsync/db/migrations/versions")
    number = max((int(path.name[:4]) for path in versions.glob("[0-9]*_*.py")), default=0) + 1
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/empty.db"
        if number > 1:
            migrate.upgrade(url)
        engine = dialect.make_engine(url, pool_size=1)
        with engine.connect() as connection:
            settings = migrate.config(connection)
            settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            script = command.revision(settings, name.strip(), autogenerate=True, rev_id=f"{number:04d}")
        engine.dispose()
    path = Path(script.path)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "### " not in line))
    for arguments in (["format"], ["check", "--fix", "--select", "I,UP,F"], ["format"]):
        subprocess.run([".venv/bin/ruff", *arguments, "--quiet", path], check=True)
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
