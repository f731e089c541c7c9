import json
import re
from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


class Weights:
    """Stands in for an explainer of maps: relevance is what a test says it is, by label."""

    def __init__(self, by_label):
        self.by_label = by_label

    def relevance_of(self, question, context):
        return torch.tensor(self.by_label[context.index_of(question.case, question.target)]).double()


def told(context, by_label, case=None, target="predicted", **parameters):
    """The rationale's text for weights by label, with Weights put in the place of the wrapped explainer."""
    from explainers.base import Question

    explainer = get_explainer("rationale", {"method": "occlusion", **parameters})
    fake = type("Fake", (Weights, type(explainer.wrapped)), {"__init__": Weights.__init__})(by_label)
    explainer.__dict__["wrapped"] = fake
    ((shown,),) = explainer.explain([Question(case or context.cases[0], target)], context)
    return json.loads(shown.content)["text"].replace("\n\n", " "), shown.checks


@pytest.fixture
def house(table_context):
    from explainers.base import Prediction

    case = replace(table_context.cases[0], input=torch.tensor([4.0, 10.0, 3.0, 1.0]).double())
    outputs = {case.item: Prediction("dear", 1, (0.3, 0.7))}
    return replace(table_context, cases=(case,), predictions=outputs)


def test_evidence_is_told_by_side_in_the_order_of_its_weights(house):
    text, checks = told(house, [[0.0, 0.0, 0.0, 0.0], [5.0, -1.0, 0.2, 3.8]])
    assert text == (
        "The model says “dear”; the next likeliest was “cheap”. "
        "What speaks for it: Rooms (4), strongly; Heating (gas), strongly. "
        "What speaks against it: Age (10 years), weakly. "
        "1 other feature counts less, for it. "
        "Taken together, this speaks clearly for it."
    )
    assert checks == {"balance": 0.8, "named": 3, "share_named": 0.98}


def test_the_evidence_is_that_for_the_label_minus_that_for_the_rival(house):
    same, _ = told(house, [[1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 3.0, -4.0]])
    minus, _ = told(house, [[0.0, 0.0, 0.0, 0.0], [1.0, -1.0, 0.0, -8.0]])
    assert same == minus
    assert "this does not speak for it" in same


@pytest.mark.parametrize(
    ("weights", "ending"),
    [
        ([3.0, -1.0, 0.0, 0.0], "this speaks clearly for it."),
        ([3.0, -2.0, 0.0, 0.0], "this speaks for it."),
        ([3.0, -2.9, 0.0, 0.0], "this speaks for it, but only slightly."),
        ([3.0, -3.0, 0.0, 0.0], "this does not speak for it."),
        ([1.0, -3.0, 0.0, 0.0], "this does not speak for it."),
    ],
)
def test_it_is_as_certain_as_the_weights_are_one_sided(house, weights, ending):
    assert told(house, [[0.0] * 4, weights])[0].endswith(ending)


def test_weights_without_a_sign_are_for_or_against_nothing(house):
    text, _ = told(house, [[1.0, 0.0, 0.0, 0.0], [4.0, 1.0, 0.0, 0.0]])
    assert "What mattered most: Rooms (4), strongly; Age (10 years)." in text
    assert "cannot tell what speaks for it and what against" in text
    assert "Taken together" not in text
    assert "What speaks" not in text


def test_no_weight_at_all_is_told(house):
    text, checks = told(house, [[0.0] * 4, [0.0] * 4])
    assert text.endswith("By this account, no feature made a difference.")
    assert checks == {"balance": 0.0, "named": 0, "share_named": 0}


def test_another_target_is_compared_with_the_answer(house):
    text, _ = told(house, [[1.0, 0.0, 0.0, 0.0], [0.0, -1.0, 0.0, 0.0]], target="class:cheap")
    assert text.startswith("The model says “dear”. This is about “cheap”. What speaks for it: Rooms (4)")


