import json
from dataclasses import replace

import pytest

from explainers.errors import BadParameters
from explainers.methods.surrogates.anchor_search import AnchorSearch, grown
from explainers.registry import get_explainer

torch = pytest.importorskip("torch")


def of_scores(score):
    """A model of two labels: the second where the score of a row (N, F) is above zero."""
    from explainers.models.adapter import CallableModel

    def scores(rows):
        told = score(rows)
        return torch.stack([-torch.as_tensor(told), torch.as_tensor(told)], dim=1).double().numpy()

    return CallableModel(scores, gives="scores")


def asked(context, **input_of):
    """A question about a row of the small table with these values."""
    from explainers.base import Question
    from explainers.data.base import Case

    names = {"rooms": 0, "age": 1, "area": 2, "heating": 3}
    row = context.data.train.inputs[0].clone()
    for name, value in input_of.items():
        row[names[name]] = value
    return Question(Case("one", row, "cheap"), seed=11)


def answered(context, question, **parameters):
    ((shown,),) = get_explainer("anchors", parameters).explain([question], context)
    return shown, json.loads(shown.content)


@pytest.fixture
def quarters(table_context):
    """The upper limits of the quarters of the field Rooms: order statistics of the training rows."""
    ordered = sorted(table_context.data.train.inputs[:, 0].tolist())
    return [ordered[int(share * 39)] for share in (0.25, 0.5, 0.75)]


def test_the_anchor_of_a_tree_is_its_path_when_every_other_field_decides_nothing(table_context, quarters):
    # the tree: few rooms? then gas? then dear; else cheap
    limit = quarters[0]
    model = of_scores(lambda rows: ((rows[:, 0] <= limit) & (rows[:, 3] == 1)) * 2.0 - 1)
    context = replace(table_context, model=model)
    shown, rules = answered(context, asked(context, rooms=limit, heating=1))
    assert rules["rules"][0]["if"] == [f"Rooms is at most {limit:g}", "Heating is gas"]
    assert rules["rules"][0]["then"] == "the model says “dear” in at least 99 of 100 similar cases"
    assert shown.checks["precision"] == 1
    train = context.data.train.inputs
    share = ((train[:, 0] <= limit) & (train[:, 3] == 1)).double().mean()
    assert shown.checks["coverage"] == pytest.approx(float(share))
    assert rules["note"] == f"The rule fits {round(float(share) * 100)} of 100 cases."


def test_of_two_anchors_that_hold_the_wider_is_taken(table_context, quarters):
    # cheap follows from not gas (two levels of three are left, one of them the item's) and from many rooms
    limit = quarters[2]
    model = of_scores(lambda rows: ((rows[:, 0] <= limit) & (rows[:, 3] == 1)) * 2.0 - 1)
    context = replace(table_context, model=model)
    train = context.data.train.inputs
    shares = {
        "Heating is none": float((train[:, 3] == 0).double().mean()),
        f"Rooms is more than {limit:g}": float((train[:, 0] > limit).double().mean()),
    }
    shown, rules = answered(context, asked(context, rooms=limit + 1, heating=0))
    assert rules["rules"][0]["if"] == [max(shares, key=shares.get)]
    assert shown.checks["coverage"] == pytest.approx(max(shares.values()))


def test_a_model_that_always_says_the_same_needs_no_condition(table_context):
    context = replace(table_context, model=of_scores(lambda rows: rows[:, 0] * 0 + 1))
    shown, rules = answered(context, asked(context))
    assert rules["rules"][0]["if"] == ["it is any similar case"]
    assert (shown.checks["conditions"], shown.checks["coverage"]) == (0, 1)


def test_a_rule_that_cannot_be_reached_is_shown_with_what_it_does_reach(table_context):
    # whether the sum of all digits is even hangs on every field
    context = replace(table_context, model=of_scores(lambda rows: (rows.sum(axis=1) % 2) * 2 - 1))
    shown, _ = answered(context, asked(context), most=1)
    assert shown.checks["reached"] == 0
    assert shown.caption == "The best rule that was found, which fits less well than asked"
    assert shown.checks["precision_low"] < 0.9


