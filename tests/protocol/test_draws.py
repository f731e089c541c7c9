import hashlib

from protocol.draws import draw


def test_a_draw_is_sha_256_of_seed_purpose_and_number():
    assert draw(7, "items", 3) == draw("7", "items", "3") == int(hashlib.sha256(b"7|items|3").hexdigest(), 16)
