from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fieldsync.db import migrate
from fieldsync.parts import Parts
from fieldsync.settings import Settings


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Parts]:
    """What a process is made of, over an empty database in a folder of its own."""
    settings = Settings(data=tmp_path)
    migrate.upgrade(settings.database)
    parts = Parts.assemble(settings)
    yield parts
    await parts.runner.close()
    parts.database.close()
