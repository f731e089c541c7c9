"""What a classical test leaves out of account in the data that it is given.

The rates in the sentences are those of the design S2big in docs/calibration.md: 1,000 null data sets of 200
participants (two arms) × 12 items. A test holds them against that page.
"""

from __future__ import annotations

from analysis.classical.sample import Sample

PAIRED = ("paired-t", "wilcoxon-signed-rank")
RESPECTED: dict[str, tuple[str, ...]] = {
    "cluster-bootstrap": ("participant",),
    "hase-bansal-bootstrap": ("participant", "item"),
}
TRIALS_REJECTED, MEANS_REJECTED = 42, 27
NULL_DATA = "of null data sets (200 participants × 12 items whose effects vary) at the 5 % level"
INSTEAD = "The crossed mixed model takes participants and items as random; lean on that."
UNCHECKED = "No column of participants was named: rows are taken as independent, which was not checked."
UNCHECKED_ITEMS = (
    "No complete column of items was named, nor is there one called item: that different people answered the same "
    "items, which the test would ignore, was not checked."
)


def ignored(sample: Sample, test: str) -> list[str]:
    """Return a sentence for each of participants and items that the test takes as independent, or may."""
    sentences = {"participant": _participants(sample), "item": _items(sample)}
    told = [text for factor, text in sentences.items() if text and not _respected(sample, test, factor)]
    return [*told, *([INSTEAD] if told else []), *_unchecked(sample)]


def _unchecked(sample: Sample) -> list[str]:
    told = [UNCHECKED] if sample.unit == "trial" and "participant" not in sample.trials else []
    return told if "item" in sample.trials else [*told, UNCHECKED_ITEMS]


def _respected(sample: Sample, test: str, factor: str) -> bool:
    paired = test in PAIRED and sample.unit == factor
    stratified = factor in sample.names and sample.names.get("stratum") == sample.names[factor]
    return paired or stratified or factor in RESPECTED.get(test, ())


def _participants(sample: Sample) -> str:
    if "participant" not in sample.trials:
        return ""
    rows = sample.table if sample.unit == "participant" else sample.trials
    each = rows["participant"].value_counts()
    if each.max() < 2:
        return ""
    if sample.unit == "participant":
        return f"{int((each > 1).sum())} participants are in several groups and count as different people in each."
    if sample.unit == "item":
        return (
            f"Takes the {len(each)} participants as fixed: they answered several items each, and the result "
            "holds for these people only."
        )
    return (
        f"Takes {len(rows):,} trials as independent, though {len(each)} participants gave up to {each.max()} "
        f"each: a chi-square test of trials rejected {TRIALS_REJECTED} % {NULL_DATA}."
    )


def _items(sample: Sample) -> str:
    if "item" not in sample.trials:
        return ""
    rows = sample.table if sample.unit == "item" else sample.trials
    each = rows["item"].value_counts()
    if each.max() < 2 or len(each) < 2:  # a single question is what the result is about
        return ""
    if sample.unit == "item":
        return f"{int((each > 1).sum())} items are in several groups and count as different items in each."
    return (
        f"Takes the {len(each)} items as fixed, though several participants answered the same ones: the result "
        f"holds for these items only. A t-test on participant means rejected {MEANS_REJECTED} % {NULL_DATA}."
    )
