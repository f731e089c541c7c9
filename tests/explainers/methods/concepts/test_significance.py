import pytest

from explainers.methods.concepts.significance import corrected

torch = pytest.importorskip("torch")


def test_holm_agrees_with_r():
    # p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03 0.06 0.06 0.02
    chances = [0.01, 0.04, 0.03, 0.005]
    assert corrected(chances, 0.05) == [True, False, False, True]
    assert corrected(chances, 0.06) == [True] * 4
    assert corrected(chances, 0.02) == [False, False, False, True]


def test_chance_counts_the_sets_that_are_as_far_from_zero_and_the_own_one():
    from explainers.methods.concepts.significance import chance_of

    null = torch.tensor([0.1, -0.2, 0.3, -0.4])
    assert chance_of(0.3, null) == 3 / 5
    assert chance_of(-0.5, null) == 1 / 5
    assert chance_of(0.0, null) == 1


def test_a_share_counts_an_output_that_does_not_change_as_half():
    from explainers.methods.concepts.significance import shares_rising

    assert shares_rising(torch.tensor([[1.0, -2.0, 0.0, 3.0]])).tolist() == [0.625]
