"""The smallest of the simulated designs that reach a power."""

from __future__ import annotations

import pandas as pd

from analysis.power.curves import ALL
from analysis.power.verdicts import DIFFERS

TARGETS = (0.8, 0.9)


def headline(curve: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that a design is judged by.

    All contrasts with an effect coming out together; the one there is, if there is one; without any effect,
    the contrast whose verdict came out least often.
    """
    if (curve["contrast"] == ALL).any():
        return curve[curve["contrast"] == ALL]
    planted = curve[curve["verdict"] == DIFFERS]
    told = planted if len(planted) else curve
    return told.loc[told.groupby(["participants", "items"], sort=False)["power"].idxmin()]


def smallest_designs(curve: pd.DataFrame, targets: tuple[float, ...] = TARGETS) -> pd.DataFrame:
    """Return the smallest design that reaches each target.

    Parameters
    ----------
    curve : as `power_curve` returned it
    targets : powers, in (0, 1)

    Returns
    -------
    DataFrame indexed by target
        `participants`, `items` (Int64; missing where no simulated design reaches it), `power`, `low`, `high`.
        The smallest has the fewest participants, and among these the fewest items. It is one of those that
        were simulated, and its power the simulated one.
    """
    judged = headline(curve).sort_values(["participants", "items"])
    rows = []
    for target in targets:
        enough = judged[judged["power"] >= target]
        columns = ["participants", "items", "power", "low", "high"]
        rows.append(enough.iloc[0][columns].to_dict() if len(enough) else dict.fromkeys(columns))
    table = pd.DataFrame(rows, index=pd.Index(targets, name="target"))
    kinds = dict.fromkeys(("participants", "items"), "Int64")
    return table.astype(kinds | dict.fromkeys(("power", "low", "high"), "float64"))
