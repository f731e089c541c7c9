"""The bundled scales: complete, and named."""

import pytest

from protocol import ProtocolError, get_instrument
from protocol.library import UnknownInstrument, instrument_names, read_instrument


@pytest.mark.parametrize("name", instrument_names())
def test_each_scale_has_its_name_source_and_published_form(name):
    instrument = get_instrument(name)
    assert instrument.name == name
    assert (len(instrument.items), instrument.minimum, instrument.maximum, len(instrument.labels)) == (
        8,
        1,
        5,
        5,
    )
    assert "Hoffman" in instrument.source
    assert "the model" in instrument.note
    assert not any(bracket in item.text for item in instrument.items for bracket in "[]")


def test_being_wary_is_the_only_item_against_trust():
    assert [item.text for item in get_instrument("trust").items if item.reverse] == [
        "I am wary of the model."
    ]
    assert not any(item.reverse for item in get_instrument("explanation-satisfaction").items)


def test_an_unknown_scale_is_told_with_the_known_ones():
    with pytest.raises(UnknownInstrument) as caught:
        get_instrument("satisfaction")
    assert str(caught.value) == (
        'No instrument is called "satisfaction". Did you mean "explanation-satisfaction"? '
        "Known ones: explanation-satisfaction, trust."
    )


def test_a_scale_of_ones_own_is_checked_with_lines(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "name: mine\ntitle: Mine\nsource: me\nintro: Well?\nminimum: 1\nmaximum: 5\nlabels: [a, b, c]\n"
        "items:\n  - {name: a, text: A}\n  - {name: a, text: B}\n",
        encoding="utf-8",
    )
    with pytest.raises(ProtocolError) as caught:
        read_instrument(path)
    assert [str(problem).removeprefix(f"{path}, ") for problem in caught.value.problems] == [
        "line 7: 3 labels are given; 2 or 5 are allowed",
        'line 10: two items have the name "a"; each needs its own',
    ]
