"""The checks of a recipe that names none."""

from ..recipe.schema import CheckUse

STANDARD = tuple(
    CheckUse(name=name)
    for name in (
        "model-accuracy",
        "parameter-randomisation",
        "label-randomisation",
        "edge-similarity",
        "deletion-insertion",
        "infidelity",
        "max-sensitivity",
        "sparsity",
        "own-numbers",
        "placebo-independence",
    )
)
