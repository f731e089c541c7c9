"""Does the report find what was planted? The digits study, many times, by virtual participants.

    python -m tests.proof.recovery

For each seed the real study is launched with a seed of its own and walked by virtual participants through the
in-process pages; item difficulties and people are drawn anew. Its export goes through the analysis plan as
the report executes it. Counted is how often the interval of each contrast covers the marginal truth. Results
are kept by seed, so that an interrupted run goes on where it was, and so are the walked studies: delete
`recovery.jsonl` to repeat the analysis alone.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from tests.proof import one_seed

ROOT = Path(__file__).parents[2]
SEEDS, PARTICIPANTS, PROCESSES = 100, 160, 2
NEEDED = 0.90
ALPHA = 0.05
RESULTS = "recovery.jsonl"
WALKS = "walks"


class OtherDesign(Exception):
    """Results of another design lie where these would go."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is left to do, write the page, and say whether enough intervals cover the truth."""
    options = _options(arguments)
    path = options.work / RESULTS
    running = results(path, options.seeds, options.participants, options.processes)
    try:
        found = list(
            tqdm(running, total=options.seeds, unit="seed", desc="recovery", disable=None, file=sys.stdout)
        )
    except OtherDesign as error:
        print(error)
        return 2
    except KeyboardInterrupt:
        print(f"Stopped. {len(kept(path))} seeds are kept in {path}; the same command goes on.")
        return 130
    found.sort(key=lambda result: result["seed"])
    table = summary(found)
    options.docs.write_text(page(table, found, options.participants), encoding="utf-8")
    print(table.round(4).to_string(), f"{options.docs} is written.", sep="\n")
    return 0 if (table["covered"] >= NEEDED * table["seeds"]).all() else 1


def results(
    path: Path, seeds: int, participants: int, processes: int = PROCESSES
) -> Iterator[dict[str, Any]]:
    """Yield the result of each seed from 1 to `seeds`: the kept ones, then each new one once it is kept."""
    drop_cut_line(path)
    same = one_seed.design(participants)
    before = [result for result in kept(path) if result["seed"] <= seeds]
    if any(result["design"] != same for result in before):
        raise OtherDesign(f"{path} holds results of other parameters. Remove it to begin anew.")
    yield from before
    done = {result["seed"] for result in before}
    jobs = [(seed, participants, path.parent / WALKS) for seed in range(1, seeds + 1) if seed not in done]
    if not jobs:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    spawn = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="recovery-", dir=one_seed.scratch_place()) as scratch,
        spawn.Pool(min(processes, len(jobs)), one_seed.prepare, (scratch,)) as pool,
    ):
        for result in pool.imap_unordered(one_seed.run_seed, jobs):
            _keep(path, result | {"design": same})
            yield result


def kept(path: Path) -> list[dict[str, Any]]:
    """Return the results that are kept, by seed."""
    if not path.exists():
        return []
    return sorted(
        (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()),
        key=lambda result: result["seed"],
    )


def drop_cut_line(path: Path) -> None:
    """Take away a last line that was not written whole."""
    if path.exists():
        whole, _, _ = path.read_bytes().rpartition(b"\n")
        os.truncate(path, len(whole) + 1 if whole else 0)


def _keep(path: Path, result: dict[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(result) + "\n")
        file.flush()
        os.fsync(file.fileno())


def summary(found: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per contrast: how often its interval covers the truth, and how far off it is.

    `covered` and `seeds` are counts; an interval that could not be computed covers nothing. `rejected` and
    `rejected_holm` are shares of seeds whose p-value lies below 0.05, as it is and after Holm's correction.
    """
    rows = pd.DataFrame(
        [{"arm": arm, **contrast} for result in found for arm, contrast in result["contrasts"].items()]
    )
    rows = rows.assign(
        covered=(rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"]),
        bias=rows["estimate"] - rows["truth"],
        width=rows["high"] - rows["low"],
        rejected=rows["p"] < ALPHA,
        rejected_holm=rows["p_adjusted"] < ALPHA,
    )
    arms = rows.groupby("arm", sort=False)
    return pd.DataFrame(
        {
            "planted": {arm: one_seed.EFFECTS.get(str(arm), 0.0) for arm in rows["arm"].unique()},
            "truth": arms["truth"].mean(),
            "seeds": arms.size(),
            "covered": arms["covered"].sum(),
            "mean_estimate": arms["estimate"].mean(),
            "bias": arms["bias"].mean(),
            "sd": arms["estimate"].std(),
            "mean_se": arms["se"].mean(),
            "width": arms["width"].mean(),
            "rejected": arms["rejected"].mean(),
            "rejected_holm": arms["rejected_holm"].mean(),
        }
    )


def page(table: pd.DataFrame, found: Sequence[dict[str, Any]], participants: int) -> str:
    """Return docs/recovery.md."""
    pages = sum(result["pages"] for result in found)
    rows = "\n".join(_row(str(arm), row) for arm, row in table.iterrows())
    least = int(table["covered"].min())
    verdict = "reaches" if (table["covered"] >= NEEDED * table["seeds"]).all() else "does not reach"
    return PAGE.format(
        seeds=len(found),
        participants=participants,
        pages=pages,
        rows=rows,
        least=least,
        verdict=verdict,
        needed=round(NEEDED * len(found)),
        effect=one_seed.EFFECTS["examples"],
    )


def _row(arm: str, row: pd.Series) -> str:
    cells = [
        arm, f"{row['planted']:+.1f}", f"{row['truth']:+.4f}", f"{row['covered']:.0f} of {row['seeds']:.0f}",
        f"{row['bias']:+.4f}", f"{row['sd']:.4f}", f"{row['mean_se']:.4f}", f"{row['width']:.3f}",
        f"{100 * row['rejected']:.0f} %", f"{100 * row['rejected_holm']:.0f} %",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


PAGE = """\
# Recovery: does the report find what was planted?

This page is written by `python -m tests.proof.recovery`, which `make proof` runs too; it goes on where it was
interrupted.

{seeds} times, the study of `fixtures/digits` was launched with a seed of its own and walked by {participants}
virtual participants through the pages that people see ({pages:,} pages answered). In the arm `examples` the
planted effect was {effect:+.1f} on the logit scale; in the other arms it was 0 on average, with the same
variation between people and between items. People and the difficulties of items were drawn anew each time.
Each export went through the protocol's analysis plan as `python -m analysis report` executes it.

The **truth** is the planted difference to control on the probability scale, integrated over people and items
(see `studyapp/simulate/truth.py`). An interval is the report's 95 % interval, over participants and items,
for one contrast.

| arm | planted | truth | covered | mean error | SD | mean SE | width | p < 0.05 | after Holm |
|---|---|---|---|---|---|---|---|---|---|
{rows}

The least coverage of any contrast is {least} of {seeds}, which {verdict} the {needed} that are asked for.
With a true coverage of 95 %, the count of one contrast lies between 90 and 99 of 100 in 97 of 100 such
proofs; the contrasts share a control arm, so their counts go together. The mean error has itself a standard
error of about a tenth of the SD of the estimates.
"""


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.proof.recovery", description=__doc__.split("\n\n")[0]
    )
    place = Path(os.environ.get("PROOF_DIR", ROOT / "data" / "proof"))
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--participants", type=int, default=PARTICIPANTS)
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--work", type=Path, default=place, help="where results are kept by seed")
    parser.add_argument(
        "--docs", type=Path, default=ROOT / "docs" / "recovery.md", help="the page that is written"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
