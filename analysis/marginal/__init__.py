"""Estimated marginal means and contrasts of fitted mixed models, with multiplicity and equivalence."""

from analysis.marginal.contrasts import (
    all_pairs,
    changes_versus_reference,
    planned,
    trend,
    versus_reference,
)
from analysis.marginal.equivalence import equivalence, non_inferiority
from analysis.marginal.families import FAMILIES
from analysis.marginal.grid import ReferenceGrid, reference_grid
from analysis.marginal.means import marginal_means
from analysis.marginal.natural import beside_natural, means_beside_natural, natural_weights

__all__ = [
    "FAMILIES",
    "ReferenceGrid",
    "all_pairs",
    "beside_natural",
    "changes_versus_reference",
    "equivalence",
    "marginal_means",
    "means_beside_natural",
    "natural_weights",
    "non_inferiority",
    "planned",
    "reference_grid",
    "trend",
    "versus_reference",
]
