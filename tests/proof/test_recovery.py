"""The recovery proof: its counting, a short form of it, and (by `make proof`) all of it."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof.recovery import NEEDED, RESULTS, ROOT, SEEDS, drop_cut_line, kept, page, summary

ARMS = ("saliency", "gradcam", "integrated", "examples", "prototypes", "path", "placebo")


def result(seed: int, low: float, high: float, p: float = 0.5) -> dict:
    told = {
        "estimate": (low + high) / 2,
        "low": low,
        "high": high,
        "se": 0.1,
        "p": p,
        "p_adjusted": 2 * p,
        "truth": 0.1,
    }
    return {"seed": seed, "pages": 10, "contrasts": {"examples": told}}


def test_intervals_are_counted_that_cover_the_truth() -> None:
    nothing = result(4, math.nan, math.nan, math.nan)
    row = summary([result(1, 0.0, 0.2, 0.01), result(2, 0.1, 0.3), result(3, 0.2, 0.4, 0.04), nothing]).loc[
        "examples"
    ]
    assert (row["seeds"], row["covered"]) == (4, 2)
    assert row["bias"] == pytest.approx((0.0 + 0.1 + 0.2) / 3)
    assert row["width"] == pytest.approx(0.2)
    assert (row["rejected"], row["rejected_holm"]) == (0.5, 0.25)


def test_the_page_tells_when_too_few_intervals_cover() -> None:
    good, bad = [result(1, 0.0, 0.2)], [result(1, 0.2, 0.3)]
    assert "1 of 1" in page(summary(good), good, 100)
    assert "which reaches the 1" in page(summary(good), good, 100)
    assert "which does not reach the 1" in page(summary(bad), bad, 100)


def test_a_line_that_was_cut_short_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / RESULTS
    path.write_text(json.dumps(result(2, 0, 1)) + "\n" + '{"seed": 3, "con')
    drop_cut_line(path)
    assert [found["seed"] for found in kept(path)] == [2]
    path.write_text('{"se')
    drop_cut_line(path)
    assert kept(path) == []


def prove(work: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "tests.proof.recovery",
        "--work",
        str(work),
        "--docs",
        str(work / "page.md"),
    ]
    return subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False)


def test_two_seeds_give_intervals_around_the_truth_and_are_not_run_again(tmp_path: Path) -> None:
    work = tmp_path / "proof"
    work.mkdir()
    done = prove(work, "--seeds", "2", "--participants", "40")
    found = kept(work / RESULTS)
    assert [seed["seed"] for seed in found] == [1, 2], done.stdout + done.stderr
    for seed in found:
        assert set(seed["contrasts"]) == set(ARMS)
        for arm, contrast in seed["contrasts"].items():
            assert -1 < contrast["low"] < contrast["estimate"] < contrast["high"] < 1
            assert contrast["truth"] == pytest.approx(0.1247 if arm == "examples" else 0.0, abs=0.001)
            assert contrast["low"] < contrast["truth"] < contrast["high"]
    again = prove(work, "--seeds", "2", "--participants", "40")
    assert again.returncode == done.returncode == 0, again.stdout + again.stderr
    assert kept(work / RESULTS) == found
    other = prove(work, "--seeds", "2", "--participants", "41")
    assert (other.returncode, "other parameters" in other.stdout) == (2, True)


@pytest.mark.proof
def test_the_report_recovers_what_was_planted() -> None:
    """Writes docs/recovery.md; results are kept under PROOF_DIR, so an interrupted proof goes on."""
    subprocess.run([sys.executable, "-m", "tests.proof.recovery"], cwd=ROOT, check=True)
    counts = (ROOT / "docs" / "recovery.md").read_text(encoding="utf-8")
    assert NEEDED == 0.9
    assert counts.count(f" of {SEEDS} |") == len(ARMS)
