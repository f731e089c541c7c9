from collections import Counter
from dataclasses import replace

import pytest

pytest.importorskip("torch")

import torch

from explainers.data.base import Split
from explainers.errors import RecipeError
from explainers.items.perturbed_pairs import PerturbedPairs
from explainers.items.table_changes import Changer
from tests.explainers.made_tables import made_table


def big(inputs):
    return inputs[:, 0] > 5


def old(inputs):
    return inputs[:, 2] == 2


@pytest.fixture
def made(given):
    return PerturbedPairs(per_cell={"test": 6, "learning": 3}).make(given(big=big, old=old))


def pairs_of(cases):
    parents = {case.item: case for case in cases if case.kind == "instance"}
    return [(parents[case.parent], case) for case in cases if case.kind == "pair"]


def test_every_cell_of_output_before_and_after_has_as_many_pairs(made):
    cells = Counter(
        (pair.strata["pool"], bool(big(parent.input[None])), bool(big(pair.input[None])))
        for parent, pair in pairs_of(made)
    )
    both = (False, True)
    expected = {("test", one, other): 6 for one in both for other in both}
    assert cells == expected | {("learning", one, other): 3 for one in both for other in both}


def test_the_number_of_changes_tells_nothing_about_the_output(made):
    counts = Counter(
        (pair.strata["changes"], bool(big(parent.input[None])), bool(big(pair.input[None])))
        for parent, pair in pairs_of(made) if pair.strata["pool"] == "test"
    )  # fmt: skip
    assert set(counts.values()) == {2}
    assert len(counts) == 12


def test_what_is_told_is_what_was_changed(made):
    data = made_table(900)
    for parent, pair in pairs_of(made):
        differing = (parent.input != pair.input).nonzero().flatten().tolist()
        told = {
            data.fields[n].name: [data.fields[n].told(float(one.input[n])) for one in (parent, pair)]
            for n in differing
        }
        assert pair.change == told
        assert pair.strata["changes"] == str(len(differing))
        assert parent.strata == {"pool": pair.strata["pool"] + "-original"}
        assert pair.truth == ""
        assert pair.row is None
        assert torch.equal(parent.input, data.test.inputs[parent.row])


def test_new_values_are_those_of_one_real_row_and_in_range(made):
    data = made_table(900)
    for parent, pair in pairs_of(made):
        differing = (parent.input != pair.input).nonzero().flatten()
        donors = (data.train.inputs[:, differing] == pair.input[differing]).all(dim=1)
        assert donors.any()
        for value, field in zip(pair.input.tolist(), data.fields, strict=True):
            assert field.low <= value <= field.high


def test_no_row_is_used_twice(made, given):
    rows = [case.row for case in made if case.kind == "instance"]
    assert len(rows) == len(set(rows)) == 36
    inputs = {tuple(case.input.tolist()) for case in made if case.kind == "instance"}
    assert len(inputs) == 36
    again = PerturbedPairs(per_cell={"test": 1}).make(given(taken=made, big=big))
    assert not inputs & {tuple(case.input.tolist()) for case in again if case.kind == "instance"}


def test_the_changes_know_no_model(given):
    """Another model chooses among the same changes."""
    data = given(big=big).data
    changer = Changer(data, seed=4)
    everything = {
        tuple(change.input.tolist())
        for row in range(len(data.test))
        for count in (1, 2, 3)
        for change in changer.changes(row, count, 2)
    }
    for claim in (big, old):
        cases = PerturbedPairs(per_cell={"test": 2}).make(given(model=claim))
        assert {tuple(pair.input.tolist()) for _, pair in pairs_of(cases)} <= everything


def test_fixed_fields_stay_unless_they_may_change(given):
    start = given(rooms=big)
    fields = (start.data.fields[0], replace(start.data.fields[1], fixed=True), start.data.fields[2])
    start = replace(start, data=replace(start.data, fields=fields))
    maker = PerturbedPairs(per_cell={"test": 2}, most_changes=2)
    assert not any("Area" in pair.change for _, pair in pairs_of(maker.make(start)))
    free = replace(maker, change_fixed=True, per_cell={"test": 8})
    assert any("Area" in pair.change for _, pair in pairs_of(free.make(start)))
    with pytest.raises(RecipeError, match="most_changes is 3. Allowed: 1 to 2"):
        replace(maker, most_changes=3).make(start)


def test_absurd_rows_are_left_out():
    """All rows lie on a line; a change that leaves it is no plausible row."""
    line = torch.arange(300).float() / 10
    inputs = torch.stack([line, line, torch.zeros(300)], dim=1)
    train, test = (Split(inputs[start::2], torch.zeros(150)) for start in (0, 1))
    data = replace(made_table(), train=train, test=test)
    changer = Changer(data, seed=1)
    changes = [change for row in range(150) for change in changer.changes(row, 1, 20)]
    kept = changer.plausible(changes)
    gaps = [float((one.input[0] - one.input[1]).abs()) for one in kept]
    assert 0 < len(kept) < len(changes) / 10
    assert max(gaps) < 1


def test_the_same_seed_gives_the_same_pairs(made, given):
    maker = PerturbedPairs(per_cell={"test": 6, "learning": 3})
    again, other = (maker.make(given(seed=seed, big=big, old=old)) for seed in (4, 5))
    assert [(case.item, case.change) for case in again] == [(case.item, case.change) for case in made]
    assert [case.item for case in other] != [case.item for case in made]


def test_too_few_rows_are_told(given):
    with pytest.raises(RecipeError) as told:
        PerturbedPairs(per_cell={"test": 90}).make(given(rows=90, big=big))
    assert 'pool "test" asks for 90 pairs from "cheap" to "' in str(told.value)
    with pytest.raises(RecipeError, match='names model "small". Known ones: big'):
        PerturbedPairs(model="small").make(given(big=big))
    with pytest.raises(RecipeError, match="perturbed-pairs needs a table with labels"):
        PerturbedPairs().make(given(is_number=True))
