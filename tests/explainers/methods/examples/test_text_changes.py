import pytest

torch = pytest.importorskip("torch")


@pytest.fixture
def texts():
    from explainers.data.base import Split

    # 2 good, 3 bad, 4 film, 5 a, 1 unknown
    inputs = torch.tensor([[5, 2, 4, 0], [5, 3, 4, 0], [2, 4, 0, 0], [5, 1, 4, 0]])
    return Split(inputs, torch.zeros(4))


def test_words_are_alike_as_far_as_the_same_words_stand_beside_them(texts):
    from explainers.methods.examples.text_changes import in_context

    points = in_context(texts, 6)
    # good: before a 1, edge 1; after film 2. bad: before a 1; after film 1
    assert float(points[2] @ points[3]) == pytest.approx((1 + 2**0.5) / (4**0.5 * 2**0.5))
    # film: before good 2, bad 1; after edge 4 (the unknown word before it is not counted)
    assert float(points[4] @ points[2]) == pytest.approx(0)
    assert points.norm(dim=1)[2:].tolist() == pytest.approx([1, 1, 1, 1])
    assert points[0].norm() == 0


def test_followers_count_edges_and_pass_over_unknown_words(texts):
    from explainers.methods.examples.text_changes import followers, reversed_pairs

    after = followers(texts)
    assert dict(after[0]) == {5: 3, 2: 1}
    assert dict(after[5]) == {2: 1, 3: 1}
    assert dict(after[4]) == {0: 4}
    assert dict(reversed_pairs(after)[4]) == {2: 2, 3: 1}


def test_a_replacement_that_fits_comes_before_one_that_does_not(text_context):
    from explainers.methods.examples.text_changes import UNUSUAL, TextFinder, neighbours_of

    finder = TextFinder(text_context, places=8, words=4, near=0, budget=1000)
    tokens = text_context.cases[0].input.tolist()[: len(text_context.cases[0].words)]
    for place in range(len(tokens)):
        previous, following = neighbours_of(tokens, place)
        for token in finder.candidates(tokens, place)[:1]:
            odd = finder.unusual(previous, token) + finder.unusual(token, following)
            usual = set(finder.after[previous]) & set(finder.before[following]) - {tokens[place], 0, 1}
            assert odd == 0 if usual else odd >= UNUSUAL
        assert len(finder.candidates(tokens, place)) <= 4


def test_a_text_of_one_word_is_never_left_empty(text_context):
    from dataclasses import replace

    from explainers.methods.examples.goals import Goal
    from explainers.methods.examples.text_changes import GONE, TextChanges, TextFinder

    case = replace(text_context.cases[0], input=torch.tensor([2, 0, 0]), words=("good",))
    changes = TextChanges(TextFinder(text_context, 8, 4, 4, 1000), case, Goal(0))
    gone = next(number for number, move in enumerate(changes.moves) if move.value == GONE)
    assert not changes.allows((gone,))
    assert all(changes.allows((number,)) for number in range(len(changes.moves)) if number != gone)
