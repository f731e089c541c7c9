"""Differential attrition: whether some arms lose more people than others."""

from __future__ import annotations

import pandas as pd

from analysis.population.flow import STILL, stages
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
        `people` (everyone allocated), `lost` (left or withdrew before the end of the test), `still` (on the
        way: they answered a short while ago and may finish yet), `share` of the lost (NaN without people)
        and `difference` to the reference arm, both in [−1, 1].

    Source
    ------
    The threshold of 5 points that the report uses is that of the What Works Clearinghouse, "Standards
    Handbook", version 4.1 (2020), for a cautious reading of randomized trials.
    """
    people = stages(study)
    still = people["outcome"].isin(STILL) & ~people["has_all"]
    lost = ((people["outcome"] == "withdrawn") | ~people["has_all"]) & ~still
    table = pd.DataFrame(index=pd.Index(study.arm_names, name="arm"))
    for name, counted in (("people", lost | ~lost), ("lost", lost), ("still", still)):
        by_arm = counted.groupby(people["arm"]).sum()
        table[name] = by_arm.reindex(table.index, fill_value=0).astype(int)
    table["share"] = table["lost"] / table["people"].where(table["people"] > 0)
    table["difference"] = table["share"] - float(table["share"][study.plan.reference])
    return table


def is_differential(attrition: pd.DataFrame) -> bool:
    """Say whether two arms differ by more than 5 points."""
    return bool(attrition["share"].max() - attrition["share"].min() > NOTEWORTHY)
