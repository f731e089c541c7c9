from collections import Counter
from dataclasses import replace
from itertools import combinations, product

import pytest

from explainers.errors import BadParameters
from explainers.registry import get_explainer
from tests.explainers.methods.surrogates.test_anchors import of_scores

torch = pytest.importorskip("torch")
FIXED = 1  # Age


def found_for(context, question, **parameters):
    """The changed case, behind what is drawn; None where none is found."""
    explainer = get_explainer("counterfactual", parameters)
    stops = explainer.trail(question, context, explainer.finder(context))
    return stops[-1] if stops else None


def questions(context, target="predicted"):
    from explainers.base import Question

    return [Question(case, target) for case in context.cases]


def brightest_row(context):
    """The context of small pictures with a model that goes by which of three rows is the brightest."""
    from explainers.answers import predict
    from explainers.models.adapter import CallableModel

    model = CallableModel(lambda rows: 10.0 * rows[:, 0, [0, 3, 6]].mean(axis=2), gives="scores")
    outputs = predict(model, context.data, context.data.test)
    predictions = {case.item: outputs[case.row] for case in context.cases}
    return replace(context, model=model, predictions=predictions)


def label_of(context, case):
    with torch.no_grad():
        return int(context.model.eval()(case.input.unsqueeze(0)).argmax())


def test_changed_rows_flip_the_model_and_keep_to_the_fields(table_context):
    train, fields, flipped = table_context.data.train.inputs, table_context.data.fields, 0
    for question in questions(table_context):
        stop = found_for(table_context, question)
        before, after = question.case.input, stop.case.input
        assert label_of(table_context, stop.case) != label_of(table_context, question.case)
        assert after[FIXED] == before[FIXED]
        for place, field in enumerate(fields):
            value = float(after[place])
            assert value == float(before[place]) or value in train[:, place].tolist()
            assert field.low <= value <= field.high
            assert field.kind == "number" or value in range(len(field.levels))
        assert stop.checks["changes"] == int((after != before).sum())
        flipped += stop.flipped
    assert flipped == len(table_context.cases)


def brute_force(context, row):
    """The fewest changes that flip, and of those the least distance: over all values of the training rows."""
    train = context.data.train.inputs
    own = int(context.model(row.unsqueeze(0)).argmax())
    columns = [
        sorted(column) for column in train.T.tolist()
    ]  # of forty values, the median is the lower middle
    spread = [sorted(abs(value - column[19]) for value in column)[19] for column in columns]
    free = [place for place in range(4) if place != FIXED]
    for size in (1, 2, 3):
        best = None
        for places in combinations(free, size):
            values = [[v for v in train[:, p].unique().tolist() if v != row[p]] for p in places]
            rows = row.repeat(max(1, torch.tensor([len(v) for v in values]).prod().item()), 1)
            rows[:, list(places)] = torch.tensor(list(product(*values))).to(rows)
            rows = rows[context.model(rows).argmax(dim=1) != own]
            away = sum(
                (rows[:, p] - row[p]).abs() / spread[p] if p != 3 else (rows[:, p] != row[p]).double()
                for p in range(4)
            )
            if len(rows) and (best is None or float(away.min()) < best):
                best = float(away.min())
        if best is not None:
            return size, best
    return None


def test_no_smaller_change_exists_by_brute_force(table_context):
    tried = Counter()
    for row in range(20):
        case = table_context.data.case(table_context.data.test, row, f"item-{row}")
        from explainers.base import Question

        stop = found_for(table_context, Question(case), values=40, plausibility=0)
        size, away = brute_force(table_context, case.input)
        assert stop.checks["changes"] == size
        assert stop.checks["distance"] == pytest.approx(away, abs=1e-5)
        tried[size] += 1
    assert tried[1] > 0


def test_two_fields_change_where_one_is_not_enough(table_context):
    # rooms and area both above 9, whatever the heating
    model = of_scores(lambda rows: ((rows[:, 0] > 9) & (rows[:, 2] > 9)) * 2.0 - 1)
    context = replace(table_context, model=model)
    case = replace(context.cases[0], input=torch.tensor([2.0, 5.0, 3.0, 1.0]).double())
    from explainers.base import Question

    stop = found_for(context, Question(case), plausibility=0)
    above = [min(v for v in context.data.train.inputs[:, p].tolist() if v > 9) for p in (0, 2)]
    assert stop.case.input.tolist() == [above[0], 5.0, above[1], 1.0]
    assert found_for(context, Question(case), most=1) is None


