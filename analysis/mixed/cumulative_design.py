"""Fixed effects without an intercept, which the thresholds of a cumulative model stand for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import pandas as pd

from analysis.errors import ModelError
from analysis.mixed.formula import Design
from analysis.mixed.structure import Floats


class NoIntercept(Design):
    """A design without its intercept's column, which the thresholds stand for."""

    def __init__(self, whole: Design, kept: Sequence[int]) -> None:
        self.__dict__.update(whole.__dict__)
        self.whole, self.kept, self.intercept = whole, list(kept), None
        self.names = [whole.names[j] for j in kept]
        self.values = whole.values[:, kept]
        self.column_variables = [whole.column_variables[j] for j in kept]

    @cached_property
    def example(self) -> pd.DataFrame:
        """As many coded rows as the whole design has columns, which determine the coefficients."""
        return self.whole.example

    def matrix(self, rows: pd.DataFrame) -> Floats:
        """The fixed-effects matrix of new rows, shape (m, p); the rating is not needed."""
        return super().matrix(rows)[:, self.kept]


def slopes_of(design: Design) -> list[int]:
    """The places of the columns other than the intercept's."""
    if design.intercept is None:
        raise ModelError(
            f"{design.formula!r} has no intercept; a cumulative model's thresholds stand for it, so that the formula "
            "must not take it out."
        )
    return [j for j in range(len(design.names)) if j != design.intercept]
