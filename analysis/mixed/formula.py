"""Formulas: which columns a model uses, how factors are coded, and the fixed-effects matrix of any rows.

The right-hand side is Wilkinson notation as formulaic reads it (`condition * phase + log(position)`). Columns
of text, categories or booleans are factors with treatment coding; a factor's baseline is the one that was
stated, else the first category, else the first level in sorted order. A factor's coefficients are called
`condition[T.expA]`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from formulaic import Formula, ModelSpec, SimpleFormula
from formulaic.errors import FormulaicError
from formulaic.parser.types import Factor
from formulaic.utils.code import sanitize_variable_names
from scipy import linalg

from analysis.columns import as_numbers, require_columns
from analysis.errors import ModelError
from analysis.mixed.rows import refuse_times, shortened
from analysis.mixed.structure import Floats

INTERCEPT = "Intercept"  # the name of its column
MARKS = re.compile(r"\x1b\[[0-9;]*m|[⧛⧚]")  # how formulaic points at a place on a terminal


def sides(formula: str) -> tuple[str, str]:
    """Split `outcome ~ terms` into the outcome's column and the right-hand side."""
    if not isinstance(formula, str):
        raise ModelError(f'The formula is {formula!r}; a text "outcome ~ terms" is needed.')
    outcome, tilde, terms = formula.partition("~")
    if not tilde or not outcome.strip() or not terms.strip():
        raise ModelError(f'The formula {formula!r} is not of the form "outcome ~ terms".')
    if terms.strip().startswith("~"):
        raise ModelError(f'The formula {formula!r} has several "~"; it needs one.')
    return outcome.strip().strip("`"), terms.strip()


def parse(terms: str) -> SimpleFormula:
    """Read a right-hand side, or raise `ModelError` with the text that is wrong."""
    try:
        found = Formula(terms)
    except (FormulaicError, SyntaxError, ValueError) as error:
        raise ModelError(f"The terms {terms!r} cannot be read: {_told(error)}") from error
    if not isinstance(found, SimpleFormula):
        raise ModelError(f'The terms {terms!r} have a "~" or a "|" in them; a sum of terms is needed.')
    return found


def _told(error: Exception) -> str:
    """The first line of an error's message, without marks for a terminal."""
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return "".join(sign for sign in MARKS.sub("", first) if sign.isprintable())


def variables(terms: str) -> list[str]:
    """The columns that a right-hand side uses, in sorted order, also those inside transforms."""
    factors = {factor for term in parse(terms) for factor in term.factors}
    try:
        found = set().union(*(_names(factor) for factor in factors))
    except (SyntaxError, ValueError) as error:
        raise ModelError(f"The terms {terms!r} cannot be read: {_told(error)}") from error
    if INTERCEPT in found:
        raise ModelError(f"A column of the terms is called {INTERCEPT!r}, as the intercept is; rename it.")
    return sorted(found)


def _names(factor: Factor) -> set[str]:
    """The names in a factor's expression, without those of functions (`center`, `contr.treatment`)."""
    if factor.eval_method is Factor.EvalMethod.LITERAL:
        return set()
    if factor.eval_method is Factor.EvalMethod.LOOKUP:
        return {factor.expr}
    aliases: dict[str, str] = {}
    tree = ast.parse(sanitize_variable_names(factor.expr, {}, aliases), mode="eval")
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    called |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called}
    return {aliases.get(name, name) for name in names}


def is_factor(column: pd.Series) -> bool:
    """Say whether a column is coded as a factor: text, categories and booleans are, numbers are not."""
    return pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column)


