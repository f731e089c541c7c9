"""What checks ask and what they found, for someone who has never read a paper about it. Needs no torch."""

from collections.abc import Mapping

from ..bundle import Check

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
    "leakage": "It gives the output away, more than it says that it does: people could just read it off.",
    "local-fidelity": "The simple model that it is read from is not like the real one, even near the item.",
    "fidelity": "The simple model that it is read from often says something else than the real one.",
    "precision": "Where its rule holds, the model often says something else.",
    "flipped": "The changed case often does not get another output.",
}

IN_SHORT = {
    "model-accuracy": "worse than its card says",
    "parameter-randomisation": "hardly depends on what was learned",
    "label-randomisation": "much the same after learning nonsense",
    "edge-similarity": "hardly more than edges",
    "deletion-auc": "what it marks matters no more than the rest",
    "infidelity": "its numbers foretell nothing",
    "max-sensitivity": "unsteady under noise",
    "placebo-independence": "a placebo that tells something",
    "leakage": "gives the output away",
    "local-fidelity": "unlike the model near the item",
    "fidelity": "unlike the model",
    "precision": "its rule often does not hold",
    "flipped": "often leads to no other output",
}
ASKS = {
    "model-accuracy": "Is the model as good as its card says?",
    "parameter-randomisation": "Does it change when the model's weights are shuffled?",
    "label-randomisation": "Does it change for a model that was trained on shuffled labels?",
    "edge-similarity": "Is it more than the picture's edges?",
    "deletion-insertion": "Does the output fall when what it marks is taken away, and rise when that is put back?",
    "deletion-auc": "Does the output fall when what it marks is taken away?",
    "insertion-auc": "Does the output rise when what it marks is put back?",
    "infidelity": "Do its numbers foretell what taking parts away does?",
    "max-sensitivity": "Does it stay when the input changes by as little as nobody would notice?",
    "sparsity": "Does it point at few places?",
    "own-numbers": "What does the explainer say of its own quality?",
    "local-fidelity": "Is the simple model that it is read from like the real one near the item?",
    "fidelity": "Is the simple model that it is read from like the real one?",
    "precision": "Does the model say the same wherever its rule holds?",
    "coverage": "How many cases does its rule hold for?",
    "flipped": "Does the changed case really get another output?",
    "placebo-independence": "Does this placebo tell nothing of the item it is shown with?",
    "size": "How much is there to look at?",
    "leakage": "Does it give the output away, more than it says that it does?",
}
TAXONOMY = {
    "post-hoc": "made after the model",
    "intrinsic": "part of the model",
    "local": "about one output",
    "global": "about the whole model",
    "model-agnostic": "for any model",
    "model-specific": "for some kinds of models",
}


def titled(check: str) -> str:
    """A check's name as a heading."""
    told = (
        "deletion and insertion"
        if check == "deletion-insertion"
        else check.removesuffix("-auc").replace("-", " ")
    )
    return told[:1].upper() + told[1:]


def asked(check: str) -> str:
    """What the check of that name asks; nothing for a name that we do not know."""
    return ASKS.get(check.split(" ")[0], "")


def classified(taxonomy: Mapping[str, str]) -> str:
    """What kind of explanation it is, in a sentence."""
    told = (
        TAXONOMY.get(taxonomy.get(part, ""), taxonomy.get(part, "")) for part in ("stage", "scope", "access")
    )
    form = taxonomy.get("form", "explanation")
    return ", ".join([form[:1].upper() + form[1:], *filter(None, told)]) + "."


def outcome(check: Check) -> str:
    """`passes`, `fails`, `unclear`, or nothing for a number without a limit.

    A bundle that tells no verdict, such as an older one, is believed that the value decides.
    """
    if check.verdict is not None:
        return check.verdict
    if not check.passed:
        return "fails"
    base = check.name.split(" ")[0]
    return "" if check.items is not None or (base in ASKS and base not in FAILED) else "passes"


def told(check: Check) -> str:
    """What it means that the check did not pass, or cannot be told."""
    base = check.name.split(" ")[0]
    if outcome(check) == "unclear":
        count = {None: "so few items", 1: "one item"}.get(check.items, f"{check.items} items")
        asks = ASKS.get(base, f"Does it pass the check “{check.name}”?")
        return f"{asks} Cannot be told from {count}."
    return FAILED.get(base, f"It did not pass the check “{check.name}”.")


def in_short(check: Check) -> str:
    """What it means that the check did not pass, in a few words."""
    return IN_SHORT.get(check.name.split(" ")[0], titled(check.name).lower())


def value(check: Check) -> str:
    """The value to three digits."""
    return _digits(check.value)


def interval(check: Check) -> str:
    """The interval that holds the value of all items of the kind, to three digits; nothing where it tells no more."""
    if check.low is None or check.high is None or check.low == check.high:
        return ""
    return f"95 %: {_digits(check.low)} to {_digits(check.high)}"


def measured(check: Check) -> str:
    """The value, with its interval where there is one."""
    between = interval(check)
    return f"{value(check)} ({between})" if between else value(check)


def _digits(number: float) -> str:
    """Three digits that count, at most four after the point, never as 1e-05."""
    text = f"{number:.3g}"
    if "e" in text:
        text = f"{number:.0f}" if abs(number) >= 1 else f"{number:.4f}"
    return text.replace("-", "−")
