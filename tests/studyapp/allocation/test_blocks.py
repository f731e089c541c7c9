from collections import Counter
from itertools import islice

import pytest

from studyapp.allocation.blocks import Place, Stream

SEED = "00112233445566778899aabbccddeeff"
ARMS = {"control": 1, "map": 1, "placebo": 1}


def stream(
    weights: dict[str, int] = ARMS, sizes: tuple[int, ...] = (3, 6), purpose: str = "recruited"
) -> Stream:
    return Stream(SEED, purpose, weights, sizes)


@pytest.mark.parametrize("weights", [ARMS, {"control": 2, "map": 1}, {"a": 3, "b": 1, "c": 2}])
def test_each_block_holds_each_arm_in_proportion_to_its_weight(weights: dict[str, int]) -> None:
    total = sum(weights.values())
    blocks: dict[int, list[Place]] = {}
    for place in islice(stream(weights, (total, 2 * total)).places(), 300 * total):
        blocks.setdefault(place.block, []).append(place)
    blocks.popitem()  # the last may be cut
    sizes = Counter(len(places) for places in blocks.values())
    assert sizes.keys() == {total, 2 * total}
    for places in blocks.values():
        times = len(places) // total
        assert Counter(place.arm for place in places) == {
            arm: weight * times for arm, weight in weights.items()
        }


def test_places_are_numbered_from_one_over_all_blocks() -> None:
    places = list(islice(stream().places(), 100))
    assert [place.number for place in places] == list(range(1, 101))
    assert [place.block for place in places] == sorted(place.block for place in places)


@pytest.mark.parametrize("after", [0, 1, 2, 3, 7, 50, 99])
def test_the_stream_goes_on_anywhere_as_it_would_have(after: int) -> None:
    whole = list(islice(stream().places(), 120))
    assert list(islice(stream().places(after=after), 10)) == whole[after : after + 10]


def test_sources_have_streams_of_their_own() -> None:
    arms = [
        [place.arm for place in islice(stream(purpose=purpose).places(), 60)]
        for purpose in ("recruited", "simulated", "preview")
    ]
    assert arms[0] != arms[1] != arms[2] != arms[0]


def test_full_arms_are_skipped() -> None:
    skipped = stream().next_place(0, frozenset({"control", "map"}))
    assert skipped == next(place for place in stream().places() if place.arm == "placebo")


def test_there_is_no_place_when_every_arm_is_full() -> None:
    assert stream().next_place(5, frozenset(ARMS)) is None
