"""What each explainer needs to be tried by the contract: settings, and a context that suits it."""

import pkgutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from explainers.registry import EXPLAINERS, get_explainer
from tests.explainers.fitted import fitted
from tests.explainers.text_nets import of_characters, with_attention

# by explainer, or by explainer and data kind: parameters that have no default, or one too slow for a test
SETTINGS: dict[str | tuple[str, str], dict[str, Any]] = {
    ("concept-activation-vectors", "image"): {"layer": "relu3", "examples": 8, "chance": 5, "repeats": 2},
    ("concept-activation-vectors", "table"): {"layer": "rest.1", "examples": 8, "chance": 5, "repeats": 2},
    ("concept-activation-vectors", "text"): {
        "layer": "rest",
        "concepts": [{"name": "praise", "words": ["good", "great"]}],
        "examples": 8,
        "chance": 5,
        "repeats": 2,
    },
    "feature-visualization": {"count": 2, "ascent": {"steps": 5}},
    "layer-directions": {"layer": "relu3", "directions": 2, "across": 3},
    "top-activating": {"count": 2, "least": 1},
    ("composite", "image"): {
        "members": [
            {"method": "saliency"},
            {"method": "phase-scrambled", "parameters": {"method": "saliency"}},
        ]
    },
    "composite": {"members": [{"method": "probability"}, {"method": "abstention"}]},
    "extremal-perturbation": {"steps": 10, "cells": 4},
    ("nearest-examples", "image"): {"layer": "relu3"},
    ("nearest-examples", "table"): {"layer": "rest.1"},
    ("nearest-examples", "text"): {"layer": "rest.labels"},
    ("other-item", "image"): {"method": "saliency"},
    ("other-item", "table"): {"method": "nearest-examples", "settings": {"layer": "rest.1"}},
    ("other-item", "text"): {"method": "occlusion"},
    "phase-scrambled": {"method": "saliency"},
    "randomised-model": {"method": "occlusion"},
    "rationale": {"method": "occlusion"},
    "segment-permuted": {"method": "occlusion"},
    "global-description": {"smallest_leaf": 3},
    "surrogate-tree": {"smallest_leaf": 3},
    "tree-regularised": {"smallest_leaf": 3},
    "prototypes": {"criticisms": 1, "rivals": 1, "chosen": 4},
    ("prototypes", "image"): {"layer": "relu3", "criticisms": 1},
}


def with_other_models(context):
    """A context with two models beside its own, alike but for their weights."""
    from explainers.models.shuffled_weights import with_shuffled_weights

    others = {f"other-{seed}": with_shuffled_weights(context.model, seed) for seed in (1, 2)}
    return replace(context, others=others)


def with_linear_net(context):
    """A context whose model is one linear layer on the pixels."""
    import torch
    from torch import nn

    torch.manual_seed(1)
    pixels = context.cases[0].input.numel()
    net = nn.Sequential(nn.Flatten(), nn.Linear(pixels, context.data.outputs)).double()
    return replace(context, model=net.requires_grad_(False))


def with_tree_on_regions(context):
    """A context whose model is a tree on how bright a picture's regions are."""
    from explainers.methods.surrogates.surrogate_tree import SurrogateTree
    from explainers.models.staged import Staged

    found = SurrogateTree(smallest_leaf=3).fitted(context).tree
    return replace(context, model=Staged(found.entry, found.tree))


def with_units(layer: str, count: int = 2) -> Callable[[Any], Any]:
    """A context whose items are units of a layer, with a right answer to which query excites them."""

    def prepare(context):
        import torch

        from explainers.data.base import Case

        units = tuple(
            Case(f"unit-{n}", torch.zeros(0), f"query-{'ab'[n % 2]}", kind="unit", unit=(layer, n))
            for n in range(count)
        )
        return replace(context, cases=units)

    return prepare


# by explainer, or by explainer and data kind: what is made of the kind's small context first
PREPARED: dict[str | tuple[str, str], Callable[[Any], Any]] = {
    "attention-map": with_attention,
    "cell-colouring": of_characters,
    ("decision-tree", "image"): with_tree_on_regions,
    ("decision-tree", "table"): fitted("decision-tree", {"smallest_leaf": 3}),
    ("feature-values", "image"): with_tree_on_regions,
    ("concept-bottleneck", "image"): fitted(
        "concept-bottleneck", {"concepts": [{"name": "a", "labels": ["ant"]}]}
    ),
    ("concept-bottleneck", "table"): fitted(
        "concept-bottleneck", {"concepts": [{"name": "b", "feature": "Rooms"}]}
    ),
    ("concept-bottleneck", "text"): fitted(
        "concept-bottleneck", {"concepts": [{"name": "c", "words": ["good"]}]}
    ),
    "feature-visualization": with_units("conv2"),
    ("guided-backpropagation", "text"): fitted("text-cnn", {"embedding": 3, "filters": 4}),
    ("query-pair", "image"): with_units("relu2"),
    ("query-pair", "table"): with_units("rest.0"),
    ("query-pair", "text"): with_units("rest.labels"),
    ("top-activating", "image"): with_units("relu2"),
    ("top-activating", "table"): with_units("rest.0"),
    ("top-activating", "text"): with_units("entry"),
    "ensemble-disagreement": with_other_models,
    "nearest-neighbours": fitted("nearest-neighbours", {}),
    ("linear-weights", "image"): with_linear_net,
    ("linear-weights", "table"): fitted("logistic"),
    ("linear-weights", "text"): fitted("bag-of-words", epochs=2),
    ("neural-backed-tree", "text"): fitted("text-attention", epochs=1),
    "rule-list": fitted("rule-list", {"smallest_rule": 5}),
    "tree-regularised": fitted("tree-regularised", {"smallest_leaf": 3}, epochs=4),
}


def without_gradients(context):
    """A context with a function as its model, of which nothing is known but its outputs."""
    import numpy as np

    from explainers.models.adapter import CallableModel

    def outputs(inputs):
        scores = inputs.reshape(len(inputs), -1).sum(axis=1, keepdims=True)
        return np.concatenate([scores * number for number in range(context.data.outputs)], axis=1)

    return replace(context, model=CallableModel(outputs, gives="scores"))


def class_of(name):
    return pkgutil.resolve_name(EXPLAINERS[name])


def kinds_of(name):
    """The kinds of data that an explainer serves, before any is built."""
    return class_of(name).data_kinds


def settings_of(name, kind):
    return SETTINGS.get((name, kind), SETTINGS.get(name, {}))


def built(name, kind):
    return get_explainer(name, settings_of(name, kind))


def prepared(name, kind, context):
    prepare = PREPARED.get((name, kind), PREPARED.get(name))
    return prepare(context) if prepare else context