def test_a_plausible_change_lies_nearer_to_the_training_rows(table_context):
    pairs = [
        [found_for(table_context, question, plausibility=weight) for weight in (0, 5)]
        for question in questions(table_context)
    ]
    assert all(far.checks["changes"] == near.checks["changes"] for far, near in pairs)
    near = [near.checks["distance_to_training"] for _, near in pairs]
    far = [far.checks["distance_to_training"] for far, _ in pairs]
    assert all(a <= b for a, b in zip(near, far, strict=True))
    assert sum(near) < sum(far)


def test_where_nothing_is_found_the_part_says_so(table_context):
    context = replace(table_context, model=of_scores(lambda rows: rows[:, FIXED] * 0 + 1))
    for answer in get_explainer("counterfactual").explain(questions(context), context):
        assert b"No small change was found" in answer[0].content
        assert answer[0].checks == {"flipped": 0, "changes": 0}


def test_a_number_must_change_by_the_least_share(table_context):
    from explainers.base import Question
    from explainers.models.adapter import CallableModel

    model = CallableModel(lambda rows: 100.0 + rows[:, 0], gives="numbers")
    context = replace(table_context, model=model, data=replace(table_context.data, labels=()))
    case = replace(context.cases[0], input=torch.tensor([0.0, 5.0, 3.0, 1.0]).double())
    stop = found_for(context, Question(case), least=0.1, plausibility=0)
    above = min(v for v in context.data.train.inputs[:, 0].tolist() if v > 10)
    assert stop.case.input.tolist() == [above, 5.0, 3.0, 1.0]
    ((shown,),) = get_explainer("counterfactual").explain([Question(case)], context)
    assert shown.caption == "After this change, the model's answer has changed by 10 % or more"


def test_a_number_that_reads_as_0_must_change_by_a_share_of_the_truths_spread(table_context):
    from explainers.methods.examples.goals import goal_of
    from explainers.models.adapter import CallableModel

    train = replace(table_context.data.train, truths=torch.arange(40).double())
    data = replace(table_context.data, labels=(), decimals=1, train=train)
    for output, least in ((0.0, 0.1 * 11.543396), (0.04, 0.1 * 11.543396), (-0.5, 0.05)):
        model = CallableModel(lambda rows, output=output: 0 * rows[:, 0] + output, gives="numbers")
        context = replace(table_context, data=data, model=model)
        goal = goal_of(questions(context)[0], context, 0.1)
        assert goal.least == pytest.approx(least)  # the spread of 0 to 39 is the root of (40² - 1) / 12


@pytest.mark.parametrize("kind", ["table", "text"])
@pytest.mark.parametrize("name", ["counterfactual", "counterfactual-path"])
def test_a_margin_that_rounds_to_nothing_when_asked_anew_is_kept(name, kind, request, monkeypatch):
    """As where a sum comes out otherwise in another batch: the search finds a change, and nothing flips later."""
    from explainers.methods.examples import goals, table_changes, text_changes

    context, explainer = request.getfixturevalue(f"{kind}_context"), get_explainer(name)
    finder, reached, found = explainer.finder(context), goals.Goal.reached, []

    class Search(table_changes.Search):
        def fewest(self, changes, margins):
            found[:] = [super().fewest(changes, margins)]
            monkeypatch.setattr(goals.Goal, "reached", lambda *given: reached(*given).clamp(max=0))
            return found[0]

    for module in (table_changes, text_changes):
        monkeypatch.setattr(module, "Search", Search)
    stops = explainer.trail(questions(context)[0], context, finder)
    assert found[0]
    assert [stop.flipped for stop in stops] == [False] * (len(stops) - 1) + [True]
    assert stops[-1].checks["changes"] == len(found[0])


def test_a_layer_is_of_pictures_alone(table_context):
    explainer = get_explainer("counterfactual", {"layer": "rest.1"})
    with pytest.raises(BadParameters, match='layer is "rest.1", but of a table none is looked at'):
        list(explainer.explain(questions(table_context), table_context))


def test_another_target_is_the_output_that_is_reached(shape_context):
    context = brightest_row(shape_context)
    for question in questions(context, "runner-up"):
        stop = found_for(context, question)
        assert label_of(context, stop.case) == context.predictions[question.case.item].runner_up