def test_the_precision_bound_holds_on_fresh_draws_in_95_of_100_runs(table_context):
    from explainers.methods.surrogates.anchor_sampling import TableSurroundings
    from explainers.methods.surrogates.anchors import Anchors

    # a slanted boundary: no rule is exact, so that the bound has something to get wrong
    score = lambda rows: rows[:, 0] + rows[:, 1] + 0.5 * rows[:, 2] + 4 * rows[:, 3] - 38  # noqa: E731
    context = replace(table_context, model=of_scores(score))
    question = asked(context, rooms=17, age=17, area=10, heating=1)
    around = TableSurroundings(question.case, context.data)
    explainer = Anchors(precision=0.9, fresh=300, batch=200, budget=4000)
    truly, held, inexact = {}, 0, 0
    for seed in range(200):
        anchor = explainer.anchor(replace(question, seed=seed), context, around)
        if anchor.rule not in truly:
            fresh = around.sample(anchor.rule, 40_000, torch.Generator().manual_seed(1234))
            truly[anchor.rule] = float((score(fresh) > 0).double().mean())
        held += anchor.precision_low <= truly[anchor.rule]
        inexact += truly[anchor.rule] < 1
    assert held >= 190  # 95 % of 200
    assert len(truly) > 1
    assert inexact >= 100


def test_drawn_rows_meet_the_rule_and_are_else_like_the_training_rows(table_context):
    from explainers.methods.surrogates.anchor_sampling import TableSurroundings

    case, train = table_context.cases[0], table_context.data.train.inputs
    around = TableSurroundings(case, table_context.data)
    rows = around.sample((0, 3), 4000, torch.Generator().manual_seed(2))
    assert (rows[:, 3] == case.input[3]).all()
    assert torch.isin(rows[:, 0], train[around.inside[0], 0]).all()
    assert rows[:, 2].mean().item() == pytest.approx(train[:, 2].mean().item(), abs=0.5)
    pairs = {tuple(row) for row in train[:, 1:3].tolist()}
    assert {tuple(row) for row in rows[:, 1:3].tolist()} <= pairs  # free fields stay together


def test_the_anchor_of_a_text_is_the_word_that_decides(text_context):
    from explainers.base import Question

    good = text_context.data.vocabulary.numbers["good"]
    model = of_scores(lambda rows: (rows == good).any(axis=1) * 2.0 - 1)
    context = replace(text_context, model=model)
    case = next(c for c in context.cases if "good" in c.words and c.words.count("good") == 1)
    shown, rules = answered(context, Question(case, seed=5))
    assert rules["rules"][0] == {
        "if": ["the text has the word “good”"],
        "then": "the model says “positive” in at least 99 of 100 similar cases",
    }
    train = [words for words in context.data.train.words if "good" in words]
    assert shown.checks["coverage"] == pytest.approx(len(train) / 40)


@pytest.mark.parametrize("by", ["words", "unknown"])
def test_drawn_texts_keep_the_rules_words_and_replace_half_of_the_others(text_context, by):
    from explainers.methods.surrogates.anchor_sampling import TextSurroundings, spoken_in, words_of

    case, data = text_context.cases[0], text_context.data
    around = TextSurroundings(case, words_of(data), spoken_in(data), by, 0.5)
    texts = around.sample((0,), 4000, torch.Generator().manual_seed(3))
    length = len(case.words)
    assert (texts[:, around.places[0]] == case.input[around.places[0]]).all()
    assert (texts[:, length:] == 0).all()
    free = [place for place in range(length) if place not in around.places[0]]
    replaced = (texts[:, free] == 1) if by == "unknown" else (texts[:, free] != case.input[free])
    expected = 0.5
    if by == "words":
        pool = words_of(data)
        expected *= 1 - float(torch.stack([(pool == t).double().mean() for t in case.input[free]]).mean())
    assert replaced.double().mean().item() == pytest.approx(expected, abs=0.02)


