"""Two values side by side: each place that differs, as deep as both have the same shape."""

from protocol.comparing import changes


def test_equal_values_have_no_changes():
    assert not list(changes({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}))


def test_a_change_is_told_at_its_depth():
    old = {"title": "A", "arms": [{"name": "x"}, {"name": "y"}], "gone": 1}
    new = {"title": "A", "arms": [{"name": "x"}, {"name": "z"}], "new": 2}
    assert list(changes(old, new)) == [
        (("arms", 1, "name"), "y", "z"),
        (("gone",), 1, None),
        (("new",), None, 2),
    ]


def test_lists_of_other_lengths_differ_as_a_whole():
    assert list(changes({"a": [1, 2]}, {"a": [1]})) == [(("a",), [1, 2], [1])]
