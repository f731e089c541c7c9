"""Checks that need no model."""

import io
import random
from dataclasses import replace

import pytest
from PIL import Image

from explainers.checks.content.base import Explained, Part

np = pytest.importorskip("numpy")
LABELS = ["ant", "bee", "cow"]
OUTPUTS = [LABELS[place % 3] for place in range(30)]


def text(words):
    return f'{{"text":"{words}","type":"text"}}'.encode()


def explained(contents, reveals="no", outputs=OUTPUTS, labels=LABELS):
    items = [f"item-{place}" for place in range(len(contents))]
    parts = {item: [Part("What mattered", content)] for item, content in zip(items, contents, strict=True)}
    plain = {item: [Part("The text", text("the same for all"))] for item in items}
    return Explained("method", "net", "predicted", reveals, items, outputs, labels, parts.get, plain.get)


def leaked(one):
    from explainers.checks.content import leakage

    check, *scores = leakage(one)
    return check, scores


def test_an_explanation_that_names_the_output_leaks_and_is_flagged():
    contents = [text(f"it has the legs of an {output}") for output in OUTPUTS]
    check, scores = leaked(explained(contents))
    assert (check.value, check.passed) == (1.0, False)
    assert [score.value for score in scores] == [1.0] * 30
    assert {score.name for score in scores} == {"leaks"}
    assert leaked(explained(contents, reveals="yes"))[0].passed


def test_words_drawn_at_random_do_not_leak():
    draw = random.Random(3)
    contents = [text(" ".join(draw.choices(["leg", "wing", "horn", "tail", "eye"], k=3))) for _ in OUTPUTS]
    check, scores = leaked(explained(contents))
    assert check.passed
    assert check.value < 0.6
    assert sum(score.value for score in scores) == pytest.approx(check.value * 30, abs=0.01)


def test_an_explanation_without_anything_that_differs_guesses_no_better_than_chance():
    check, _ = leaked(explained([text("always the same")] * 30))
    assert check.passed
    assert check.value <= 1 / 3


def test_weights_of_tokens_leak_but_the_text_itself_does_not():
    def tokens(weight):
        return f'{{"tokens":["legs","wings"],"type":"tokens","weights":[{weight},0.5]}}'.encode()

    contents = [tokens({"ant": -1, "bee": 0, "cow": 1}[output]) for output in OUTPUTS]
    assert leaked(explained(contents))[0].value > 0.6
    plain = [f'{{"tokens":["{output}"],"type":"tokens","weights":[1]}}'.encode() for output in OUTPUTS]
    assert leaked(explained(plain))[0].value == 1.0  # which word has the weight does tell


def test_numbers_are_foretold_by_their_explained_variance():
    outputs = [str(float(place)) for place in range(30)]
    rows = [
        f'{{"columns":["a","b"],"emphasis":[[null,{place / 30}]],"rows":[["f","x"]],"type":"table"}}'.encode()
        for place in range(30)
    ]
    check, scores = leaked(explained(rows, outputs=outputs, labels=[]))
    assert check.value > 0.9
    assert not check.passed
    assert scores == []


def test_leaving_one_out_equals_fitting_anew_without_it():
    from explainers.checks.content.leakage import PENALTY, left_out

    draw = np.random.default_rng(1)
    seen, truths = draw.normal(size=(12, 4)), draw.normal(size=(12, 2))
    centred = seen - seen.mean(axis=0)
    kernel = centred @ centred.T + 1.0
    penalty = PENALTY * max(np.diag(kernel).mean(), 1.0)
    for row in range(12):
        others = [place for place in range(12) if place != row]
        weights = np.linalg.solve(kernel[np.ix_(others, others)] + penalty * np.eye(11), truths[others])
        assert kernel[row, others] @ weights == pytest.approx(left_out(seen, truths)[row])


def test_fewer_than_eight_explanations_tell_nothing():
    from explainers.checks.content import leakage

    assert list(leakage(explained([text("a")] * 7, outputs=OUTPUTS[:7]))) == []


def png(pixels):
    stream = io.BytesIO()
    Image.fromarray(np.array(pixels, dtype=np.uint8)).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (png([[[0, 0, 0], [200, 100, 0]], [[90, 90, 90], [255, 255, 0]]]), 0.5),
        (b'{"rules":[{"if":["a","b"],"then":"x"},{"if":[],"then":"y"}],"type":"rules"}', 2),
        (
            b'{"root":{"if":"a","no":{"then":"x"},"yes":{"if":"b","no":{"then":"y"},"yes":{"then":"z"}}},"type":"tree"}',
            3,
        ),
        (b'{"tokens":["a","b","c"],"type":"tokens","weights":[0.5,0,null]}', 1),
        (
            b'{"columns":["f","v"],"emphasis":[[null,0.1],[null,0]],"rows":[["f","1"],["g","2"]],"type":"table"}',
            1,
        ),
        (text("four words and more"), 4),
    ],
)
def test_size_is_what_there_is_to_look_at(content, size):
    from explainers.checks.content.size import size_of

    assert size_of(Part("caption", content)) == size


def test_the_mean_size_is_told_with_each():
    from explainers.checks.content import size as module

    *scores, check = module(explained([text("one"), text("one two three")], outputs=["ant", "bee"]))
    assert [score.value for score in scores] == [1.0, 3.0]
    assert check.value == 2.0


