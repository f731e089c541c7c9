"""What the calibration found, as a table and as docs/calibration.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.designs import Design

ALPHA = 0.05
MOST_BOOTSTRAP = 0.06
COVERAGE = (0.93, 0.97)


def summary(rows: Sequence[dict[str, Any]], designs: Sequence[Design]) -> pd.DataFrame:
    """Return one row per design: rejection rates without an effect, and coverage with one.

    `holds` says whether the model's rejection rate lies within three Monte-Carlo standard errors of .05 (for
    several contrasts, whose rate Holm only bounds: not above), its coverage within 93 and 97 %, and the
    bootstrap's rate at most at .06; below 1,000 seeds widened by what so few cannot tell.
    """
    table = pd.DataFrame(rows)
    order = [design.name for design in designs if design.name in set(table["design"])]
    several = {design.name for design in designs if design.groups > 2}
    told = {name: _row(table[table["design"] == name], name in several) for name in order}
    return pd.DataFrame.from_dict(told, orient="index").rename_axis("design")


def _row(rows: pd.DataFrame, is_family: bool) -> dict[str, Any]:
    n = len(rows)
    rates = {name: float((rows[name] < ALPHA).mean()) for name in rows.columns if name.startswith("p")}
    rates.pop("power", None)
    told: dict[str, Any] = {"seeds": n} | {
        name: rate for name, rate in rates.items() if rows[name].notna().any()
    }
    told |= {"covers_null": rows["covers_null"].mean(), "covers": rows["covers"].mean()}
    told |= {"power": rows["power"].mean(), "error": rows["error"].mean()}
    told |= {"dropped": rows["dropped"].mean(), "failed": rows["failed"].mean()}
    return told | {"holds": _holds(told, n, is_family)}


def _holds(told: dict[str, Any], n: int, is_family: bool) -> bool:
    se = float(np.sqrt(ALPHA * (1 - ALPHA) / n))
    unsure = 3 * se if n < 1000 else 0.0
    off = told["p"] - ALPHA
    rejects = off <= 3 * se and (is_family or off >= -3 * se)
    covers = COVERAGE[0] - unsure <= told["covers"] <= COVERAGE[1] + unsure
    return bool(rejects and covers and told["p_bootstrap"] <= MOST_BOOTSTRAP + unsure)


def page(table: pd.DataFrame, designs: Sequence[Design], seeds: int, effect: float) -> str:
    """Return docs/calibration.md."""
    words = {design.name: design for design in designs}
    rows = "\n".join(_line(str(name), words[str(name)], row) for name, row in table.iterrows())
    big = table.loc["S2big"] if "S2big" in table.index else None
    field = "" if big is None else FIELD.format(**{name: big[name] for name in FIELDS})
    bound = 3 * float(np.sqrt(ALPHA * (1 - ALPHA) / seeds))
    head = f"| {' | '.join(HEAD)} |\n|---|---|---|{'---:|' * (len(HEAD) - 3)}"
    return PAGE.format(
        seeds=seeds, head=head, rows=rows, field=field, effect=effect, low=ALPHA - bound, high=ALPHA + bound
    )


def _line(name: str, design: Design, row: pd.Series) -> str:
    size = f"{design.participants} × {design.items}"
    rates = [f"{100 * row[key]:.1f}" for key in ("p", "p_cluster", "p_bootstrap", "p_chi2", "p_t")]
    rest = [f"{100 * row[key]:.1f}" for key in ("covers", "dropped", "failed")]
    return f"| {name} | {design.words} | {size} | {' | '.join(rates)} | {' | '.join(rest)} |"


FIELDS = ("p", "p_t", "p_gee", "p_intercepts", "p_chi2")
FIELD = """
## What the field does

On S2big (200 people, 12 items, no effect; items' effects vary), a chi-square test of trials rejects in {p_chi2:.1%},
a t-test of participants' means in {p_t:.1%}, a marginal model with participants as clusters (GEE) in {p_gee:.1%}, a
mixed model with random intercepts alone in {p_intercepts:.1%}, and the crossed model with the slope that the design
allows in {p:.1%}.
"""
HEAD = (
    *("design", "", "people × items", "rejected: model", "cluster-robust t", "bootstrap", "chi-square"),
    *("t of means", "covered", "singular", "failed"),
)
PAGE = """\
# Calibration: do the tests and intervals keep what they promise?

This page is written by `python -m benchmarks.calibration` (a part of `make proof`), which goes on where it was
interrupted.

Each row is a design, simulated {seeds:,} times without an effect and {seeds:,} times with one of {effect} on the logit
scale, and analysed exactly as a report analyses it, with its rule for singular fits. People's levels have a standard
deviation of 0.8 and items' of 0.6 on the logit scale. *Rejected* is the share of studies without an effect whose
(Holm-adjusted) p-value is below .05: with so many seeds a true 5 % shows as {low:.1%} to {high:.1%}. *Covered* is the
share of 95 % intervals of the risk difference that hold the planted one. The chi-square of trials and the t-test of
participants' means take for granted that only trials, or only people, are random. All numbers are per cent.

{head}
{rows}
{field}
*Singular*: a random effect had an estimated variance of zero and was dropped by the shipped rule (slopes first).
*Failed*: the model gave no answer, and said so; such a study counts as not rejected and as not covered. With five arms
a study counts as rejected when any of its four contrasts is, after Holm’s correction (the bootstrap’s: Bonferroni’s).
Holm bounds that rate from above only; with 24 items it stays well below, because the corrected level lies far out in
the tail of a t with 23 degrees of freedom. In S3 people are their own control, so ignoring them costs least.
"""
