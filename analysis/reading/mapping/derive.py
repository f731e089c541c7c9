"""Columns made from others, by a closed vocabulary of rules.

Rules of one row: `equals`, `differs` (two columns), `is` (among `values`), `not`, `all`, `any`, `below` and
`above` (`number`), `difference` (first minus second), `absolute`, `plus` and `times` (`number`), `recode`
(`map`), `choose` (condition, then, else), `unite` (texts with a hyphen between them).

Rules that summarise: `count` (values that are there), `distinct`, `sum`, `mean`, `minimum`, `maximum`,
`spread` (standard deviation, n − 1), `first`, `last`. With `by`, over the rows of a group, and each row gets
its group's value; without, over the columns of `of` in one row.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis.errors import MappingError
from analysis.reading.mapping.raw import Raw, is_among
from analysis.reading.mapping.schema import Derived
from analysis.reading.mapping.summaries import SUMMARIES, summary_by_group, summary_of_columns
from analysis.reading.text import as_field, as_text, by_value, map_text

Rule = Callable[[Raw, Derived, str], pd.Series]


def derive(table: Raw, derived: Derived, where: str) -> Raw:
    """Return the table with a derived column, as text like all others.

    Parameters
    ----------
    table : the table
    derived : which rule makes which column of which
    where : what messages call the rule's place in the mapping

    Raises
    ------
    MappingError : there is no such rule or column, the rule lacks something, or a value is no number.
    """
    if derived.rule in SUMMARIES:
        return table.with_column(derived.column, as_text(_summary(table, derived, where)))
    if derived.rule not in RULES:
        known = ", ".join(sorted([*RULES, *SUMMARIES]))
        raise MappingError(f"{where}rule: no rule is called {derived.rule!r}. Known ones: {known}.")
    rule, columns, needs = RULES[derived.rule]
    if columns and len(derived.of) != columns:
        raise MappingError(
            f"{where}of: the rule {derived.rule!r} takes {columns} columns, not {len(derived.of)}."
        )
    if not derived.of:
        raise MappingError(f"{where}of: the rule {derived.rule!r} needs a column.")
    for name in needs:
        if getattr(derived, name) in (None, [], {}):
            raise MappingError(f"{where}{name} is missing; the rule {derived.rule!r} needs it.")
    return table.with_column(derived.column, as_text(rule(table, derived, where)))


def _summary(table: Raw, derived: Derived, where: str) -> pd.Series:
    if not derived.by:
        return summary_of_columns(table, derived, where)
    groups = summary_by_group(table, derived, where)
    keys = table.rows[derived.by].astype("str")
    index = pd.MultiIndex.from_frame(keys) if len(derived.by) > 1 else pd.Index(keys.iloc[:, 0])
    return pd.Series(groups.reindex(index).to_numpy(), index=table.rows.index)


def _pair(table: Raw, derived: Derived, where: str) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return two columns in comparable form, and whether both are there."""
    left, right = (table.column(name, f"{where}of") for name in derived.of)
    both = (left != "") & (right != "")
    if _is_numeric(left) and _is_numeric(right):
        return _number(left), _number(right), both
    return left.astype("str"), right.astype("str"), both


def _is_numeric(raw: pd.Series) -> bool:
    texts = pd.Series(raw.cat.categories, dtype="str")
    return bool(pd.to_numeric(texts[texts != ""], errors="coerce").notna().all())


def _number(raw: pd.Series) -> pd.Series:
    return by_value(raw, lambda texts: pd.to_numeric(texts, errors="coerce").astype("float64"))


def _equals(table: Raw, derived: Derived, where: str) -> pd.Series:
    left, right, both = _pair(table, derived, where)
    return (left == right).astype("boolean").where(both)


def _differs(table: Raw, derived: Derived, where: str) -> pd.Series:
    return ~_equals(table, derived, where)


def _is(table: Raw, derived: Derived, where: str) -> pd.Series:
    raw = table.column(derived.of[0], f"{where}of")
    found = by_value(raw, lambda texts: is_among(texts, derived.values))
    return found.astype("boolean").where(raw != "")