def test_an_explainer_that_reveals_the_output_partly_may_not_give_it_away():
    contents = [text(f"it has the legs of an {output}") for output in OUTPUTS]
    assert not leaked(explained(contents, reveals="partly"))[0].passed
    often = [text(f"it has the legs of an {OUTPUTS[place - (place % 5 == 0)]}") for place in range(30)]
    check, _ = leaked(explained(often, reveals="partly"))
    assert 0.6 < check.value < 0.95
    assert check.passed
    assert not leaked(explained(often, reveals="no"))[0].passed


def test_verdicts_of_leakage_respect_how_few_items_there_are():
    named = [text(f"it has the legs of an {output}") for output in OUTPUTS]
    assert leaked(explained(named, reveals="no"))[0].verdict == "fails"
    assert leaked(explained(named, reveals="yes"))[0].verdict == "passes"
    few = leaked(explained(named, reveals="partly"))[0]
    assert few.verdict == "unclear"  # 30 of 30: from 30 / (30 + z²) = 0.886, and the limit is 0.95
    assert (few.items, few.low, few.high) == (30, 0.8865, 1.0)
    many = explained(named * 3, reveals="partly", outputs=OUTPUTS * 3)
    assert leaked(many)[0].verdict == "fails"  # from 90 / (90 + z²) = 0.959
    nothing = [text("always the same")] * 90
    assert leaked(explained(nothing, outputs=OUTPUTS * 3))[0].verdict == "passes"


def test_the_interval_of_variance_foretold_is_that_of_a_ratio():
    from explainers.checks.content.leakage import interval_of_foretold

    draw = np.random.default_rng(5)
    outputs = draw.normal(size=400)
    squares = (outputs - outputs.mean()) ** 2
    assert interval_of_foretold(0.25 * squares, outputs) == pytest.approx((0.75, 0.75))
    gaps = draw.normal(scale=0.6, size=400) ** 2
    places = draw.integers(0, 400, (4000, 400))
    again = 1 - gaps[places].mean(axis=1) / squares[places].mean(axis=1)  # a bootstrap of the ratio
    reach = 1.96 * again.std()
    found = interval_of_foretold(gaps, outputs)
    assert found.high - found.low == pytest.approx(2 * reach, rel=0.1)
    assert sum(found) / 2 == pytest.approx(1 - gaps.sum() / squares.sum())
    assert interval_of_foretold(gaps, np.zeros(400)) is None


def test_a_gain_is_judged_item_by_item():
    """All outputs are named; the items themselves name all but a few."""
    told = explained([text(f"it has the legs of an {output}") for output in OUTPUTS * 3], outputs=OUTPUTS * 3)

    def verdict_without(step):
        hidden = {f"item-{place}": [Part("", text("nothing"))] for place in range(0, 90, step)}
        return leaked(replace(told, input_of=lambda item: hidden.get(item) or told.parts_of(item)))[0].verdict

    assert verdict_without(50) == "passes"  # two are hidden
    assert verdict_without(10) == "unclear"  # nine
    assert verdict_without(2) == "fails"


def test_the_interval_of_a_gain_is_that_of_paired_shares():
    from explainers.checks.content.leakage import interval_of_gain

    # by hand: (10.5 - 0.5) / 74, and 1.96 sqrt(11 - 100 / 74) / 74
    assert interval_of_gain(10, 0, 72) == pytest.approx((0.0529, 0.2174), abs=2e-4)
    assert interval_of_gain(0, 0, 50).low == pytest.approx(-interval_of_gain(0, 0, 50).high)
    draw = np.random.default_rng(3)
    counts = draw.multinomial(30, (0.25, 0.1, 0.65), size=4000)  # a gain of 0.15
    inside = [low <= 0.15 <= high for low, high in (interval_of_gain(b, c, 30) for b, c, _ in counts)]
    assert 0.94 <= np.mean(inside) <= 0.98


def test_what_the_item_itself_gives_is_no_leak():
    contents = [text(f"it has the legs of an {output}") for output in OUTPUTS]
    told = explained(contents)
    check, _ = leaked(replace(told, input_of=told.parts_of))
    assert (check.value, check.passed) == (1.0, True)


def test_numbers_that_the_item_itself_gives_are_no_leak():
    outputs = [str(float(place)) for place in range(30)]
    rows = [
        f'{{"columns":["a","b"],"emphasis":[[null,{place / 30}]],"rows":[["f","x"]],"type":"table"}}'.encode()
        for place in range(30)
    ]
    told = explained(rows, outputs=outputs, labels=[])
    check, _ = leaked(replace(told, input_of=told.parts_of))
    assert check.passed
    assert f"from the item it foretells {check.value:.3f}" in check.meaning
    assert not leaked(replace(told, reveals_output="partly"))[0].passed
    assert leaked(replace(told, reveals_output="yes"))[0].passed


def test_outputs_that_are_all_equal_cannot_be_foretold():
    check, _ = leaked(explained([text("a")] * 30, outputs=["2.0"] * 30, labels=[]))
    assert (check.value, check.passed) == (0.0, True)


def test_checks_of_several_targets_have_names_of_their_own():
    from explainers.checks.content import measured

    one = explained([text("a")] * 30)
    alone = [entry for entry in measured([one]) if hasattr(entry, "passed")]
    assert [check.name for check in alone] == ["size", "leakage"]
    assert all("Target: predicted." in check.meaning for check in alone)
    both = [entry for entry in measured([one, replace(one, target="truth")]) if hasattr(entry, "passed")]
    assert [check.name for check in both] == [
        *("size predicted", "leakage predicted", "size truth", "leakage truth")
    ]
