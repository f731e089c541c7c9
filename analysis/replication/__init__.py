"""Replication: published numbers beside those that the general code gives for the published data.

A replication is a folder here: for each data set NAME a mapping `NAME.yaml`, as anyone would write it, and
`NAME.targets.yaml`, which lists what was published and which quantity of the vocabulary reproduces it.
"""

from analysis.replication.comparing import Compared
from analysis.replication.running import REPLICATIONS, replicate
from analysis.replication.table import verdict_table

__all__ = ["REPLICATIONS", "Compared", "replicate", "verdict_table"]
