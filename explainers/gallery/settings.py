"""Where the gallery shows each explainer, and with which settings: the one table to add to, where it must be.

An explainer that stands here in no row (or in one that says why not) is shown as the first recipe of `fixtures/` that
uses it does, and where none does, with its own defaults on the model that is usual for the kind of data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fitted:
    """A model of the registry's that is fitted to the study's data on the spot."""

    architecture: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    epochs: int = 10


@dataclass(frozen=True)
class Use:
    """A recipe of `fixtures/` (the kind's usual one where empty), one of its models (its first), and settings.

    `why_not` says why the explainer is not shown on this kind of data.
    """

    recipe: str = ""
    model: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 1
    targets: tuple[str, ...] = ("predicted",)
    drawer: Mapping[str, Any] = field(default_factory=dict)  # what is drawn otherwise than in that study
    fitted: Fitted | None = None  # in place of that study's model
    why_not: str = ""


USUAL: Mapping[str, Use] = {
    "image": Use("digits", "cnn"),
    "table": Use("recidivism", "mlp"),
    "text": Use("reviews", "attention"),
}
# what is given for parameters without a default, and the layer whose units are asked about, on the usual models
LAYERS: Mapping[str, str] = {"image": "relu2", "table": "rest.relu2", "text": "rest.mixed"}
METHOD = "occlusion"
ITEMS: Mapping[str, int] = {"image": 2, "table": 1, "text": 1}  # how many, by kind
BOTH_WAYS = {"negative": "diverging", "scale": "both-ways"}  # what speaks against has colours of its own
NO_SIGN = Use(drawer={"negative": "magnitude"})  # nothing in it speaks against

WORDS_OF_CONCEPTS = [
    {"name": "praise", "words": ["good", "great", "best", "funny", "moving"]},
    {"name": "blame", "words": ["bad", "worst", "dull", "boring", "fails"]},
]

# by explainer, or by explainer and kind of data
USES: Mapping[str | tuple[str, str], Use] = {
    ("attention-map", "table"): Use("recidivism", "attention"),
    ("composite", "image"): Use(parameters={"members": [{"method": "probability"}, {"method": "saliency"}]}),
    ("composite", "text"): Use(
        parameters={"members": [{"method": "probability"}, {"method": "attention-map"}]}
    ),
    ("decision-tree", "table"): Use("recidivism", "tree"),
    ("concept-activation-vectors", "text"): Use(
        parameters={"layer": "rest.mixed", "concepts": WORDS_OF_CONCEPTS}
    ),
    ("concept-bottleneck", "image"): Use(
        fitted=Fitted(
            "concept-bottleneck",
            {
                "concepts": [
                    {"name": "has a loop", "labels": ["0", "6", "8", "9"]},
                    {"name": "is slim", "labels": ["1", "7"]},
                ]
            },
        )
    ),
    ("concept-bottleneck", "table"): Use(
        fitted=Fitted(
            "concept-bottleneck",
            {
                "concepts": [
                    {"name": "many prior offences", "feature": "Prior offences"},
                    {"name": "high age", "feature": "Age"},
                ]
            },
        )
    ),
    ("concept-bottleneck", "text"): Use(fitted=Fitted("concept-bottleneck", {"concepts": WORDS_OF_CONCEPTS})),
    ("ensemble-disagreement", "image"): Use("pick_a_model", "cnn-few"),
    ("guided-backpropagation", "text"): Use("reviews", "cnn"),
    ("linear-weights", "image"): Use("pick_a_model", "linear", drawer=BOTH_WAYS),
    ("linear-weights", "table"): Use("houses", "linear-8"),
    ("linear-weights", "text"): Use("reviews", "words"),
    "nearest-neighbours": Use(fitted=Fitted("nearest-neighbours")),
    ("occlusion", "image"): Use(),
    "phase-scrambled": Use(parameters={"method": "saliency"}),
    ("prototypes", "image"): Use(parameters={"layer": "relu3", "count": 2, "rivals": 1}),
    "rule-list": Use("recidivism", "rules"),
    ("tree-regularised", "table"): Use(fitted=Fitted("tree-regularised")),
    ("saliency", "table"): NO_SIGN,
    ("saliency", "text"): NO_SIGN,
    ("smooth-grad", "table"): NO_SIGN,
    ("smooth-grad", "text"): NO_SIGN,
}
# the families, by their folder: a heading and what people get to see
FAMILIES: Mapping[str, tuple[str, str]] = {
    "gradients": ("Gradients", "Which parts of the input the model's output reacts to when they change a little."),
    "perturbation": ("Hiding parts", "What happens to the model's output when parts of the input are hidden."),
    "surrogates": (
        "Simple stand-ins",
        "A simple model that answers as the model does, here or everywhere, and that people can read.",
    ),
    "examples": ("Examples", "Other cases: similar ones, typical ones, or the same one changed."),
    "intrinsic": ("Models that explain themselves", "The model itself, where it is simple enough to be read."),
    "concepts": ("Concepts", "What the model makes of ideas that people have words for."),
    "activations": ("Inside the model", "What single units or layers of a network respond to."),
    "words": ("Words", "An explanation in plain sentences."),
    "uncertainty": ("Uncertainty", "How sure the model is, and when it had better say nothing."),
    "placebos": (
        "Placebos",
        "Looks like an explanation and is none, for comparison. Some still let people guess what the model said.",
    ),
    "": ("Several at once", "More than one explanation of the same output."),
}  # fmt: skip
