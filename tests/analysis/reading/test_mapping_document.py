"""The mapping that docs/contracts.md prints works as it stands, and says what a reader must be warned of."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis import metric_by_arm, read_mapped, report

CONTRACTS = Path(__file__).parents[3] / "docs" / "contracts.md"


@pytest.fixture
def documented(tmp_path: Path) -> tuple[Path, Path]:
    """A table of others, and the printed mapping for it; each of 25 people stands in both arms."""
    mapping = re.search(r"```yaml\n(.*?)```", CONTRACTS.read_text(encoding="utf-8"), re.DOTALL)
    assert mapping is not None
    (tmp_path / "mapping.yaml").write_text(mapping.group(1), encoding="utf-8")
    rows = [
        {
            "UID": f"u{person}",
            "Query": f"q{item}",
            "Method": "none" if item % 2 else "kNN",
            "Correctness": int((person * item) % 3 > 0),
            "ClassifierCorrectness": item % 2,
            "Sureness": -1 if item == 3 else 0.8,
            "RT": 900 + item,
            "Part": "test",
        }
        for person in range(25)
        for item in range(24)
    ]
    pd.DataFrame([*rows, rows[0]]).to_csv(tmp_path / "table.csv", index=False)
    return tmp_path / "table.csv", tmp_path / "mapping.yaml"


def test_the_printed_mapping_reads(documented: tuple[Path, Path]) -> None:
    study = read_mapped(*documented)
    assert len(study.trials) == 25 * 24
    assert study.trials["confidence"].isna().sum() == 25
    assert study.arm_names == ["ResNet-50", "kNN"]


def test_copies_and_people_in_several_arms_are_cautions_and_people_count_once(
    documented: tuple[Path, Path], tmp_path: Path
) -> None:
    report(documented[0], tmp_path / "out", mapping=documented[1])
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "1 rows are exact copies of earlier ones; left out" in page
    assert "stand in more than one arm" in page
    assert "25 participants, 24 items" in page


def test_the_printed_mapping_of_advice_in_numbers_reads(tmp_path: Path) -> None:
    (_, printed, *_) = re.findall(r"```yaml\n(.*?)```", CONTRACTS.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "mapping.yaml").write_text(printed, encoding="utf-8")
    rows = "a,x,plain,10,20,15,18\na,y,plain,-1,20,20,18\nb,x,map,10,20,20,18\nb,y,map,10,20,10,18\n"
    (tmp_path / "t.csv").write_text(f"who,photo,interface,own,advice,settled,real\n{rows}", encoding="utf-8")
    study = read_mapped(tmp_path / "t.csv", tmp_path / "mapping.yaml")
    weights = metric_by_arm("weight-of-advice", study.trials)
    assert weights["estimate"].to_dict() == {"plain": 0.5, "map": 0.5}
    assert weights["undefined"].to_dict() == {"plain": 1, "map": 0}
