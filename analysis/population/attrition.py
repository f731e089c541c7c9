"""Differential attrition: whether some arms lose more people than others."""

from __future__ import annotations

import pandas as pd

from analysis.population.flow import stages
from analysis.reading.study import Study

NOTEWORTHY = 0.05


def attrition_by_arm(study: Study) -> pd.DataFrame:
    """Share of each arm's people who left or withdrew before the end of the test.

    Parameters
    ----------
    study : Study with a table of participants as in an export

    Returns
    -------
    DataFrame indexed by arm
        `people` (allocated and no longer on the way), `lost`, `share` (NaN without people) and
        `difference` to the reference arm, both in [−1, 1].

    Source
    ------
    The threshold of 5 points that the report uses is that of the What Works Clearinghouse, "Standards
    Handbook", version 4.1 (2020), for a cautious reading of randomized trials.
    """
    people = stages(study)
    over = people[people["outcome"].isin(["finished", "left", "withdrawn"])]
    lost = (over["outcome"] == "withdrawn") | ~over["has_all"]
    grouped = lost.groupby(over["arm"])
    table = pd.DataFrame(index=pd.Index(study.arm_names, name="arm"))
    table["people"] = grouped.size().reindex(table.index, fill_value=0).astype(int)
    table["lost"] = grouped.sum().reindex(table.index, fill_value=0).astype(int)
    table["share"] = table["lost"] / table["people"].where(table["people"] > 0)
    table["difference"] = table["share"] - float(table["share"][study.plan.reference])
    return table


def is_differential(attrition: pd.DataFrame) -> bool:
    """Say whether two arms differ by more than 5 points."""
    return bool(attrition["share"].max() - attrition["share"].min() > NOTEWORTHY)
