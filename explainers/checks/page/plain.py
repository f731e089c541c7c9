"""What a failed check means, for someone who has never read a paper about it."""

FAILED = {
    "model-accuracy": "The model is not as good as its card says it should be.",
    "parameter-randomisation": (
        "It hardly changes when the model's weights are shuffled: it shows the input, not what the model has learned."
    ),
    "label-randomisation": (
        "It looks the same for a model that was trained on shuffled labels: it does not show what was learned."
    ),
    "edge-similarity": "It can hardly be told from the picture's edges, for which no model is needed.",
    "deletion-auc": "Taking away what it marks changes the output no more than taking away anything else.",
    "infidelity": "Its numbers say nothing about what happens to the output when parts are taken away.",
    "max-sensitivity": "A change of the input that nobody would notice gives quite another explanation.",
    "placebo-independence": "This placebo is not one: it says something about the item it is shown with.",
    "leakage": "It gives the output away, although it says that it does not: people could just read it off.",
    "local-fidelity": "The simple model that it is read from is not like the real one, even near the item.",
    "fidelity": "The simple model that it is read from often says something else than the real one.",
    "precision": "Where its rule holds, the model often says something else.",
    "flipped": "The changed case often does not get another output.",
}


def told(check: str) -> str:
    """What it means that the check of that name did not pass."""
    return FAILED.get(check.split(" ")[0], f"It did not pass the check “{check}”.")
