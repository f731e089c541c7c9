"""Known answers of the draws, worked out here with nothing but hashlib."""

import hashlib
from collections import Counter

from protocol.draws import draw
from studyapp.allocation.draws import choose, shuffled

SEED = "00112233445566778899aabbccddeeff"


def digest(text: str) -> int:
    return int(hashlib.sha256(text.encode("utf-8")).hexdigest(), 16)


def test_a_draw_is_the_hash_of_seed_purpose_and_number() -> None:
    assert draw(SEED, "block/recruited/1", 3) == digest(f"{SEED}|block/recruited/1|3")


def test_a_draw_keeps_its_value_for_good() -> None:
    # printf %s '00112233445566778899aabbccddeeff|test|1' | sha256sum
    assert (
        f"{draw(SEED, 'test', 1):064x}" == "44b4bd11de61c0b4283ebac3db3cd58490d6a5971b8d170d7fb9b8c48c5d58d3"
    )


def test_choosing_is_the_draw_modulo_the_number_of_options() -> None:
    options = ["a", "b", "c", "d", "e"]
    for n in range(1, 20):
        assert choose(options, SEED, "option", n) == options[digest(f"{SEED}|option|{n}") % 5]


def test_shuffling_sorts_by_the_draw_of_each_place() -> None:
    items = list("abcdefgh")
    by_hand = [items[n - 1] for n in sorted(range(1, 9), key=lambda n: digest(f"{SEED}|order|{n}"))]
    assert shuffled(items, SEED, "order") == by_hand
    assert sorted(by_hand) == items


def test_other_seeds_and_purposes_give_other_orders() -> None:
    items = list(range(20))
    orders = [shuffled(items, seed, purpose) for seed in (SEED, SEED[::-1]) for purpose in ("x", "y")]
    assert len({tuple(order) for order in orders}) == 4


def test_every_order_of_three_comes_up_equally_often() -> None:
    counts = Counter(tuple(shuffled("abc", SEED, f"order/{n}")) for n in range(6000))
    assert len(counts) == 6
    # Pearson's chi-square with 5 degrees of freedom exceeds 20.5 once in a thousand
    assert sum((count - 1000) ** 2 / 1000 for count in counts.values()) < 20.5
