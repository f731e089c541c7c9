"""The population: who is analysed, who is not and why."""

from analysis.population.exclusions import Excluded, apply_exclusion
from analysis.population.flow import flow_of_participants
from analysis.population.primary import primary_trials

__all__ = ["Excluded", "apply_exclusion", "flow_of_participants", "primary_trials"]
