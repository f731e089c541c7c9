"""Every fault of a protocol is told with its line and in words that help to mend it."""

from pathlib import Path

import pytest

from protocol import ProtocolError, read_protocol
from protocol.schema.base import PATTERNS
from tests.protocol.small import write

NAME_WORDS = "a name of letters, digits and . _ + - that begins with a letter or digit"


def told(path, **options):
    """Return the faults of the protocol in `path`, one text each, without the folder before the file."""
    with pytest.raises(ProtocolError) as caught:
        read_protocol(path, **options)
    return [str(problem).replace(str(path), "protocol.yaml") for problem in caught.value.problems]


def test_a_sound_protocol_is_read(tmp_path):
    protocol = read_protocol(write(tmp_path), known_explainers=["saliency"])
    assert protocol.study == "small"
    assert protocol.arm("map").explainer == "saliency"
    assert [phase.kind for phase in protocol.phases][:3] == ["consent", "gate", "allocation"]


FAULTS = {
    "an unknown key names the closest one and all that are allowed": (
        ("    label: A map", "    lable: A map"),
        [
            (
                'line 9: arm "map": "label" is missing. For researchers and the report; participants '
                "never see it."
            ),
            (
                'line 10: arm "map": unknown key "lable". Did you mean "label"? '
                "Allowed keys: name, label, explainer, target, weight."
            ),
        ],
    ),
    "an unknown key at the top": (
        ("title: A small study", "title: A small study\ncolour: red"),
        [
            (
                'line 4: unknown key "colour". '
                "Allowed keys: schema_version, study, title, description, language, "
                "bundle, "
                "model, stimulus_alt, explanation_at_test, arms, displays, input_heading, output_heading, "
                "truth_heading, allocation, reminder, phases, completion, analysis."
            )
        ],
    ),
    "a number where text is needed": (
        ("  code: DONE", "  code: 1234"),
        ['line 75: completion: "code" must be text; received 1234. Put it in quotes.'],
    ),
    "text where a number is needed": (
        ("  target_n_per_arm: 20", "  target_n_per_arm: many"),
        ['line 78: analysis: "target_n_per_arm" must be a whole number; received "many".'],
    ),
    "a number in quotes is text": (
        ("  target_n_per_arm: 20", '  target_n_per_arm: "20"'),
        ['line 78: analysis: "target_n_per_arm" must be a whole number; received "20".'],
    ),
    "a broken number where a whole one is needed": (
        ("  target_n_per_arm: 20", "  target_n_per_arm: 20.5"),
        ['line 78: analysis: "target_n_per_arm" must be a whole number; received 20.5.'],
    ),
    "an endless number": (
        ("  reference: control", "  reference: control\n  alpha: .nan"),
        ['line 78: analysis: "alpha" must be a finite number; received nan.'],
    ),
    "a number beyond its bounds": (
        ("  reference: control", "  reference: control\n  alpha: 0.7"),
        ['line 78: analysis: "alpha" must be below 0.5; received 0.7.'],
    ),
    "a number below its bounds": (
        ("      number: 1", "      number: 0"),
        [
            (
                'line 38: phase 4 (tutorial), arm "map", page 1, example: "number" must be at least 1; '
                "received 0."
            ),
        ],
    ),
    "a value that is neither true nor false": (
        ("        required: false", "        required: no"),
        [
            (
                'line 68: phase 9 (demographics), question "comment": "required" must be true or false; '
                'received "no".'
            )
        ],
    ),
    "a block where a list is needed": (
        ("    statements: [I do.]", "    statements: {first: I do.}"),
        ['line 19: phase 1 (consent): "statements" must be a list; received a block of keys.'],
    ),
    "text where a block is needed": (
        ("    heading: What mattered", "    heading: What mattered\n    legend: little to much"),
        [
            (
                'line 16: display "saliency": "legend" must be a block of keys with values; '
                'received "little to much".'
            )
        ],
    ),
    "nothing where text is needed": (
        ("title: A small study", "title:"),
        ['line 3: "title" must be text; received nothing.'],
    ),
    "an empty text": (
        ("title: A small study", 'title: ""'),
        ['line 3: "title" must not be empty.'],
    ),
    "an empty list": (
        ("    statements: [I do.]", "    statements: []"),
        ['line 19: phase 1 (consent): "statements" must not be empty.'],
    ),
    "a wrong entry of a list": (
        ("    statements: [I do.]", "    statements:\n      - I do.\n      - 7"),
        ["line 21: phase 1 (consent), statement 2 must be text; received 7. Put it in quotes."],
    ),
    "a name with a space": (
        ("  - name: map", "  - name: a map"),
        [f'line 9: arm "a map": "name" is "a map"; it must be {NAME_WORDS}.'],
    ),
    "a name that is too long": (
        ("      kind: forward-simulation", f"      kind: {'a' * 81}"),
        [
            f'line {line}: phase {phase}, task: "kind" is too long: 81, at most 80 allowed.'
            for line, phase in ((41, "5 (practice)"), (41, "7 (test)"))
        ],
    ),
    "a target that is none": (
        ("    target: predicted", "    target: best"),
        [
            (
                'line 12: arm "map": "target" is "best"; '
                "it must be predicted, runner-up, truth, none or class:LABEL."
            )
        ],
    ),
    "a word that is not among the allowed ones": (
        ("explanation_at_test: none", "explanation_at_test: show"),
        [
            (
                'line 5: "explanation_at_test" is "show". Did you mean "shown"? '
                "Allowed: none, shown, original_only."
            )
        ],
    ),
    "a word of a list that may be none": (
        ("  reference: control", "  reference: control\n  family: bonferroni"),
        ['line 78: analysis: "family" is "bonferroni". Allowed: holm, max-t, none.'],
    ),
    "contrasts that are announced and absent": (
        ("  reference: control", "  reference: control\n  contrasts: planned"),
        ['line 76: analysis: "contrasts: planned" and a list "planned" belong together'],
    ),
    "weights that do not add up to zero": (
        (
            "  reference: control",
            (
                "  reference: control\n  contrasts: planned\n  planned:\n"
                "    - name: all\n      weights: {map: 1, control: -0.5}"
            ),
        ),
        ['line 81: analysis, planned "all": the weights must add up to zero and not all be zero'],
    ),
    "scores of an arm that is not there": (
        (
            "  reference: control",
            "  reference: control\n  contrasts: trend\n  scores: {control: 0, mop: 1}",
        ),
        ['line 79: analysis.scores names the unknown arm "mop". Arms: control, map'],
    ),
    "a correction that the method does not have": (
        (
            "  reference: control",
            "  reference: control\n  method: two-way-cluster-robust-t\n  family: max-t",
        ),
        ['line 79: analysis: "max-t" needs "method: crossed-mixed-model"; holm and none are allowed'],
    ),
    "a penalty that the method does not have": (
        (
            "  reference: control",
            "  reference: control\n  method: two-way-cluster-robust-t\n  separation: penalty",
        ),
        ['line 79: analysis: it needs "method: crossed-mixed-model"'],
    ),
    "only one random factor": (
        ("  reference: control", '  reference: control\n  random_effects: {participant: "1"}'),
        ["line 78: analysis: participant and item are both random; both are needed"],
    ),
    "a missing field": (
        ("model: net\n", ""),
        ['line 1: "model" is missing. The model that participants predict.'],
    ),
    "a missing field of a phase": (
        ("    screen_out: Thank you.\n", ""),
        ['line 20: phase 2 (gate): "screen_out" is missing.'],
    ),
    "an option that is a block": (
        ("        choices: [cat, dog]", "        choices: {a: cat}"),
        [
            f'line 44: phase {phase}, task, options: "choices" must be text, a number, true, false or '
            "a list of "
            "texts; received a block of keys."
            for phase in ("5 (practice)", "7 (test)")
        ],
    ),
    "an unknown kind of phase": (
        ("  - kind: practice", "  - kind: practise"),
        [
            (
                'line 39: phase 5 (practise) has the kind "practise". Did you mean "practice"? '
                "Allowed kinds: "
                "consent, instructions, gate, allocation, tutorial, practice, learning, test, ratings, "
                "demographics, debrief."
            )
        ],
    ),
    "a phase without a kind": (
        ("  - kind: debrief\n    text: Thank you.", "  - text: Thank you."),
        ['line 70: phase 10 has no "kind", which says what it is.'],
    ),
    "a phase that is a word": (
        ("  - kind: debrief\n    text: Thank you.", "  - debrief"),
        ['line 70: phase 10 must be a block of keys with values; received "debrief".'],
    ),
    "an unknown kind of question": (
        ("      - kind: text\n", "      - kind: texts\n"),
        [
            (
                'line 65: phase 9 (demographics), question "comment" has the kind "texts". Did you '
                'mean "text"? '
                "Allowed kinds: choice, scale, probability, number, text, seen."
            )
        ],
    ),
    "an unknown key of a question whose kind is also a key": (
        ("        required: false", "        required: false\n        max_lenght: 5"),
        [
            (
                'line 69: phase 9 (demographics), question "comment": unknown key "max_lenght". '
                'Did you mean "max_length"? Allowed keys: name, role, text, note, required, kind, max_length.'
            )
        ],
    ),
    "a right answer that is no choice": (
        ("        right: model", "        right: modle"),
        [
            (
                'line 26: phase 2 (gate), question "aim": the right answer "modle" is not a choice. '
                "Choices: model, truth"
            )
        ],
    ),
    "two choices with the same value": (
        ("{value: truth, label: The truth}", "{value: model, label: The truth}"),
        [
            'line 25: phase 2 (gate), question "aim": two choices have the value "model"; each needs its own',
        ],
    ),
    "a gate question without a right answer": (
        ("        right: model\n", ""),
        ['line 22: phase 2 (gate): question "aim" needs "role: check" and "right", its right answer'],
    ),
    "a tutorial check without a right answer": (
        (
            "        pages: [{title: A picture, text: Look.}]",
            (
                "        pages: [{title: A picture, text: Look.}]\n"
                "        check: {name: c, role: check, text: Well?, choices: [{value: a, label: A}]}"
            ),
        ),
        [
            (
                'line 33: phase 4 (tutorial), arm "control": the check needs "role: check" and "right", '
                "its right answer"
            )
        ],
    ),
    "a demographic question that is required": (
        ("        required: false\n", ""),
        [
            (
                'line 65: phase 9 (demographics): question "comment" needs "required: false" and '
                '"role: demographic" or "text"'
            )
        ],
    ),
    "an attention check that does not say what to choose": (
        ("      text: Choose {answer}.", "      text: Choose {number}."),
        [
            (
                "line 58: phase 7 (test), attention_checks: text must hold {answer}, may hold {confidence}, "
                "and no other braces"
            )
        ],
    ),
    "an attention check with an open brace": (
        ("      text: Choose {answer}.", "      text: Choose {answer."),
        [
            (
                "line 58: phase 7 (test), attention_checks: text must hold {answer}, may hold {confidence}, "
                "and no other braces"
            )
        ],
    ),
    "an exclusion by outcome in the primary population": (
        ("      kind: process", "      kind: outcome\n      use: primary"),
        [
            (
                'line 83: analysis, exclusion "Too fast": it selects by outcome, which biases the '
                "comparison; "
                '"use: sensitivity" is allowed'
            )
        ],
    ),
    "two arms with one name": (
        ("  - name: control", "  - name: map"),
        [
            'line 9: two arms have the name "map"; each needs its own',
            'line 31: the tutorial names the unknown arm "control". Arms: map, map',
            'line 77: analysis.reference names the unknown arm "control". Arms: map, map',
        ],
    ),
    "a reference that is no arm": (
        ("  reference: control", "  reference: nothing"),
        ['line 77: analysis.reference names the unknown arm "nothing". Arms: control, map'],
    ),
    "a scale for an arm that is not there": (
        ("        arms: [map]", "        arms: [maps]"),
        ['line 62: an instrument names the unknown arm "maps". Arms: control, map'],
    ),
    "a quota of an arm that is not there": (
        ("  block_sizes: [2]", "  block_sizes: [2]\n  quotas: {maps: 3}"),
        ['line 74: allocation.quotas names the unknown arm "maps". Arms: control, map'],
    ),
    "an arm without a tutorial": (
        ("      control:\n        pages: [{title: A picture, text: Look.}]\n", ""),
        ["line 30: the tutorial has nothing for control; each arm needs one"],
    ),
    "an arm whose explainer has no heading": (
        ("    explainer: saliency", "    explainer: occlusion"),
        [
            (
                'line 11: arm "map" names explainer "occlusion", which displays does not have. It has: '
                "saliency. Mend the name, or give the explainer a heading there"
            )
        ],
    ),
    "a block that does not hold every arm": (
        ("  block_sizes: [2]", "  block_sizes: [2, 3]"),
        ["line 73: block size 3 is no multiple of 2, the sum of the arms' weights"],
    ),
    "a phase that stands twice": (
        ("  - kind: debrief", "  - kind: allocation\n  - kind: debrief"),
        ['line 70: "kind: allocation" stands 2 times; once is allowed'],
    ),
    "no allocation": (
        ("  - kind: allocation\n", ""),
        ['line 16: phases have no "kind: allocation", the place where an arm is drawn; one is needed'],
    ),
    "a last phase that is no debrief": (
        ("  - kind: debrief\n    text: Thank you.\n", ""),
        ['line 63: the last phase is "kind: demographics"; it must be "kind: debrief"'],
    ),
    "a gate that does not stand before the allocation": (
        (
            "  - kind: allocation",
            "  - kind: instructions\n    pages: [{title: A, text: B}]\n  - kind: allocation",
        ),
        ['line 20: "kind: gate" must stand just before "kind: allocation"'],
    ),
    "an explanation before there is an arm": (
        (
            "  - kind: gate",
            "  - kind: instructions\n    pages: [{title: A, text: B, example: {number: 1}}]\n  - kind: gate",
        ),
        ['line 21: no arm is allocated yet on this page: its example needs "explanation: false"'],
    ),
    "an unknown scale": (
        ("      - name: trust", "      - name: thrust"),
        [
            (
                'line 61: No instrument is called "thrust". Did you mean "trust"? '
                "Known ones: explanation-satisfaction, trust."
            )
        ],
    ),
    "a slug that is not the folder's name": (
        ("study: small", "study: digits"),
        ['line 2: study is "digits", but its folder is called "small". Rename one: both must be the same.'],
    ),
    "an unknown schema version": (
        ("schema_version: 1", "schema_version: 2"),
        [
            (
                "line 1: schema_version is 2; this Foretell reads 1. Use the Foretell that the study "
                "was written "
                "for, or bring the protocol to this version."
            )
        ],
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_told_with_its_line(case, tmp_path):
    edit, messages = FAULTS[case]
    found = told(write(tmp_path, edit))
    assert found == [f"protocol.yaml, {message}" for message in messages]
    assert not any("Input should" in message or "Value error" in message for message in found)


UNREADABLE = {
    "a tab": (
        ("  code: DONE", "\tcode: DONE"),
        "line 75: a tab stands here; YAML allows only spaces for indenting.",
    ),
    "a wrong indent": (
        ("title: A small study", "  title: A small study"),
        (
            "line 3: not readable as YAML: a colon stands where none is expected. Check the indent "
            "of this line and "
            'the one before, and put text that holds ": " in quotes.'
        ),
    ),
    "a colon in a text": (
        ("title: A small study", "title: Small: a study"),
        (
            "line 3: not readable as YAML: a colon stands where none is expected. Check the indent "
            "of this line and "
            'the one before, and put text that holds ": " in quotes.'
        ),
    ),
    "a key that stands twice": (
        ("title: A small study", "title: A small study\ntitle: Another"),
        'line 4: the key "title" stands twice: here and in line 3. Keep one.',
    ),
    "a key that is a list": (
        ("title: A small study", "title: A small study\n? [a, b]\n: c"),
        "line 4: a key must be a word, not a list or block.",
    ),
    "an alias that is not defined": (
        ("    task: *task", "    task: *tusk"),
        "line 53: not readable as YAML: undefined alias 'tusk' (define it above with &).",
    ),
    "an alias of what it stands in": (
        ("    statements: [I do.]", "    statements: &all [I do., *all]"),
        "line 19: an alias (*) refers to what it stands in.",
    ),
    "a tag": (
        ("title: A small study", "title: !python A small study"),
        "line 3: not readable as YAML: unknown tag '!python'; tags (!) are not allowed.",
    ),
    "a second document": (
        ("model: net", "model: net\n---"),
        'line 5: a second document starts here ("---"); one is allowed.',
    ),
    "a control character": (
        ("title: A small study", "title: A\x01small study"),
        "line 3: a control character stands here; YAML allows none.",
    ),
    "an open bracket": (
        ("    statements: [I do.]", "    statements: [I do."),
        "line 20: not readable as YAML: ",
    ),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_is_no_yaml_is_told_with_its_line(case, tmp_path):
    edit, message = UNREADABLE[case]
    found = told(write(tmp_path, edit))
    assert len(found) == 1
    assert found[0].startswith(f"protocol.yaml, {message}")


def test_two_keys_that_stand_twice_are_both_told(tmp_path):
    path = write(tmp_path, ("model: net", "model: net\nmodel: net\nmodel: other\nstudy: small"))
    assert [message.split(":")[0] for message in told(path)] == [
        f"protocol.yaml, line {n}" for n in (5, 6, 7)
    ]


def test_all_faults_are_told_at_once_in_the_order_of_the_lines(tmp_path):
    path = write(
        tmp_path,
        ("study: small", "study: Small"),
        ("    explainer: saliency", "    explainer: saliancy"),
        ("    text: Do you take part?", "    txt: Do you take part?"),
        ("      - name: trust", "      - name: thrust"),
        ("  target_n_per_arm: 20", "  target_n_per_arm: 0"),
    )
    found = told(path, known_explainers=["saliency"])
    assert [message.split(":")[0].removeprefix("protocol.yaml, line ") for message in found] == [
        "2", "2", "11", "17", "18", "61", "78",
    ]  # fmt: skip


def test_an_unknown_explainer_is_told_as_the_design_has_it(tmp_path, monkeypatch):
    write(tmp_path, ("    explainer: saliency", "    explainer: saliancy"), ("  saliency:", "  saliancy:"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProtocolError) as caught:
        read_protocol(Path("small/protocol.yaml"), known_explainers={"saliency", "integrated-gradients"})
    assert str(caught.value) == (
        'small/protocol.yaml, line 11: arm "map" names explainer "saliancy". '
        "Known ones: integrated-gradients, saliency."
    )


def test_a_missing_file_is_told_without_a_line(tmp_path):
    path = tmp_path / "protocol.yaml"
    assert told(path) == ["protocol.yaml: there is no such file. A study folder needs a protocol.yaml."]


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path):
    assert told(tmp_path)[0].endswith("it cannot be read: Is a directory.")


def test_an_empty_file_is_told(tmp_path):
    path = tmp_path / "protocol.yaml"
    path.write_text("# nothing yet\n", encoding="utf-8")
    assert told(path) == ["protocol.yaml: the file is empty; a protocol is needed."]


def test_a_list_in_the_place_of_a_protocol_is_told(tmp_path):
    path = tmp_path / "protocol.yaml"
    path.write_text("- study: small\n", encoding="utf-8")
    assert told(path) == [
        'protocol.yaml, line 1: a protocol is a block of keys with values, such as "study: digits".'
    ]


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path):
    path = write(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"A small study", "Für alle".encode("latin-1")))
    assert told(path) == ["protocol.yaml, line 3: not UTF-8 text; save the file as UTF-8."]


def test_every_pattern_of_the_schema_has_words(tmp_path):
    path = write(
        tmp_path,
        ("study: small", "study: Small!"),
        ("title: A small study", "title: A small study\nlanguage: English"),
        ("    target: predicted", "    target: best"),
        ("model: net", "model: my net"),
    )
    found = " ".join(told(path))
    assert all(words in found for words in PATTERNS.values())


@pytest.mark.parametrize(
    ("scale", "problem"),
    [
        (
            "{scale: ordinal, steps: [1, 3, 5]}",
            "task, confidence: steps of an ordinal scale are whole numbers without gaps, such as 1 to 5",
        ),
        ("{scale: ordinal, steps: [1, 2, 3]}", ""),
        ("{scale: probability, steps: [10, 50, 100]}", ""),
    ],
)
def test_an_ordinal_confidence_has_no_gaps(tmp_path, scale, problem):
    path = write(
        tmp_path,
        (
            "      question: Which will it say?",
            f"      question: Which will it say?\n      confidence: {scale}",
        ),
    )
    if not problem:
        read_protocol(path)
        return
    assert [text.partition(", line ")[2].partition(": ")[2] for text in told(path)] == [
        f"phase {number} ({kind}), {problem}" for number, kind in ((5, "practice"), (7, "test"))
    ]
