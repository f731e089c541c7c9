"""Power before a study: its own design and its own analysis, simulated again and again."""

from analysis.power.assumptions import DEFAULTS, Assumptions, Variances
from analysis.power.curves import power_curve
from analysis.power.design import Design, design_of
from analysis.power.errors import PowerError
from analysis.power.pilot import from_pilot
from analysis.power.simulate import simulate_trials
from analysis.power.smallest import smallest_designs
from analysis.power.words import protocol_field, sentence

__all__ = [
    "DEFAULTS",
    "Assumptions",
    "Design",
    "PowerError",
    "Variances",
    "design_of",
    "from_pilot",
    "power_curve",
    "protocol_field",
    "sentence",
    "simulate_trials",
    "smallest_designs",
]
