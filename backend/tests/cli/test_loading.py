"""What a command loads is most of the time that it takes."""

import subprocess
import sys

_HEAVY = ("structlog", "strawberry", "graphql", "starlette", "uvicorn", "alembic", "psycopg", "asyncpg")


def test_a_synchronization_loads_neither_the_web_nor_drivers_nor_the_log_before_it_needs_them() -> None:
    told = f"import sys, fieldsync.foreground; print([name for name in {_HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_loads_no_database() -> None:
    told = "import sys, fieldsync.cli; print([name for name in ('sqlalchemy', 'pydantic') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
