"""Rows of trials that should not be there, or not like this."""

from __future__ import annotations

import re

import pandas as pd

from analysis.population.integrity.finding import Finding, rows_found
from analysis.population.primary import primary_trials
from analysis.reading.study import Study

QUESTION = (
    *("participant", "phase", "condition", "task", "item", "model", "compared_model", "target", "question"),
)
CATCH = re.compile(r"(?:^|[^a-z])(?:catch|attention|vigilance|bogus|sanity)(?:$|[^a-z])")
NAMES = ("item", "task", "condition", "phase")


def double_logged(study: Study) -> list[Finding]:
    """Find rows that are equal to an earlier one in every column."""
    again = _asked_again(study.trials)
    told = "{rows} of trials repeat an earlier row in every column, of {people}: logged twice, most likely."
    return rows_found("double-logged", again, again.duplicated(), told)


def repeated_question(study: Study) -> list[Finding]:
    """Find trials that ask the same person the same thing again without being declared a repetition."""
    again = _asked_again(study.trials)
    keys = [name for name in QUESTION if name in again.columns]
    bad = again.duplicated(keys) & ~again.duplicated()
    if "repeats" in again.columns:
        bad &= again["repeats"].isna()
    told = "{rows} of trials ask {people} about an item that they had before, with another answer or time."
    return rows_found("repeated-question", again, bad, told)


def _asked_again(trials: pd.DataFrame) -> pd.DataFrame:
    """Return the trials whose person and item stand in another row too: the only ones that can be repeats."""
    return trials[trials.duplicated(["participant", "item"], keep=False)]


def catch_as_main(study: Study) -> list[Finding]:
    """Find catch trials among those that the plan analyses, by their mark or by what they are called."""
    trials = _analysed(study)
    bad = pd.Series(False, index=trials.index)
    if "catch" in trials.columns:
        bad |= trials["catch"].fillna(False).astype(bool)
    for name in NAMES:
        if name in trials.columns:
            names = [text for text in trials[name].dropna().unique() if CATCH.search(str(text).lower())]
            bad |= trials[name].isin(names)
    told = (
        "{rows} of the analysed trials look like catch trials, of {people}; they are no measure of anything."
    )
    return rows_found("catch-as-main", trials, bad, told)


def no_outcome(study: Study) -> list[Finding]:
    """Find trials of the plan's phase that have an answer's place but nothing to score."""
    trials = _analysed(study)
    scored = [name for name in ("correct", "answer", "final", "answer_number") if name in trials.columns]
    if not scored:
        return []
    bad = trials[scored].isna().all(axis=1)
    told = "{rows} of the analysed trials have neither an answer nor a score, of {people}."
    return rows_found("no-outcome", trials, bad, told)


def after_the_end(study: Study) -> list[Finding]:
    """Find answers that were stored after their participant had finished; the debrief is the end itself."""
    if "finished_at" not in study.participants.columns:
        return []
    ends = study.participants[["participant", "finished_at"]].drop_duplicates("participant")
    told = "{rows} of {table} were stored after their participant had finished, of {people}."
    found = []
    for name in ("trials", "responses"):
        table = getattr(study, name)
        if len(table) and {"participant", "answered_at"} <= set(table.columns):
            end = table[["participant"]].merge(ends, on="participant", how="left")["finished_at"]
            bad = table["answered_at"] > end.set_axis(table.index)
            if "phase" in table.columns:
                bad &= table["phase"] != "debrief"
            found += rows_found("after-the-end", table, bad, told.replace("{table}", name), name)
    return found


def _analysed(study: Study) -> pd.DataFrame:
    """Return the trials of the primary population with the labels that they have in the study's table."""
    kept = primary_trials(study)["participant"].unique()
    trials = study.trials
    inside = (trials["phase"] == study.plan.phase) & trials["arm"].notna()
    return trials[inside & trials["participant"].isin(kept)]