def test_a_picture_keeps_what_the_rule_needs_and_the_rest_fades(shape_context):
    from explainers.base import Question
    from explainers.data.base import Case
    from explainers.methods.surrogates.anchor_sampling import ImageSurroundings
    from explainers.methods.surrogates.anchors import picture_of

    picture = torch.zeros(1, 8, 8, dtype=torch.float64)
    picture[0, :4, :4] = 1
    model = of_scores(lambda rows: rows[:, 0, :4, :4].mean(axis=(1, 2)) * 2 - 1.5)
    context = replace(shape_context, model=model, data=replace(shape_context.data, labels=("off", "on")))
    question = Question(Case("one", picture, "on"), seed=2)
    ((shown,),) = get_explainer("anchors", {"regions": 4}).explain([question], context)
    regions = torch.arange(4).reshape(2, 2).repeat_interleave(4, 0).repeat_interleave(4, 1)
    around = ImageSurroundings(question.case, context.data, regions)
    assert shown.content == picture_of((0,), around, context)
    assert shown.caption == "Whatever the grey parts show, the model says “on” in at least 99 of 100 tries"


def test_conditions_alone_name_no_output(table_context):
    for case in table_context.cases:
        from explainers.base import Question

        explainer = get_explainer("anchors", {"tell": "conditions"})
        ((shown,),) = explainer.explain([Question(case, seed=1)], table_context)
        assert explainer.reveals_output == "partly"
        assert b"cheap" not in shown.content
        assert b"dear" not in shown.content


def test_a_numbers_anchor_names_the_range_that_counts_as_the_same(table_context):
    from explainers.models.adapter import CallableModel

    model = CallableModel(lambda rows: 1000.0 * (rows[:, 3] + 1), gives="numbers")
    data = replace(table_context.data, labels=(), unit="$")
    context = replace(table_context, model=model, data=data)
    _, rules = answered(context, asked(context, heating=1))
    assert rules["rules"][0] == {
        "if": ["Heating is gas"],
        "then": "the model says 1,800 to 2,200 $ in at least 99 of 100 similar cases",
    }


@pytest.mark.parametrize(
    ("values", "value", "told"),
    [
        (range(1, 101), 1, "Age is at most 25 years"),
        (range(1, 101), 30, "Age is 26 to 50 years"),
        (range(1, 101), 99, "Age is more than 75 years"),
        ([0] * 60 + list(range(1, 41)), 0, "Age is 0 years"),
        ([0] * 60 + list(range(1, 41)), 7, "Age is 1 to 15 years"),
    ],
)
def test_a_number_is_told_by_its_quarter(values, value, told):
    from explainers.data.base import Field
    from explainers.methods.surrogates.anchor_sampling import told_condition

    field = Field("Age", "number", step=1, unit="years")
    assert (
        told_condition(field, torch.tensor([float(one) for one in values]), torch.tensor(float(value)))
        == told
    )


def test_a_measured_number_is_told_between_its_limits():
    from explainers.data.base import Field
    from explainers.methods.surrogates.anchor_sampling import told_condition

    field = Field("Area", "number", step=0.5, unit="m²", decimals=1)
    column = torch.arange(0, 50, 0.5)
    assert told_condition(field, column, torch.tensor(20.0)) == "Area is more than 12.0 and at most 24.5 m²"


def test_rules_grow_by_each_condition_once():
    assert grown([(0,), (2,)], 3) == [(0, 1), (0, 2), (1, 2)]


def test_the_search_finds_the_only_rule_that_always_holds():
    import numpy as np

    random = np.random.default_rng(4)

    def draw(rule, times):
        meets = random.random((times, 6)) < 0.4
        meets[:, list(rule)] = True
        return int((meets[:, 1] & meets[:, 4]).sum())

    anchor = AnchorSearch().find(draw, 6, lambda rule: 0.4 ** len(rule))
    assert anchor.rule == (1, 4)
    assert (anchor.precision, anchor.reached) == (1.0, True)


@pytest.mark.parametrize("wrong", [{"precision": 1.0}, {"delta": 0}, {"beam": 0}, {"fresh": 0}])
def test_parameters_that_make_no_sense_are_refused(wrong):
    with pytest.raises(BadParameters, match=f"anchors: {next(iter(wrong))} is"):
        get_explainer("anchors", wrong)
