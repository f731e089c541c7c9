"""The published data, wherever they lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("REPLICATION_DATA") or Path(__file__).parents[3] / "shared" / "replication")


@pytest.fixture(scope="session")
def published():
    """Return the folder of a published study's data, or skip when it is absent."""

    def folder(name: str) -> Path:
        if not (DATA / name).is_dir():
            pytest.skip(f"the published data of {name} are not at {DATA / name}; REPLICATION_DATA says where")
        return DATA / name

    return folder
