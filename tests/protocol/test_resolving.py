"""What is frozen at launch: nothing left to look up, and one hash for one content."""

import json

import pytest

from protocol import ProtocolError, canonical_json, fingerprint, load_resolved, read_protocol, resolve
from tests.protocol.small import write

# A change of this value means that a frozen study would no longer be found by its hash.
SHA256 = "4c2dd0fb13f7af47fc2bf042276d927586acd4a1689350a01e1f15c5cb4a7173"


def small(tmp_path, *edits):
    return resolve(read_protocol(write(tmp_path, *edits)))


def test_scales_models_quotas_and_blocks_are_filled_in(tmp_path):
    protocol = small(
        tmp_path, ("  block_sizes: [2]", "  free_after_minutes: 30"), ("        arms: [map]\n", "")
    )
    practice, learning, test, ratings = protocol.phases[4:8]
    assert ratings.instruments[0].instrument.items[5].text == "I am wary of the model."
    assert ratings.instruments[0].arms == ["control", "map"]
    assert (practice.task.model, learning.model, test.task.model) == ("net", "net", "net")
    assert protocol.allocation.quota_per_arm == 20
    assert protocol.allocation.block_sizes == [2, 4]


def test_resolving_twice_changes_nothing(tmp_path):
    protocol = small(tmp_path)
    assert resolve(protocol) == protocol


def test_an_arm_has_its_own_quota_or_the_common_one(tmp_path):
    quotas = "  block_sizes: [3]\n  quota_per_arm: 7\n  quotas: {control: 0}"
    protocol = small(tmp_path, ("  block_sizes: [2]", quotas), ("    target: predicted", "    weight: 2"))
    assert (protocol.quota("control"), protocol.quota("map")) == (0, 14)


def test_the_hash_of_a_protocol_is_what_it_was(tmp_path):
    assert fingerprint(small(tmp_path)) == SHA256


def test_order_of_keys_comments_and_quotes_do_not_change_the_hash(tmp_path):
    protocol = small(
        tmp_path,
        ("study: small\ntitle: A small study\n", "title: 'A small study'  # for tests\nstudy: small\n"),
        (
            "      strata: {pool: learning}\n      count: 2\n",
            "      count: 2\n      strata: {pool: learning}\n",
        ),
    )
    assert fingerprint(protocol) == SHA256


def test_writing_out_a_default_does_not_change_the_hash(tmp_path):
    assert (
        fingerprint(small(tmp_path, ("title: A small study", "title: A small study\nlanguage: en"))) == SHA256
    )


@pytest.mark.parametrize(
    "edit",
    [
        ("title: A small study", "title: A small study."),
        ("    target: predicted", "    target: truth"),
        ("  target_n_per_arm: 20", "  target_n_per_arm: 21"),
        ("        arms: [map]", "        arms: [control]"),
        ("    text: Thank you.\nallocation", "    text: Thank you!\nallocation"),
        ("  block_sizes: [2]", "  block_sizes: [4]"),
    ],
)
def test_any_changed_value_changes_the_hash(edit, tmp_path):
    assert fingerprint(small(tmp_path, edit)) != SHA256


def test_a_stored_protocol_comes_back_whole(tmp_path):
    protocol = small(tmp_path)
    stored = json.loads(canonical_json(protocol.model_dump(mode="json")))
    assert load_resolved(stored) == protocol
    assert fingerprint(load_resolved(stored)) == SHA256


def test_a_stored_protocol_that_is_none_is_told(tmp_path):
    stored = small(tmp_path).model_dump(mode="json") | {"title": None}
    with pytest.raises(ProtocolError, match='the stored protocol: "title" must be text; received nothing'):
        load_resolved(stored)
