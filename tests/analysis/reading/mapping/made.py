"""Small tables and mappings, written to a folder and read."""

from __future__ import annotations

from pathlib import Path

from analysis import Study, read_mapped


def read(folder: Path, mapping: str, **tables: str) -> Study:
    """Write `mapping` and each table (its name → its text, one row a line), and read them."""
    (folder / "mapping.yaml").write_text("schema_version: 2\n" + mapping, "utf-8")
    for name, text in tables.items():
        lines = [line.strip() for line in text.strip().splitlines()]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    one = folder / f"{next(iter(tables))}.csv"
    return read_mapped(folder if len(tables) > 1 else one, folder / "mapping.yaml")
