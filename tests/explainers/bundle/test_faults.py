"""Each fault that the contract names, put into a sound bundle, and the message it must get."""

# ruff: noqa: E501 -- a table of cases is read one case a line

import hashlib
import json
import re
import shutil

import pytest

from explainers import bundle
from explainers.bundle import strict_json
from explainers.bundle.contents import content_of
from tests.explainers.hand_written import png, shown, small

TABLES = ("items.csv", "outputs.csv", "stimuli.csv")


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sound") / "pets"
    small().write(folder)
    return folder


@pytest.fixture
def copy(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "pets")


def seal(folder, **fields):
    """Make hashes fit again, so that only the fault itself is found."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8")) | fields
    manifest["files"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in TABLES}
    manifest["sha256"] = strict_json.identity(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def change(folder, name, old, new):
    text = (folder / name).read_text(encoding="utf-8")
    assert re.search(old, text), text
    (folder / name).write_text(re.sub(old, new, text, count=1), encoding="utf-8")
    seal(folder)


def messages(folder):
    return [str(fault) for fault in bundle.check(folder)]


def test_a_sound_bundle_has_no_faults(sound):
    assert bundle.check(sound) == []


# file, what stands there (first match is replaced), what comes there, the beginning of the one message
CELLS = [
    ("items.csv", "tom,", "rex,", 'items.csv, line 3, field "item": "rex" stands in line 2 already. Allowed: each once.'),
    ("items.csv", "rex,instance", "-rex,instance", "items.csv, line 2, field \"item\": is '-rex', which is not a name."),
    ("items.csv", "rex,instance", f"{'x' * 81},instance", 'items.csv, line 2, field "item": is '),
    ("items.csv", "instance", "thing", 'items.csv, line 2, field "kind": is \'thing\'. Allowed: instance, pair, unit, set.'),
    ("items.csv", "instance,,", "instance,tom,", 'items.csv, line 2, field "parent": is filled for kind instance.'),
    ("items.csv", "instance,,,", "pair,jim,{},", 'items.csv, line 2, field "parent": names item "jim", which is not there. Allowed: tom.'),
    ("items.csv", "instance,,,", "pair,rex,{},", 'items.csv, line 2, field "parent": names item "rex"'),
    ("items.csv", "instance,,,", "pair,tom,,", 'items.csv, line 2, field "change": is empty. Allowed: for a pair, a JSON object.'),
    ("items.csv", "instance,,,", "pair,tom,[],", "items.csv, line 2, field \"change\": is '[]'. Allowed: a JSON object."),
    ("items.csv", "instance,,,,", 'set,,,"[""jim""]",', 'items.csv, line 2, field "members": names item "jim", which is not there.'),
    ("items.csv", "instance,,,,", "set,,,,", 'items.csv, line 2, field "members": is empty.'),
    ("items.csv", "instance,,,,", "set,,,[1],", "items.csv, line 2, field \"members\": is '[1]'."),
    ("items.csv", "instance,,,,", "instance,,,[],", 'items.csv, line 2, field "members": is filled for kind instance.'),
    ("items.csv", "dog", "wolf", "items.csv, line 2, field \"truth\": is 'wolf'. Allowed: a label (cat, dog), a JSON list, empty."),
    ("items.csv", "dog", "[1", "items.csv, line 2, field \"truth\": is '[1'. Allowed: a JSON list."),
    ("items.csv", "truth,stratum_pool", "truth,pool", 'items.csv, line 1, field "pool": is an extra column.'),
    ("items.csv", "stratum_pool", "stratum_a b", 'items.csv, line 1, field "stratum_a b": is not a name for a stratum.'),
    ("items.csv", "kind,parent", "parent,kind", "items.csv, line 1: has its columns in another order."),
    ("items.csv", "kind", "kin", 'items.csv, line 1, field "kind": is a column that is missing.'),
    ("items.csv", "kind", "item", 'items.csv, line 1, field "item": is a column 2 times.'),
    ("items.csv", ",test", ",test,more", "items.csv, line 2: has 8 fields. Allowed: 7, as the header has."),
    ("items.csv", "rex", '"rex', "items.csv, line 4: is not readable as CSV or is cut short: "),
    ("items.csv", "item,", "\ufeffitem,", "items.csv, line 1: begins with a byte-order mark."),
    ("outputs.csv", "rex,net", "jim,net", 'outputs.csv, line 2, field "item": names item "jim", which is not there. Allowed: rex, tom.'),
    ("outputs.csv", "rex,net", "rex,nut", 'outputs.csv, line 2, field "model": names model "nut", which is not there. Allowed: net.'),
    ("outputs.csv", "tom,net", "rex,net", 'outputs.csv, line 3, field "item, model": "rex, net" stands in line 2 already.'),
    ("outputs.csv", "net,dog", "net,wolf", "outputs.csv, line 2, field \"output\": is 'wolf', which is not a label. Allowed: cat, dog."),
    ("outputs.csv", ",0.75,", ",1.5,", "outputs.csv, line 2, field \"probability\": is '1.5'. Allowed: a number in [0, 1]"),
    ("outputs.csv", ",0.75,", ",nan,", "outputs.csv, line 2, field \"probability\": is 'nan'."),
    ("outputs.csv", ",0.75,", ",0.5,", 'outputs.csv, line 2, field "probability": is 0.5, but dog has 0.75 in probabilities.'),
    ("outputs.csv", r"\[0.25,0.75\]", "[0.75]", 'outputs.csv, line 2, field "probabilities": holds 1 numbers. Allowed: 2, one for each label in order.'),
    ("outputs.csv", r"\[0.25,", "[-1,", "outputs.csv, line 2, field \"probabilities\": is '[-1,0.75]'. Allowed: a JSON list of numbers in [0, 1]."),
    ("stimuli.csv", "\nrex,,", "\njim,,", 'stimuli.csv, line 2, field "item": names item "jim", which is not there.'),
    ("stimuli.csv", "net,heat,predicted,map", "nut,heat,none,map", 'stimuli.csv, line 3, field "model": names model "nut"'),
    ("stimuli.csv", "net,heat", "net,hot", 'stimuli.csv, line 3, field "explainer": names explainer "hot", which is not there. Allowed: heat.'),
    ("stimuli.csv", "net,heat", ",heat", 'stimuli.csv, line 3, field "model": is empty while explainer is filled.'),
    ("stimuli.csv", "predicted,map", "predicted,maps", 'stimuli.csv, line 3, field "part": is "maps", which explainer "heat" does not declare. Allowed: map.'),
    ("stimuli.csv", "none,input", "none,in put", "stimuli.csv, line 2, field \"part\": is 'in put', which is not a name."),
    ("stimuli.csv", "heat,predicted", "heat,best", "stimuli.csv, line 3, field \"target\": is 'best'. Allowed: predicted, runner-up, truth, none, class:LABEL."),
    ("stimuli.csv", "heat,predicted", "heat,class:wolf", "stimuli.csv, line 3, field \"target\": is 'class:wolf', which names no label. Allowed: class:cat, class:dog."),
    ("stimuli.csv", "none,input", "truth,input", "stimuli.csv, line 2, field \"target\": is 'truth' for what is no explanation. Allowed: none."),
    ("stimuli.csv", "none,table", "none,input", 'stimuli.csv, line 6, field "item, model, explainer, target, part": "rex, (empty), (empty), none, input" stands in line 2 already.'),
    ("stimuli.csv", "image/png", "image/gif", "stimuli.csv, line 2, field \"media_type\": is 'image/gif'. Allowed: image/png, image/webp, application/json."),
    ("stimuli.csv", "image/png", "image/webp", 'stimuli.csv, line 2, field "media_type": is image/webp, but the file holds image/png.'),
    ("stimuli.csv", "png,2,2", "png,3,2", 'stimuli.csv, line 2, field "width": is 3, but the picture has 2. Allowed: 2.'),
    ("stimuli.csv", "png,2,2", "png,2,", "stimuli.csv, line 2, field \"height\": is ''. Allowed: a whole number of pixels."),
    ("stimuli.csv", "json,,", "json,1,", 'stimuli.csv, line 6, field "width": is filled for JSON. Allowed: empty.'),
    ("stimuli.csv", "An animal", "", 'stimuli.csv, line 2, field "alt": is empty for a picture.'),
    ("stimuli.csv", "An animal", "An animal: a Dog", 'stimuli.csv, line 2, field "alt": tells "dog", an output or the truth of this item.'),
    ("stimuli.csv", "An animal,", "An animal,train:x", "stimuli.csv, line 2, field \"source_item\": is 'train:x'. Allowed: train:INDEX, rex, tom."),
    ("stimuli.csv", "An animal,,", "An animal,,1.5", "stimuli.csv, line 2, field \"seed\": is '1.5'. Allowed: a whole number, or empty."),
    ("stimuli.csv", r"\{\"\"sum\"\":1.5\}", '{""sum"":""x""}', 'stimuli.csv, line 3, field "checks": is '),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), CELLS)
def test_a_wrong_cell_is_told_with_file_line_field_and_what_is_allowed(copy, file, old, new, message):
    change(copy, file, old, new)
    found = messages(copy)
    assert any(one.startswith(message) for one in found), found


FIELDS = [
    (
        {"schema_version": 2},
        'manifest.json, field "schema_version": is 2, which this reader does not know. Allowed: 1.',
    ),
    ({"schema_version": None}, 'manifest.json, field "schema_version": is missing. Allowed: 1.'),
    ({"colour": "red"}, 'manifest.json, field "colour": is not a field of the manifest.'),
    ({"name": "my pets"}, "manifest.json, field \"name\": is 'my pets'. Allowed: letters, digits and"),
    ({"dataset": {"name": "Pets", "origin": "here"}}, 'manifest.json, field "dataset.licence": is missing.'),
    ({"labels": ["cat", "dog", "dog"]}, 'manifest.json, field "labels": holds "dog" 2 times.'),
    ({"device": ""}, "manifest.json, field \"device\": is '': string should have at least 1 character."),
]


@pytest.mark.parametrize(("fields", "message"), FIELDS)
def test_a_wrong_field_of_the_manifest_is_told(copy, fields, message):
    seal(copy, **fields)
    found = messages(copy)
    assert any(one.startswith(message) for one in found), found


NESTED = [
    ("models", "output", "word", "models[0].output\": is 'word': input should be 'class', 'probability' or 'number'."),
    ("models", "sha256", "abc", "models[0].sha256\": is 'abc'. Allowed: 64 hex digits."),
    ("models", "card", {"description": "x", "accuracy": 2}, 'models[0].card.accuracy": is 2: input should be less than'),
    ("explainers", "reveals_output", "maybe", "explainers[0].reveals_output\": is 'maybe': input should be 'yes', "),
    ("explainers", "parts", ["map", "map"], 'explainers[0].parts": holds a part twice.'),
    ("explainers", "seed", "7", "explainers[0].seed\": is '7': input should be a valid integer."),
    ("checks", "explainer", "hot", 'checks[0].explainer": names explainer "hot", which is not listed. Allowed: null, heat.'),
    ("checks", "value", "high", "checks[0].value\": is 'high': input should be a valid number."),
]  # fmt: skip


@pytest.mark.parametrize(("section", "field", "value", "message"), NESTED)
def test_a_wrong_entry_of_the_manifest_is_told_with_its_place(copy, section, field, value, message):
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    manifest[section][0][field] = value
    seal(copy, **{section: manifest[section]})
    found = messages(copy)
    assert any(one.startswith(f'manifest.json, field "{message}') for one in found), found


def test_a_folder_that_is_not_there_is_told(tmp_path):
    assert messages(tmp_path / "none") == [
        f"{tmp_path / 'none'}: does not exist. Allowed: a folder with manifest.json, items.csv, outputs.csv, stimuli.csv."
    ]


@pytest.mark.parametrize("name", ["manifest.json", *TABLES])
def test_a_missing_file_is_told(copy, name):
    (copy / name).unlink()
    assert messages(copy) == [f"{name}: is missing."]


@pytest.mark.parametrize("name", TABLES)
def test_an_altered_table_is_told(copy, name):
    with (copy / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert any(one.startswith(f'{name}, field "files.{name}": has checksum ') for one in messages(copy))


def test_an_altered_manifest_is_told(copy):
    path = copy / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace("our garden", "your garden"), encoding="utf-8")
    assert len(messages(copy)) == 1
    assert messages(copy)[0].startswith('manifest.json, field "sha256": says ')


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"name": "\xff"}', "manifest.json: is not UTF-8 (byte 10)."),
        (b'{\n"name": ', "manifest.json, line 2: is not readable as JSON: Expecting value"),
        (b'{"name": 1, "name": 2}', "manifest.json: is not readable as JSON: has a key twice: name."),
        (b"[]", "manifest.json: is not an object."),
        (b"[" * 100_000, "manifest.json: is not readable as JSON: is nested too deeply."),
    ],
)
def test_an_unreadable_manifest_is_told(copy, content, message):
    (copy / "manifest.json").write_bytes(content)
    assert messages(copy)[0].startswith(message)


def test_a_table_that_is_not_utf_8_is_told_with_its_line(copy):
    path = copy / "items.csv"
    path.write_bytes(path.read_bytes().replace(b"tom", b"t\xf6m"))
    seal(copy)
    assert messages(copy) == ["items.csv, line 3: is not UTF-8 (byte 77)."]


def test_windows_line_ends_are_told(copy):
    path = copy / "outputs.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    seal(copy)
    assert messages(copy)[0].startswith("outputs.csv, line 1: has Windows line ends.")


def first_picture(folder):
    return next(iter(sorted((folder / "stimuli").glob("*.png"))))


def test_a_missing_stimulus_is_told_with_its_row(copy):
    picture = first_picture(copy)
    picture.unlink()
    (message,) = messages(copy)
    assert re.match(
        rf'stimuli.csv, line \d, field "file": names "{picture.name}", which is not in stimuli/.', message
    )


def test_an_altered_picture_is_told(copy):
    picture = first_picture(copy)
    picture.write_bytes(png(2, 2, shade=200))
    assert any(one.startswith(f"stimuli/{picture.name}: has checksum ") for one in messages(copy))


def test_a_renamed_picture_is_told(copy):
    picture = first_picture(copy)
    new = picture.rename(picture.with_name("0" * 64 + ".png")).name
    change(copy, "stimuli.csv", picture.name, new)
    (message,) = messages(copy)
    assert message.startswith(f"stimuli/{new}: has checksum ")
    assert message.endswith("not that of its name: it was renamed or altered.")


def replace_picture(folder, content, suffix="png"):
    """Put other bytes in a picture's place, with the name that fits them."""
    picture = first_picture(folder)
    name = f"{hashlib.sha256(content).hexdigest()}.{suffix}"
    picture.unlink()
    (folder / "stimuli" / name).write_bytes(content)
    change(folder, "stimuli.csv", picture.name, name)
    return name


