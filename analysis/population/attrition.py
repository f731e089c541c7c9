"""Differential attrition: whether some arms lose more people than others."""

from __future__ import annotations

import pandas as pd

from analysis.population.flow import STILL, stages
from analysis.population.unequal import Independence, independence, shares_by_arm
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
        with its exact 95 % interval `low`, `high`, and `difference` to the reference arm, in [−1, 1].

    Source
    ------
    The threshold of 5 points that the report uses is that of the What Works Clearinghouse, "Standards
    Handbook", version 4.1 (2020), for a cautious reading of randomized trials.
    """
    people = stages(study)
    still = people["outcome"].isin(STILL) & ~people["has_all"]
    lost = ((people["outcome"] == "withdrawn") | ~people["has_all"]) & ~still
    table = shares_by_arm(lost, people["arm"], study.arm_names, study.plan.reference)
    on_the_way = still.groupby(people["arm"]).sum().reindex(table.index, fill_value=0).astype(int)
    table = table.rename(columns={"hit": "lost"})
    table.insert(2, "still", on_the_way)
    return table


def attrition_test(attrition: pd.DataFrame) -> Independence:
    """Test whether all arms lose the same share of their people, from the table of `attrition_by_arm`."""
    return independence(attrition["people"], attrition["lost"])


def is_differential(attrition: pd.DataFrame) -> bool:
    """Say whether two arms differ by more than 5 points."""
    return bool(attrition["share"].max() - attrition["share"].min() > NOTEWORTHY)
