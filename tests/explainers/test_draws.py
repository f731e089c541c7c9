import hashlib

from explainers.draws import shuffled, small_seed


def test_a_small_seed_fits_31_bits():
    assert all(0 <= small_seed(1, "x", number) < 2**31 for number in range(100))


def test_shuffling_keeps_the_things_and_depends_on_the_purpose():
    assert sorted(shuffled(range(20), 1, "a")) == list(range(20))
    assert shuffled(range(20), 1, "a") != shuffled(range(20), 1, "b")


def test_a_published_order_stays_as_it_is():
    """sorted(range(5), key=lambda n: sha256(f"1|a|{n}")): places count from 0."""
    keys = [hashlib.sha256(f"1|a|{n}".encode()).hexdigest() for n in range(5)]
    assert shuffled("vwxyz", 1, "a") == ["vwxyz"[n] for n in sorted(range(5), key=keys.__getitem__)]