def deep(levels):
    """A tree of that many questions, one below the other."""
    node = {"then": "dog"}
    for _ in range(levels):
        node = {"if": "barks", "yes": node, "no": {"then": "cat"}}
    return node


@pytest.mark.parametrize(
    "content",
    [
        shown(type="text", text=""),
        shown(type="table", columns=[], rows=[]),
        shown(
            type="table",
            columns=["a", "b"],
            rows=[["x", None]],
            emphasis=[[None, -1]],
            changed=[[True, False]],
        ),
        shown(type="table", columns=["a"], rows=[[0.5]], emphasis=[[1]], scale=["much"]),
        shown(type="tokens", tokens=["a", "b"], weights=[0.5, None], changed=[True, False], joined_by=""),
        shown(type="tokens", tokens=[], weights=None, scale=["bad", "good"]),
        shown(
            type="rules",
            rules=[{"if": ["barks", "runs"], "then": "dog"}, {"if": [], "then": "cat"}],
            note="All.",
        ),
        shown(type="tree", root=deep(64), note="Deep."),
        shown(type="tree", root={"then": "dog", "note": "9 of 10"}),
    ],
)
def test_every_shape_of_the_contract_is_taken(content):
    assert content_of(content) == ("application/json", None, None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (png()[:-5], "is a PNG that is cut short."),
        (png() + b"more", "is a PNG with bytes after its end."),
        (png().replace(b"IDAT", b"IDAX"), "is a damaged PNG (checksum of IDAX)."),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "is a WebP that is cut short."),
        (b"GIF89a", "is neither PNG, WebP nor readable JSON"),
        (
            shown(type="text", text="woof"),
            "holds application/json by its bytes. Allowed: a name ending in .json.",
        ),
        (shown(type="song"), "has type 'song'; known types: rules, table, text, tokens, tree."),
        (shown(type="text"), "is a text without text."),
        (shown(type="text", text="a", title="b"), "is a text with unknown title; known: text."),
        (shown(type="text", text=1), "has a text that is not text."),
        (shown(type="table", columns=[1], rows=[]), "has columns that are not a list of text."),
        (shown(type="table", columns=["a"], rows=[[1, 2]]), "has rows that are not lists of 1 cells"),
        (
            shown(type="table", columns=["a"], rows=[[1]], emphasis=[[2]]),
            "has an emphasis that is not one weight",
        ),
        (
            shown(type="tokens", tokens=["a"], weights=[0.1, 0.2]),
            "has weights that are not one number in [-1, 1]",
        ),
        (
            shown(type="table", columns=["a"], rows=[[1]], changed=[[1]]),
            "has a changed that is not true or false for each cell.",
        ),
        (
            shown(type="table", columns=["a"], rows=[[1]], changed=[]),
            "has a changed that is not true or false",
        ),
        (shown(type="table", columns=["a"], rows=[[[1]]]), "has a cell that is neither text, number, true, "),
        (
            shown(type="tokens", tokens=["a"], weights=None, changed=[True, False]),
            "has a changed that is not true or false for each token.",
        ),
        (shown(type="tokens", tokens=["a"], weights=None, joined_by=1), "has a joined_by that is not text."),
        (
            shown(type="tokens", tokens=["a"], weights=[1], scale=[]),
            "has a scale that is not what the two ends",
        ),
        (
            shown(type="tokens", tokens=["a"], weights=[1], scale=["a", "b", "c"]),
            "has a scale that is not what the two ends mean, -1 first, or what 1 means where",
        ),
        (
            shown(type="tokens", tokens=["a"], weights=[1], scale=["against", " "]),
            "has a scale that is not what the two ends mean",
        ),
        (
            shown(type="tokens", tokens=["a"], weights=[-0.1], scale=["much"]),
            "has a weight below 0, but its scale has no end there.",
        ),
        (
            shown(type="table", columns=["a"], rows=[[1]], emphasis=[[-0.1]], scale=["much"]),
            "has a weight below 0, but its scale has no end there.",
        ),
        (shown(type="rules", rules=[], note=1), "has a note that is not text."),
        (shown(type="rules", rules=[{"if": [1], "then": "a"}]), 'has rules that are not a list of {"if"'),
        (shown(type="tree", root={"if": "a", "yes": {"then": "b"}}), "has a root that is neither "),
        (shown(type="tree", root={"then": "b", "note": 1}), "has a root that is neither "),
        (shown(type="tree", root={"then": "b"}, note=[]), "has a note that is not text."),
        (shown(type="tree", root=deep(65)), "has a root that is neither "),
        (shown(type="tokens", tokens="ab", weights=None), "has tokens that are not a list of text."),
        (
            shown(type="rules", rules=[{"if": "a"}]),
            'has rules that are not a list of {"if": [...], "then": ...}.',
        ),
    ],
)
def test_a_file_that_holds_something_else_is_told(copy, content, message):
    name = replace_picture(copy, content)
    found = messages(copy)
    assert any(one.startswith(f"stimuli/{name}: {message}") for one in found), found


