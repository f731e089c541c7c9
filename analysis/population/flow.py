"""The flow of participants, from arriving to being analysed, with a reason for everyone who is not."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.columns import require_columns
from analysis.population.primary import planned_trials, primary_trials
from analysis.reading.study import Study


@dataclass(frozen=True)
class Flow:
    """Counts of people: before allocation, then by arm.

    `by_arm` is indexed by arm with the columns of `BY_ARM`: allocated = left_before_test + withdrew +
    before_test_still + excluded + analysed; finished, left_during_test and the rest are of those analysed.
    """

    arrived: int
    declined: int
    left_before_consent: int
    turned_away_before_consent: int
    still_before_consent: int
    withdrew_before_consent: int
    consented: int
    left_before_allocation: int
    turned_away_before_allocation: int
    screened_out: int
    withdrew_before_allocation: int
    still_before_allocation: int
    allocated: int
    by_arm: pd.DataFrame


BY_ARM = (
    *("allocated", "left_before_test", "withdrew", "before_test_still", "excluded", "analysed"),
    *("left_during_test", "left_after_test", "test_still", "finished"),
)
STILL = ("arrived", "consented", "allocated")  # the outcomes of someone who answered a short while ago


def flow_of_participants(study: Study, analysed: pd.DataFrame | None = None) -> Flow:
    """Count everyone who ever arrived.

    Parameters
    ----------
    study : Study with a table of participants as in an export
    analysed : the trials that are analysed, after the plan's primary exclusions; by default all of the
        primary population

    Returns
    -------
    Flow
        A person who withdrew their data counts as far as they came: the export keeps when they consented
        and were allocated.

    Raises
    ------
    MissingColumns : the participants' table says nothing about how far people came.

    Source
    ------
    The flow diagram of CONSORT 2010 (Schulz, Altman and Moher, BMJ 340:c332).
    """
    people = study.participants
    require_columns(people, "participant", "arm", "outcome", "consented_at", name="the table of participants")
    early = people[people["arm"].isna()]
    consented = early["consented_at"].notna() | early["outcome"].isin(["consented", "screened-out"])
    before, after = (early[group]["outcome"].value_counts() for group in (~consented, consented))
    return Flow(
        arrived=len(people),
        declined=int(before.get("declined", 0)),
        left_before_consent=int(before.get("left", 0)),
        turned_away_before_consent=int(before.get("turned-away", 0)),
        still_before_consent=int(before.get("arrived", 0)),
        withdrew_before_consent=int(before.get("withdrawn", 0)),
        consented=int(consented.sum()) + int(people["arm"].notna().sum()),
        left_before_allocation=int(after.get("left", 0)),
        turned_away_before_allocation=int(after.get("turned-away", 0)),
        screened_out=int(after.get("screened-out", 0)),
        withdrew_before_allocation=int(after.get("withdrawn", 0)),
        still_before_allocation=int(after.reindex(STILL).sum()),
        allocated=int(people["arm"].notna().sum()),
        by_arm=_by_arm(study, primary_trials(study) if analysed is None else analysed),
    )


def _by_arm(study: Study, analysed: pd.DataFrame) -> pd.DataFrame:
    people = stages(study)
    people["analysed"] = people["participant"].isin(analysed["participant"])
    rows = {arm: _counts(people[people["arm"] == arm]) for arm in study.arm_names}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(BY_ARM)).rename_axis("arm")


def stages(study: Study) -> pd.DataFrame:
    """Return everyone allocated, with `trials` (answered at test) and `has_all` (whether that is all)."""
    people = study.participants[study.participants["arm"].notna()].copy()
    counts = primary_trials(study)["participant"].value_counts()
    people["trials"] = people["participant"].map(counts).fillna(0).astype(int)
    planned = planned_trials(study)
    finished = people["outcome"] == "finished"
    people["has_all"] = finished if planned is None else finished | (people["trials"] >= planned)
    return people


def _counts(people: pd.DataFrame) -> dict[str, int]:
    outcome, tested, analysed = people["outcome"], people["trials"] > 0, people["analysed"]
    still = outcome.isin(STILL)
    withdrew = outcome == "withdrawn"
    return {
        "allocated": len(people),
        "left_before_test": int((~tested & ~still & ~withdrew).sum()),
        "withdrew": int(withdrew.sum()),
        "before_test_still": int((~tested & still).sum()),
        "excluded": int((tested & ~withdrew & ~analysed).sum()),
        "analysed": int(analysed.sum()),
        "left_during_test": int((analysed & (outcome == "left") & ~people["has_all"]).sum()),
        "left_after_test": int((analysed & (outcome == "left") & people["has_all"]).sum()),
        "test_still": int((analysed & still).sum()),
        "finished": int((analysed & (outcome == "finished")).sum()),
    }
