import hashlib

from explainers.draws import draw, shuffled, small_seed


def test_a_draw_is_sha_256_of_seed_purpose_and_number():
    assert draw(7, "items", 3) == int(hashlib.sha256(b"7|items|3").hexdigest(), 16)


def test_a_small_seed_fits_31_bits():
    assert all(0 <= small_seed(1, "x", number) < 2**31 for number in range(100))


def test_shuffling_keeps_the_things_and_depends_on_the_purpose():
    assert sorted(shuffled(range(20), 1, "a")) == list(range(20))
    assert shuffled(range(20), 1, "a") != shuffled(range(20), 1, "b")
