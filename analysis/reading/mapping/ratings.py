"""Scales from a mapping: the same table of ratings as in an export."""

from __future__ import annotations

import pandas as pd

from analysis.errors import MappingError
from analysis.reading.mapping.raw import Raw
from analysis.reading.mapping.schema import Ratings
from analysis.reading.mapping.sections import chosen, renamed, typed
from protocol.doors.columns import Column

COLUMNS = ("participant", "question", "answer")


def map_ratings(
    tables: dict[str, Raw], section: Ratings, people: pd.DataFrame, where: str
) -> tuple[pd.DataFrame, list[str]]:
    """Return one scale's answers, one row per participant and question, and sentences about what was found.

    Parameters
    ----------
    tables : theirs, prepared
    section : which rows they are, the scale's lowest and highest point, its reverse items and subscales
    people : the mapped participants; answers of anyone else are left out and counted
    where : what messages call the section

    Raises
    ------
    MappingError : a column is absent, an answer lies off the scale, someone answers a question twice, or
        `reverse` or `subscales` name a question that nobody was asked.
    """
    if absent := [name for name in COLUMNS if name not in section.names]:
        raise MappingError(f"{where}columns lacks {', '.join(absent)}; {', '.join(COLUMNS)} are needed.")
    if unknown := [name for name in section.names if name not in COLUMNS]:
        raise MappingError(f"{where}columns.{unknown[0]} is not one of {', '.join(COLUMNS)}.")
    table = renamed(chosen(tables, section, where), section, where)
    ratings, notes = typed(table, section, lambda name: _definition(section, name), where)
    _refuse_second_answers(table, ratings, section)
    _refuse_unknown_questions(ratings, section, where)
    known = ratings["participant"].isin(people["participant"])
    if left := int(ratings.loc[~known, "participant"].nunique()):
        notes.append(f"{table.file}: {left:,} people have ratings and no trial; left out.")
    return _as_in_an_export(ratings[known], section, people), notes


def _definition(section: Ratings, name: str) -> Column:
    if name == "answer":
        return Column(name, "number", "", minimum=section.minimum, maximum=section.maximum)
    return Column(name, "text", "", required=True)


def _refuse_second_answers(table: Raw, ratings: pd.DataFrame, section: Ratings) -> None:
    twice = ratings.duplicated(["participant", "question"]).to_numpy()
    if twice.any():
        row = int(twice.argmax())
        who, question = ratings["participant"].iloc[row], ratings["question"].iloc[row]
        raise MappingError(
            f"{table.place(row, section.theirs('answer'))}: a second answer of {who} to {question} "
            f"({int(twice.sum()):,} such rows). Keep one by `keep`, or declare `duplicates: drop-exact`."
        )


def _refuse_unknown_questions(ratings: pd.DataFrame, section: Ratings, where: str) -> None:
    asked = set(ratings["question"])
    named = [("reverse", question) for question in section.reverse]
    named += [
        (f"subscales.{name}", question)
        for name, questions in section.subscales.items()
        for question in questions
    ]
    for place, question in named:
        if question not in asked:
            raise MappingError(
                f"{where}{place} names {question!r}, which no row asks. Questions: {', '.join(sorted(asked))}."
            )


def _as_in_an_export(ratings: pd.DataFrame, section: Ratings, people: pd.DataFrame) -> pd.DataFrame:
    subscale = {question: name for name, questions in section.subscales.items() for question in questions}
    arms = people.set_index("participant")["arm"]
    return pd.DataFrame(
        {
            "participant": ratings["participant"],
            "source": "mapped",
            "arm": ratings["participant"].map(arms),
            "phase": "ratings",
            "position": pd.Series(pd.NA, index=ratings.index, dtype="Int64"),
            "instrument": section.instrument,
            "question": ratings["question"],
            "subscale": ratings["question"]
            .map(subscale)
            .astype("str")
            .where(ratings["question"].isin(subscale)),
            "answer": ratings["answer"],
            "minimum": section.minimum,
            "maximum": section.maximum,
            "reverse": ratings["question"].isin(section.reverse).astype("boolean"),
        }
    ).reset_index(drop=True)
