"""The bundled digits study keeps what its design promises."""

import re
from pathlib import Path

import pytest

from protocol import fingerprint, load_resolved, read_protocol, ready_to_launch, resolve

PATH = Path(__file__).parents[2] / "fixtures" / "digits" / "protocol.yaml"


@pytest.fixture(scope="module")
def protocol():
    return resolve(read_protocol(PATH))


def phase(protocol, kind):
    return next(phase for phase in protocol.phases if phase.kind == kind)


def words(tutorial):
    texts = [text for page in tutorial.pages for text in (page.title, page.text)]
    texts += [
        tutorial.check.text,
        tutorial.check.reteach,
        tutorial.right,
        *(c.label for c in tutorial.check.choices),
    ]
    return len(" ".join(texts).split())


def texts_read(value):
    """Return every text of a part of the protocol that a participant reads."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        hidden = ("name", "value", "arms", "kind", "right", "instrument")
        value = [entry for key, entry in value.items() if key not in hidden]
    return [text for entry in value for text in texts_read(entry)] if isinstance(value, list) else []


def test_it_reads_resolves_and_may_be_launched(protocol):
    assert ready_to_launch(protocol) == []
    assert fingerprint(load_resolved(protocol.model_dump(mode="json"))) == fingerprint(protocol)


def test_its_phases_stand_in_the_planned_order(protocol):
    assert [phase.kind for phase in protocol.phases] == [
        "consent", "instructions", "gate", "allocation", "tutorial", "practice", "learning", "test",
        "ratings", "demographics", "debrief",
    ]  # fmt: skip


def test_tutorials_are_of_equal_length_within_a_tenth(protocol):
    lengths = {name: words(tutorial) for name, tutorial in phase(protocol, "tutorial").arms.items()}
    assert max(lengths.values()) <= 1.1 * min(lengths.values()), lengths


def test_the_placebo_reads_like_the_map_that_it_stands_for(protocol):
    tutorials = phase(protocol, "tutorial").arms
    for arm in ("gradcam", "integrated", "placebo"):
        assert tutorials[arm] == tutorials["saliency"]
    for name in ("grad-cam", "integrated-gradients", "placebo-saliency"):
        assert protocol.displays[name] == protocol.displays["saliency"]


def test_no_page_before_the_debrief_tells_of_arms(protocol):
    common = [phase for phase in protocol.phases if phase.kind not in ("tutorial", "debrief")]
    tutorials = phase(protocol, "tutorial").arms.values()
    read = [protocol.reminder, *texts_read([part.model_dump() for part in [*common, *tutorials]])]
    names = "saliency|grad-?cam|integrated|prototype|counterfactual|placebo|control"
    telling = rf"\b({names}|group|arm|condition|unrelated|randomi[sz]ed)s?\b"
    assert len(read) > 80
    assert [text for text in read if re.search(telling, text, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    "kind", ["consent", "instructions", "gate", "practice", "learning", "test", "demographics"]
)
def test_what_all_arms_read_tells_of_no_explanation(protocol, kind):
    telling = r"\b(maps?|explanations?|(training|typical) pictures?|last step)\b"
    assert [text for text in texts_read(phase(protocol, kind).model_dump()) if re.search(telling, text)] == []


def test_the_scale_for_explanations_is_asked_where_there_was_one(protocol):
    satisfaction, trust = phase(protocol, "ratings").instruments
    assert satisfaction.arms == [arm for arm in protocol.arm_names if arm != "control"]
    assert trust.arms == protocol.arm_names
    assert len(protocol.arm_names) == 8


def test_the_estimate_reaches_as_far_as_the_test(protocol):
    estimate = phase(protocol, "ratings").estimate
    assert (estimate.minimum, estimate.maximum) == (0, phase(protocol, "test").items.count)


def test_items_and_attention_checks_are_as_many_as_planned(protocol):
    assert [phase(protocol, kind).items.count for kind in ("practice", "learning", "test")] == [2, 16, 32]
    assert phase(protocol, "test").attention_checks.count == 2
