"""Reading: an export, or any table with a mapping, as a `Study`."""

from analysis.reading.export import read_export
from analysis.reading.mapping import read_mapped
from analysis.reading.study import Arm, Study

__all__ = ["Arm", "Study", "read_export", "read_mapped"]
