"""How sure a model is, in words and numbers that people know."""

# from which probability on; a model's probability is told as its own, not as how often it is right
WORDS = ((0.99, "almost certain"), (0.9, "very sure"), (0.7, "fairly sure"), (0.5, "somewhat sure"))


def in_words(probability: float) -> str:
    """almost certain, very sure, fairly sure, somewhat sure, unsure."""
    return next((words for least, words in WORDS if probability >= least), "unsure")


def as_percent(probability: float) -> str:
    """Whole percents; nothing is rounded to certainty, which no such model has."""
    if probability >= 0.995:
        return "more than 99 %"
    return "less than 1 %" if probability < 0.005 else f"{probability * 100:.0f} %"
