"""How sure a model is, in words and numbers that people know."""

# from which probability on; a model's probability is told as its own, not as how often it is right
WORDS = ((0.99, "almost certain"), (0.9, "very sure"), (0.7, "fairly sure"), (0.5, "somewhat sure"))


def in_words(probability: float) -> str:
    """almost certain, very sure, fairly sure, somewhat sure, unsure."""
    return next((words for least, words in WORDS if probability >= least), "unsure")


def as_percent(probability: float) -> str:
    """Whole percents; what is not quite certain is not rounded to certainty."""
    if 0.995 <= probability < 1:
        return "more than 99 %"
    if 0 < probability < 0.005:
        return "less than 1 %"
    return f"{probability * 100:.0f} %"
