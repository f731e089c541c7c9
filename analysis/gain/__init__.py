"""Debugging that ends in a gain: what came of everybody's marks, by arm.

>>> gain = compare_gains(read_gains("gains.csv"), reference="none")
>>> print(gain_report(gain))
"""

from analysis.gain.comparing import Gain, Outcome, compare_gains
from analysis.gain.reading import read_gains
from analysis.gain.telling import gain_report, write_gain

__all__ = ["Gain", "Outcome", "compare_gains", "gain_report", "read_gains", "write_gain"]