def test_a_number_is_raised_and_lowered(house):
    from explainers.base import Prediction

    data = replace(house.data, labels=(), unit="dollars")
    outputs = {house.cases[0].item: Prediction("1500", 0, value=1500.0)}
    context = replace(house, data=data, predictions=outputs)
    text, _ = told(context, [[5.0, -1.0, 0.1, 3.9]])
    assert text == (
        "The model says: 1,500 dollars. What raises it: Rooms (4), strongly; Heating (gas), strongly. "
        "What lowers it: Age (10 years), weakly. 1 other feature counts less, raising it."
    )


def test_a_word_counts_with_all_places_where_it_stands(text_context):
    from explainers.base import Prediction

    case = replace(text_context.cases[0], words=("Good", "plot", "good", "bad"))
    context = replace(
        text_context, cases=(case,), predictions={case.item: Prediction("positive", 1, (0.1, 0.9))}
    )
    text, _ = told(context, [[0.0] * 8, [1.0, 0.0, 2.0, -1.0, 9.0, 0.0, 0.0, 0.0]])  # the 9 is padding's
    assert "What speaks for it: “Good” (twice), strongly. What speaks against it: “bad”. No other" in text


def test_many_small_weights_name_nothing(text_context):
    words = tuple(f"w{n}" for n in range(8))
    case = replace(text_context.cases[0], words=words)
    context = replace(text_context, cases=(case,))
    label = context.predictions[case.item].index
    weights = [[0.0] * 8, [0.0] * 8]
    weights[label] = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0]
    text, checks = told(context, weights, least=0.2)
    assert "No single word stands out. 8 words count a little: 6 for it and 2 against it." in text
    assert checks["named"] == 0


def test_of_equal_weights_none_is_told_as_less(house):
    text, _ = told(house, [[-2.0, -1.0, -1.0, 0.0], [2.0, 1.0, 1.0, 0.0]], most=2)
    assert "What speaks for it: Rooms (4), strongly; Age (10 years)." in text
    assert "1 other feature counts as much as the last of these, or less, for it." in text


def test_regions_of_a_picture_have_names(shape_context):
    from explainers.base import Prediction

    case = shape_context.cases[0]
    context = replace(shape_context, predictions={case.item: Prediction("ant", 0, (0.5, 0.3, 0.2))})
    relevance = torch.zeros(1, 8, 8)
    relevance[0, 0, 0], relevance[0, 4, 4], relevance[0, 7, 4] = 3.0, 2.0, -1.0
    text, _ = told(context, [relevance.tolist(), torch.zeros(1, 8, 8).tolist(), None])
    assert "the area at the upper left, strongly; the area in the middle, strongly." in text
    assert "What speaks against it: the area at the bottom." in text


def test_every_named_part_has_a_weight_of_the_right_sign_and_rank(house):
    """For any weights: what is named, in which order, on which side, and how many are not."""
    names = [field.name for field in house.data.fields]
    for seed in range(150):
        generator = torch.Generator().manual_seed(seed)
        weights = torch.randn(4, generator=generator).double() * (torch.rand(4, generator=generator) > 0.2)
        by_name = dict(zip(names, weights.tolist(), strict=True))
        text, checks = told(house, [(-weights / 2).tolist(), (weights / 2).tolist()], most=3)
        named = []
        for head, sign in (("What speaks for it", 1), ("What speaks against it", -1)):
            side = re.search(rf"{head}: (.*?)\.(?: |$)", text)
            found = [part.split(" (")[0] for part in side[1].split("; ")] if side else []
            sizes = [by_name[name] * sign for name in found]
            assert all(size > 0 for size in sizes)
            assert sizes == sorted(sizes, reverse=True)
            named += found
        rest = [abs(size) for name, size in by_name.items() if name not in named and size]
        assert len(named) == checks["named"] <= 3
        assert not rest or not named or max(rest) <= min(abs(by_name[name]) for name in named)
        counted = re.search(r"(\d+) other features? count", text)
        kept = [size for size in rest if size > 1e-9 * max(map(abs, by_name.values()))]
        assert (int(counted[1]) if counted else 0) == len(kept)


def test_settings_that_name_nothing_are_refused():
    with pytest.raises(BadParameters, match="most is 0"):
        get_explainer("rationale", {"method": "occlusion", "most": 0})
    with pytest.raises(BadParameters, match="gives each part of an input a relevance"):
        get_explainer("rationale", {"method": "probability"})
