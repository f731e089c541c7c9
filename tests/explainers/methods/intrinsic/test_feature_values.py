"""The values that a model's tests ask for."""

import json
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from explainers.base import Question  # noqa: E402
from explainers.errors import BadParameters  # noqa: E402
from explainers.methods.intrinsic.feature_values import FeatureValues  # noqa: E402
from explainers.methods.intrinsic.numbered_picture import CELL, MARGIN, numbered  # noqa: E402


def shown(context, **settings):
    questions = [Question(case) for case in context.cases]
    return list(FeatureValues(**settings).explain(questions, context))


def test_a_tables_model_is_told_all_its_fields(table_context):
    for case, (part,) in zip(table_context.cases, shown(table_context), strict=True):
        rooms, age, area, heating = case.input.tolist()
        levels = ("none", "gas", "oil")
        assert json.loads(part.content)["rows"] == [
            ["Rooms", f"{rooms:.0f}"],
            ["Age", f"{age:.0f} years"],
            ["Area", f"{area:.1f}"],
            ["Heating", levels[int(heating)]],
        ]


def test_of_a_tree_only_what_it_tests_anywhere_is_told(table_context):
    from explainers.models.decision_tree import TreeModel

    tree = TreeModel(5, 2)
    tree.feature[:2] = torch.tensor([2, 0])  # area at the root, rooms below
    tree.left[:2], tree.right[:2] = torch.tensor([1, 3]), torch.tensor([2, 4])
    tree.support[:] = 1
    for (part,) in shown(replace(table_context, model=tree)):
        assert [name for name, _ in json.loads(part.content)["rows"]] == ["Rooms", "Area"]
        assert part.checks == {"features": 2}


def test_a_numbered_picture_is_the_picture_in_large():
    picture = np.arange(6, dtype=np.uint8).reshape(2, 3) * 40
    drawing = numbered(picture)
    assert drawing.shape == (2 * CELL + 2 * MARGIN + 1, 3 * CELL + 2 * MARGIN + 1)
    middles = drawing[MARGIN + CELL // 2 :: CELL, MARGIN + CELL // 2 :: CELL][:2, :3]
    assert middles.tolist() == picture.tolist()


def test_every_row_and_column_has_its_number():
    drawing = numbered(np.full((12, 12), 255, np.uint8))
    inked = {}
    for place in range(12):
        cells = slice(MARGIN + place * CELL + 1, MARGIN + (place + 1) * CELL)
        sides = (drawing[cells, :MARGIN], drawing[cells, -MARGIN + 1 :])
        ends = (drawing[:MARGIN, cells], drawing[-MARGIN + 1 :, cells])
        inked[place + 1] = [int((side == 0).sum()) for side in (*sides, *ends)]
    # strokes of the figures 3 × 5: of 1 are 8, of 2 are 11, of 10 are 8 + 12
    assert inked[1] == [8] * 4
    assert inked[2] == [11] * 4
    assert inked[10] == [20] * 4


def test_the_numbered_picture_is_a_part_of_its_own(shape_context):
    from tests.explainers.contract_cases import with_tree_on_regions

    context = with_tree_on_regions(shape_context)
    for answer in shown(context, numbered=True):
        assert [part.part for part in answer] == ["features", "numbered"]
    assert FeatureValues(numbered=True).parts == ("features", "numbered")


def test_what_has_no_names_is_refused(shape_context, table_context):
    with pytest.raises(BadParameters, match="measures nothing that has a name"):
        shown(shape_context)
    with pytest.raises(BadParameters, match="numbered is for pictures; the data are of kind table"):
        shown(table_context, numbered=True)
