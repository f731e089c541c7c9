"""Formulas: which columns a model uses, how factors are coded, and the fixed-effects matrix of any rows.

The right-hand side is Wilkinson notation as formulaic reads it (`condition * phase + log(position)`). Columns
of text, categories or booleans are factors with treatment coding; a factor's baseline is the one that was
stated, else the first category, else the first level in sorted order. A factor's coefficients are called
`condition[T.expA]`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from formulaic import Formula, ModelSpec
from formulaic.errors import FormulaicError
from formulaic.parser.types import Factor
from formulaic.utils.code import sanitize_variable_names
from scipy import linalg

from analysis.columns import require_columns
from analysis.errors import ModelError
from analysis.mixed.structure import Floats

TABLE = "the table of the model"


def sides(formula: str) -> tuple[str, str]:
    """Split `outcome ~ terms` into the outcome's column and the right-hand side."""
    outcome, tilde, terms = formula.partition("~")
    if not tilde or not outcome.strip() or not terms.strip():
        raise ModelError(f'The formula {formula!r} is not of the form "outcome ~ terms".')
    return outcome.strip().strip("`"), terms.strip()


def parse(terms: str) -> Formula:
    """Read a right-hand side, or raise `ModelError` with the text that is wrong."""
    try:
        return Formula(terms)
    except FormulaicError as error:
        raise ModelError(f"The terms {terms!r} cannot be read: {error}") from error


def variables(terms: str) -> list[str]:
    """The columns that a right-hand side uses, in sorted order, also those inside transforms."""
    factors = {factor for term in parse(terms) for factor in term.factors}
    return sorted(set().union(*(_names(factor) for factor in factors)))


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


def complete_rows(data: pd.DataFrame, columns: Iterable[str]) -> tuple[pd.DataFrame, int]:
    """Return the columns' rows without missing values, and how many rows had some.

    Raises
    ------
    MissingColumns : the message lists the absent columns and the present ones.
    ModelError : no row is left, or a column holds an infinite number.
    """
    columns = list(dict.fromkeys(columns))
    require_columns(data, *columns, name=TABLE)
    rows = data[columns]
    complete = rows.notna().all(axis=1).to_numpy()
    if not complete.any():
        empty = [name for name in columns if not rows[name].notna().any()] or columns
        raise ModelError(
            f"No row has a value in every column of the model ({', '.join(columns)}): see {', '.join(empty)}."
        )
    rows = rows if complete.all() else rows[complete]
    for name in columns:
        if (
            pd.api.types.is_float_dtype(rows[name])
            and not np.isfinite(rows[name].to_numpy(dtype=float)).all()
        ):
            raise ModelError(f"Column {name!r} holds infinite numbers.")
    return rows.reset_index(drop=True), int((~complete).sum())


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
        ModelError : a factor has one level, or a baseline is not one of its factor's levels.
        """
        columns, baselines = list(dict.fromkeys(columns)), dict(baselines or {})
        levels = {name: _levels(rows[name]) for name in columns if is_factor(rows[name])}
        for name, found in levels.items():
            if len(found) < 2:
                raise ModelError(
                    f"Column {name!r} has one level ({found[0]!r}); a factor needs at least two."
                )
        for name, baseline in baselines.items():
            if name not in levels:
                known = ", ".join(levels) or "none"
                raise ModelError(
                    f"A baseline is given for {name!r}, which is no factor here. Factors: {known}."
                )
            if baseline not in levels[name]:
                known = ", ".join(map(repr, levels[name]))
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
            return column.astype("float64")
        levels = pd.Index(self.levels[name], dtype=object)
        if isinstance(column.dtype, pd.CategoricalDtype):
            places = np.append(levels.get_indexer(column.cat.categories.astype(object)), -1)
            codes = places[column.cat.codes.to_numpy()]
        else:
            codes = levels.get_indexer(column.astype(object))
        if (codes < 0).any():
            strange = column.iloc[int(np.argmin(codes))]
            known = ", ".join(map(repr, self.levels[name]))
            raise ModelError(
                f"Column {name!r} holds {strange!r}, which the model does not know. Levels: {known}."
            )
        return pd.Series(pd.Categorical.from_codes(codes, levels), column.index, name=column.name)


def _levels(column: pd.Series) -> list[Any]:
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
        coded = coding.apply(rows, self.variables)
        try:
            matrix = parse(self.terms).get_model_matrix(coded, context={})
        except FormulaicError as error:
            raise ModelError(f"The terms {self.terms!r} cannot be computed: {error}") from error
        self._coded = coded
        self.spec: ModelSpec = matrix.model_spec
        self.names = [str(column) for column in matrix.columns]
        self.values: Floats = _floats(matrix)
        self.column_variables = _column_variables(self.spec)
        self.intercept = self.names.index("Intercept") if "Intercept" in self.names else None

    @cached_property
    def example(self) -> pd.DataFrame:
        """As many coded rows as columns, which determine the coefficients."""
        whole = _floats(self.spec.get_model_matrix(self._coded, context={}))
        order = linalg.qr(whole.T, mode="r", pivoting=True)[1]
        return self._coded.iloc[order[: whole.shape[1]]]

    def matrix(self, rows: pd.DataFrame) -> Floats:
        """The fixed-effects matrix of new rows, shape (m, p); the outcome is not needed.

        Raises
        ------
        MissingColumns, ModelError : a column is absent, or a level was not among the rows that were fitted.
        """
        coded = self.coding.apply(rows, self.variables)
        return _floats(self.spec.get_model_matrix(coded, context={}))


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
