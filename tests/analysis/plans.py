"""Studies with other designs than arms between people, made from an export of made-up people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import Study

TWO = {"control": "No explanation", "map": "Saliency map"}
THREE = {"a": "First", "b": "Second", "c": "Third"}


def within(study: Study) -> Study:
    """Return the study with each person in both conditions of `TWO`, by turns."""
    turn = (study.trials["trial"] + study.trials["participant"].str[-1].astype(int)) % 2
    trials = study.trials.assign(condition=np.where(turn == 1, "map", "control"))
    return replace(study, trials=trials, plan=study.plan.model_copy(update={"exposure": "condition"}))


def with_baseline(study: Study) -> Study:
    """Return the study with the first half of each person's trials as a baseline phase."""
    first = study.trials["trial"] <= study.trials["trial"].max() // 2
    trials = study.trials.assign(phase=pd.Series(np.where(first, "before", "test"), study.trials.index))
    return replace(study, trials=trials, plan=study.plan.model_copy(update={"baseline_phase": "before"}))