def test_changed_texts_flip_the_model_by_as_few_words_as_brute_force_needs(text_context):
    for question in questions(text_context):
        case = question.case
        stop = found_for(text_context, question, places=8, words=12, near=14, most=3)
        own = label_of(text_context, case)
        tokens = [token for token in case.input.tolist() if token]
        choices = [[token, None, *range(2, 14)] for token in tokens]
        for size in (1, 2, 3):
            texts = []
            for places in combinations(range(len(tokens)), size):
                for values in product(*(choices[place][1:] for place in places)):
                    changed = dict(zip(places, values, strict=True))
                    kept = [changed.get(place, token) for place, token in enumerate(tokens)]
                    kept = [token for token in kept if token is not None]
                    texts.append(kept + [0] * (8 - len(kept)))
            with torch.no_grad():
                if (text_context.model(torch.tensor(texts)).argmax(dim=1) != own).any():
                    break
        if stop is not None:
            assert label_of(text_context, stop.case) != own
            assert stop.checks["changes"] >= size
        assert stop is not None or size == 3
        assert size == 3 or stop.checks["changes"] == size


def test_a_word_that_is_left_out_leaves_a_mark_and_no_token(text_context):
    from explainers.base import Question

    good = text_context.data.vocabulary.numbers["good"]
    model = of_scores(lambda rows: (rows == good).any(axis=1) * 2.0 - 1)
    case = next(c for c in text_context.cases if c.words.count("good") == 1)
    stop = found_for(replace(text_context, model=model), Question(case), words=0, near=0)
    place = case.words.index("good")
    assert stop.case.words == (*case.words[:place], "…", *case.words[place + 1 :])
    kept = [token for token in case.input.tolist() if token not in (good, 0)]
    assert stop.case.input.tolist() == kept + [0] * (8 - len(kept))


@pytest.mark.parametrize(
    ("token", "before", "written"),
    [
        ("dull", "Good", "Dull"),
        ("dull", "good.", "dull."),
        ("dull", "(Good,", "(Dull,"),
        ("dull", "—", "dull"),
    ],
)
def test_a_new_word_is_written_as_the_old_one_was(token, before, written):
    from explainers.methods.examples.text_changes import as_written

    assert as_written(token, before) == written


@pytest.mark.parametrize("through", ["blends", "real"])
def test_changed_pictures_flip_the_model(shape_context, through):
    context = brightest_row(shape_context)
    for question in questions(context):
        stop = found_for(context, question, through=through)
        assert label_of(context, stop.case) != label_of(context, question.case)
        assert stop.case.input.min() >= 0
        assert stop.case.input.max() <= 1


def test_a_blend_lies_just_beyond_the_boundary_of_a_linear_model(shape_context):
    from explainers.base import Question
    from explainers.data.base import Case, Split

    train = torch.tensor([0.0, 1.0]).double().reshape(2, 1, 1, 1).expand(2, 1, 8, 8)
    data = replace(shape_context.data, labels=("dark", "light"), train=Split(train, torch.tensor([0, 1])))
    model = of_scores(lambda rows: rows.mean(axis=(1, 2, 3)) - 0.4)
    context = replace(shape_context, model=model, data=data)
    stop = found_for(context, Question(Case("one", train[0].clone(), "dark")))
    assert stop.case.input.unique().tolist() == [103 / 255]  # the first level above 0.4
    assert stop.checks == {"changes": 64, "distance": pytest.approx(103 / 255, abs=1e-6)}
    assert stop.source_item == "train:1"


def test_the_output_is_told_only_where_it_is_asked_for(table_context):
    for tell, reveals in ((False, "partly"), (True, "yes"), ("briefly", "yes")):
        explainer = get_explainer("counterfactual", {"tell": tell})
        captions = [a[0].caption for a in explainer.explain(questions(table_context), table_context)]
        assert explainer.reveals_output == reveals
        if not tell:
            assert len(set(captions)) == 1
        else:
            others = [
                {"cheap": "dear", "dear": "cheap"}[table_context.predictions[case.item].label]
                for case in table_context.cases
            ]
            told = "Says" if tell == "briefly" else "After this change: the model says"
            assert captions == [f"{told} {other}" for other in others]


@pytest.mark.parametrize("wrong", [{"most": 0}, {"values": 0}, {"budget": 0}])
def test_parameters_that_make_no_sense_are_refused(wrong):
    with pytest.raises(BadParameters, match=f"counterfactual: {next(iter(wrong))} is 0"):
        get_explainer("counterfactual", wrong)
