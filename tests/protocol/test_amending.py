"""After launch texts and quotas may change, and nothing that is measured."""

import pytest

from protocol import may_amend, read_protocol, resolve
from tests.protocol.small import write


def refused(tmp_path, *edits):
    """Return what may not change of the small protocol, as `path was … and would be …`."""
    old = resolve(read_protocol(write(tmp_path)))
    new = resolve(read_protocol(write(tmp_path, *edits)))
    return [problem.message.split(". After")[0] for problem in may_amend(old, new)]


@pytest.mark.parametrize(
    "edit",
    [
        ("title: A small study", "title: A small study of maps"),
        ("title: A small study", "title: A small study\nreminder: Look closely."),
        ("    text: Do you take part?", "    text: Do you wish to take part?"),
        ("    statements: [I do.]", "    statements: [I do so.]"),
        ("    screen_out: Thank you.", "    screen_out: Thank you very much."),
        ("        text: What do you foretell?", "        text: What do you foretell here?"),
        ("{value: truth, label: The truth}", "{value: truth, label: What it is}"),
        (
            "        pages: [{title: A picture, text: Look.}]",
            "        pages: [{title: A picture, text: Look well.}]",
        ),
        ("    text: Thank you.\nallocation", "    text: Thank you!\nallocation"),
        ("  block_sizes: [2]", "  block_sizes: [2]\n  quota_per_arm: 30"),
        ("  block_sizes: [2]", "  block_sizes: [2]\n  quotas: {map: 0}"),
    ],
)
def test_texts_and_quotas_may_change(edit, tmp_path):
    assert refused(tmp_path, edit) == []


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (("    label: A map", "    label: Map"), 'arms.1.label was "A map" and would be "Map"'),
        (
            ("    target: predicted", "    target: truth"),
            'arms.1.target was "predicted" and would be "truth"',
        ),
        (("  block_sizes: [2]", "  block_sizes: [4]"), "allocation.block_sizes.0 was 2 and would be 4"),
        (
            ("{pool: learning}\n      count: 2", "{pool: learning}\n      count: 1"),
            "phases.5.items.count was 2 and would be 1",
        ),
        (
            ("    heading: What mattered", "    heading: Why"),
            'displays.saliency.heading was "What mattered" and would be "Why"',
        ),
        (
            ("      text: Choose {answer}.", "      text: Pick {answer}."),
            'phases.6.attention_checks.text was "Choose {answer}." and would be "Pick {answer}."',
        ),
        (
            ("    statements: [I do.]", "    statements: [I do., I am 18.]"),
            "phases.0.statements was a list and would be a list",
        ),
        (("  reference: control", "  reference: map"), 'analysis.reference was "control" and would be "map"'),
        (("  code: DONE", "  code: OVER"), 'completion.code was "DONE" and would be "OVER"'),
        (
            ("        right: model", "        right: truth"),
            'phases.1.questions.0.right was "model" and would be "truth"',
        ),
    ],
)
def test_what_is_measured_shown_or_analysed_is_a_new_study(edit, message, tmp_path):
    assert refused(tmp_path, edit) == [message]


def test_the_wording_of_a_task_is_named_for_each_phase_that_has_it(tmp_path):
    found = refused(tmp_path, ("      question: Which will it say?", "      question: What will it say?"))
    assert [message.split(" was")[0] for message in found] == [
        "phases.4.task.question",
        "phases.6.task.question",
    ]


def test_a_new_target_n_is_a_new_study_but_a_new_quota_is_not(tmp_path):
    found = refused(tmp_path, ("  target_n_per_arm: 20", "  target_n_per_arm: 30"))
    assert found == ["analysis.target_n_per_arm was 20 and would be 30"]


def test_the_refusal_says_what_may_change(tmp_path):
    old = resolve(read_protocol(write(tmp_path)))
    new = resolve(read_protocol(write(tmp_path, ("  code: DONE", "  code: OVER"))))
    assert str(may_amend(old, new)[0]) == (
        'protocol.yaml: completion.code was "DONE" and would be "OVER". After launch only texts of '
        "pages, quotas and "
        "closing an arm (a quota of 0) may change; anything else is a new study."
    )