def test_a_file_that_leads_out_of_the_folder_is_told_and_not_read(copy):
    (copy.parent / "secret.png").write_bytes(png())
    picture = first_picture(copy)
    change(copy, "stimuli.csv", picture.name, "../../secret.png")
    found = messages(copy)
    assert any(
        "field \"file\": is '../../secret.png'. Allowed: the SHA-256 of the file" in one for one in found
    )
    assert (
        f"stimuli/{picture.name}: stands in no row of stimuli.csv. Allowed: only files with a row." in found
    )


def test_a_link_is_told(copy):
    picture = first_picture(copy)
    target = copy.parent / picture.name
    picture.rename(target)
    picture.symlink_to(target)
    assert messages(copy)[0].startswith(
        f"stimuli/{picture.name}: is a link, which may lead out of the folder."
    )


def test_what_does_not_belong_there_is_told(copy):
    (copy / "stimuli" / "notes.txt").write_text("x")
    (copy / "notes.txt").write_text("x")
    assert [one.split(".")[0] for one in messages(copy)] == ["notes", "stimuli/notes"]


def test_all_faults_are_told_at_once(copy):
    change(copy, "items.csv", "dog", "wolf")
    change(copy, "outputs.csv", "net,dog", "net,wolf")
    with pytest.raises(bundle.BundleError) as caught:
        bundle.read(copy)
    assert len(caught.value.faults) >= 2
    assert str(caught.value).startswith(f"{copy}: ")