@dataclass(frozen=True)
class Coding:
    """How the columns of a model are read: each factor's levels with the baseline first; the rest are numbers."""

    levels: dict[str, list[Any]]
    numbers: tuple[str, ...]

    @classmethod
    def learn(
        cls, rows: pd.DataFrame, columns: Iterable[str], baselines: Mapping[str, Any] | None = None
    ) -> Coding:
        """Take the factors and their levels from complete rows.

        Raises
        ------
        ModelError : a factor has one level, or one per row; or a baseline is not one of its factor's levels.
        """
        columns = list(dict.fromkeys(columns))
        levels = {name: _levels(rows[name]) for name in columns if is_factor(rows[name])}
        for name, found in levels.items():
            _check_levels(rows[name], found)
        for name, baseline in _baselines(baselines).items():
            if name not in levels:
                known = ", ".join(levels) or "none"
                raise ModelError(
                    f"A baseline is given for {name!r}, which is no factor here. Factors: {known}."
                )
            if baseline not in levels[name]:
                known = shortened([*map(repr, levels[name])], 20)
                raise ModelError(f"The baseline {baseline!r} is no level of {name!r}. Levels: {known}.")
            levels[name] = [baseline, *(level for level in levels[name] if level != baseline)]
        return cls(levels, tuple(name for name in columns if name not in levels))

    def apply(self, rows: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
        """Return the columns as categories with the learnt levels, or as floats.

        Raises
        ------
        MissingColumns, ModelError : a column is absent, or a level was not among the rows that were fitted.
        """
        columns = list(columns)
        require_columns(rows, *columns, name="the table of new rows")
        coded = {name: self._column(rows[name]) for name in columns}
        return pd.DataFrame(coded, index=rows.index)

    def codes(self, column: pd.Series) -> np.ndarray:
        """The number of each row's level, 0 for the baseline; shape (m,)."""
        return self._column(column).cat.codes.to_numpy()

    def _column(self, column: pd.Series) -> pd.Series:
        name = str(column.name)
        if name not in self.levels:
            return as_numbers(column, name)
        levels = pd.Index(self.levels[name], dtype=object)
        if isinstance(column.dtype, pd.CategoricalDtype):
            places = np.append(levels.get_indexer(column.cat.categories.astype(object)), -1)
            codes = places[column.cat.codes.to_numpy()]
        else:
            codes = levels.get_indexer(column.astype(object))
        if (codes < 0).any():
            strange = column.iloc[int(np.argmin(codes))]
            known = shortened([*map(repr, self.levels[name])], 20)
            raise ModelError(
                f"Column {name!r} holds {strange!r}, which the model does not know. Levels: {known}."
            )
        return pd.Series(pd.Categorical.from_codes(codes, levels), column.index, name=column.name)


def _baselines(given: Mapping[str, Any] | None) -> dict[str, Any]:
    if given is not None and not isinstance(given, Mapping):
        raise ModelError(f'baselines is {given!r}; a mapping such as {{"condition": "control"}} is needed.')
    return dict(given or {})


def _check_levels(column: pd.Series, found: list[Any]) -> None:
    if len(found) < 2:
        raise ModelError(f"Column {column.name!r} has one level ({found[0]!r}); a factor needs at least two.")
    if len(found) == len(column):
        raise ModelError(
            f"Column {column.name!r} ({column.dtype}) is a factor with a level for each of the {len(column)} rows: "
            f"{shortened([*map(repr, found)])}. If these are numbers, make it a column of numbers."
        )


def _levels(column: pd.Series) -> list[Any]:
    refuse_times(column)
    if isinstance(column.dtype, pd.CategoricalDtype):
        present = set(column.cat.remove_unused_categories().cat.categories)
        return [level for level in column.cat.categories if level in present]
    found = column.unique().tolist()
    try:
        return sorted(found)
    except TypeError:
        return sorted(found, key=str)


class Design:
    """The fixed effects of a model: formula, names of the columns, and the matrix of any rows.

    Attributes
    ----------
    formula, outcome, terms : the formula and its two sides
    names : the matrix's columns, in order
    coding : factors with their levels and baselines
    intercept : the position of the intercept's column, or None
    column_variables : the columns of the table that each column of the matrix is made of
    spec : formulaic's model spec
    """

    def __init__(self, formula: str, rows: pd.DataFrame, coding: Coding) -> None:
        self.formula = formula
        self.outcome, self.terms = sides(formula)
        self.variables = variables(self.terms)
        self.coding = coding
        self._coded = coding.apply(rows, self.variables)
        matrix = self._computed(parse(self.terms), self._coded)
        self.spec: ModelSpec = matrix.model_spec
        self.names = [str(column) for column in matrix.columns]
        self.values: Floats = _floats(matrix)
        _check_finite(self.values, self.names, formula)
        self.column_variables = _column_variables(self.spec)
        self.intercept = self.names.index(INTERCEPT) if INTERCEPT in self.names else None

    @cached_property
    def example(self) -> pd.DataFrame:
        """As many coded rows as columns, which determine the coefficients."""
        whole = _floats(self._computed(self.spec, self._coded))
        order = linalg.qr(whole.T, mode="r", pivoting=True)[1]
        return self._coded.iloc[order[: whole.shape[1]]]

    def matrix(self, rows: pd.DataFrame) -> Floats:
        """The fixed-effects matrix of new rows, shape (m, p), NaN where a number is missing; no outcome is needed.

        Raises
        ------
        MissingColumns, ModelError : a column is absent, holds text for numbers, or holds a level that was not
            among the rows that were fitted.
        """
        return _floats(self._computed(self.spec, self.coding.apply(rows, self.variables)))

    def _computed(self, terms: Formula | ModelSpec, coded: pd.DataFrame) -> pd.DataFrame:
        told = {"na_action": "ignore"} if isinstance(terms, Formula) else {}  # a spec remembers it
        try:
            with np.errstate(all="ignore"):
                return terms.get_model_matrix(coded, context={}, **told)
        except (FormulaicError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise ModelError(f"The terms {self.terms!r} cannot be computed: {_told(error)}") from error


def _check_finite(values: Floats, names: list[str], formula: str) -> None:
    wrong = ~np.isfinite(values)
    if wrong.any():
        j = int(np.argmax(wrong.any(axis=0)))
        raise ModelError(
            f"The column {names[j]!r} of {formula!r} is infinite or no number in {wrong[:, j].sum()} of "
            f"{len(values)} rows."
        )


def _floats(matrix: pd.DataFrame) -> Floats:
    return np.ascontiguousarray(matrix.to_numpy(dtype=float))


def _column_variables(spec: ModelSpec) -> list[frozenset[str]]:
    found: list[frozenset[str]] = [frozenset()] * len(spec.column_names)
    for term, places in spec.term_indices.items():
        for place in places:
            found[place] = frozenset(
                str(name) for name in spec.term_variables.get(term, ()) if name.source == "data"
            )
    return found
