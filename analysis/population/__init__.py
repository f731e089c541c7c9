"""The population: who is analysed, who is not and why."""

from analysis.population.attrition import attrition_by_arm, attrition_test, is_differential
from analysis.population.bounds import AttritionBounds, attrition_bounds, lee_bounds, manski_bounds
from analysis.population.exclusions import Excluded, apply_exclusion, apply_exclusions, exclusion_flow
from analysis.population.flow import flow_of_participants
from analysis.population.integrity import Finding, find_problems
from analysis.population.populations import Population, populations
from analysis.population.primary import primary_trials

__all__ = [
    "AttritionBounds",
    "Excluded",
    "Finding",
    "Population",
    "apply_exclusion",
    "apply_exclusions",
    "attrition_bounds",
    "attrition_by_arm",
    "attrition_test",
    "exclusion_flow",
    "find_problems",
    "flow_of_participants",
    "is_differential",
    "lee_bounds",
    "manski_bounds",
    "populations",
    "primary_trials",
]