def _truths(table: Raw, derived: Derived, where: str) -> pd.DataFrame:
    """Return columns of true, false, 1, 0 or empty as booleans."""
    told = {}
    for name in derived.of:
        raw = table.column(name, f"{where}of")
        texts = raw.astype("str").str.lower()
        unfit = ~texts.isin([*_TRUTHS, ""]).to_numpy()
        if unfit.any():
            row = int(unfit.argmax())
            raise MappingError(f"{table.place(row, name)}: {raw.iloc[row]!r} is neither true nor false.")
        told[name] = texts.map(_TRUTHS).astype("boolean")
    return pd.DataFrame(told)


_TRUTHS = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}


def _not(table: Raw, derived: Derived, where: str) -> pd.Series:
    return ~_truths(table, derived, where).iloc[:, 0]


def _all(table: Raw, derived: Derived, where: str) -> pd.Series:
    truths = _truths(table, derived, where)
    no = truths.eq(False).fillna(False).any(axis=1)
    return pd.Series(True, truths.index, dtype="boolean").where(truths.notna().all(axis=1)).mask(no, False)


def _any(table: Raw, derived: Derived, where: str) -> pd.Series:
    truths = _truths(table, derived, where)
    yes = truths.fillna(False).any(axis=1)
    return pd.Series(False, truths.index, dtype="boolean").where(truths.notna().all(axis=1)).mask(yes, True)


def _below(table: Raw, derived: Derived, where: str) -> pd.Series:
    values = table.numbers(derived.of[0], f"{where}of")
    return (values < derived.number).astype("boolean").where(values.notna())


def _above(table: Raw, derived: Derived, where: str) -> pd.Series:
    values = table.numbers(derived.of[0], f"{where}of")
    return (values > derived.number).astype("boolean").where(values.notna())


def _difference(table: Raw, derived: Derived, where: str) -> pd.Series:
    left, right = (table.numbers(name, f"{where}of") for name in derived.of)
    return left - right


def _absolute(table: Raw, derived: Derived, where: str) -> pd.Series:
    return table.numbers(derived.of[0], f"{where}of").abs()


def _plus(table: Raw, derived: Derived, where: str) -> pd.Series:
    return table.numbers(derived.of[0], f"{where}of") + derived.number


def _times(table: Raw, derived: Derived, where: str) -> pd.Series:
    return table.numbers(derived.of[0], f"{where}of") * derived.number


def _recode(table: Raw, derived: Derived, where: str) -> pd.Series:
    raw = table.column(derived.of[0], f"{where}of")
    return map_text(raw, lambda texts: recoded(texts, derived.map))


def recoded(texts: pd.Series, map_: dict) -> pd.Series:
    """Return texts with the values of `map_` in place of its keys; others stay."""
    done = texts.copy()
    for old, new in map_.items():
        done[is_among(texts, [old])] = as_field(new)
    return done


def _choose(table: Raw, derived: Derived, where: str) -> pd.Series:
    condition = _truths(table, derived.model_copy(update={"of": derived.of[:1]}), where).iloc[:, 0]
    then, otherwise = (table.column(name, f"{where}of").astype("str") for name in derived.of[1:])
    return then.where(condition.fillna(False).astype(bool), otherwise).where(condition.notna())


def _unite(table: Raw, derived: Derived, where: str) -> pd.Series:
    columns = [table.column(name, f"{where}of").astype("str") for name in derived.of]
    return columns[0].str.cat(columns[1:], sep="-") if len(columns) > 1 else columns[0]


RULES: dict[str, tuple[Rule, int, tuple[str, ...]]] = {  # the rule, how many columns (0: any), what it needs
    "equals": (_equals, 2, ()),
    "differs": (_differs, 2, ()),
    "is": (_is, 1, ("values",)),
    "not": (_not, 1, ()),
    "all": (_all, 0, ()),
    "any": (_any, 0, ()),
    "below": (_below, 1, ("number",)),
    "above": (_above, 1, ("number",)),
    "difference": (_difference, 2, ()),
    "absolute": (_absolute, 1, ()),
    "plus": (_plus, 1, ("number",)),
    "times": (_times, 1, ("number",)),
    "recode": (_recode, 1, ("map",)),
    "choose": (_choose, 3, ()),
    "unite": (_unite, 0, ()),
}
