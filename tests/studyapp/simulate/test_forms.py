"""Reading the form of a page."""

from __future__ import annotations

from studyapp.simulate.forms import only_form, step_form

HTML = """ <article><form method="post" action="/p/abc/" hx-post="/p/abc/" data-form> <input type="hidden"
name="step" value="3.f00"><input type="hidden" name="events" value=""> <label><input type="radio" name="q-a"
value="x &amp; y" required><span>Both</span></label> <label><input type="radio" name="q-a"
value="&lt;1&quot;"><span>Less</span></label> <input type="checkbox" name="q-b" value="agreed" required>
<input id="q-c" name="q-c" value="" inputmode="numeric"> <textarea id="q-d" name="q-d" rows="3"></textarea>
<button class="button" name="decline" value="1" formnovalidate>No</button><button class="button
main">Yes</button> </form></article>
"""


def test_every_kind_of_field_is_found() -> None:
    form = step_form(HTML)
    assert form is not None
    assert form.action == "/p/abc/"
    assert form.hidden == {"step": "3.f00", "events": ""}
    assert form.choices == {"q-a": ["x & y", '<1"'], "q-b": ["agreed"]}
    assert form.typed == ["q-c", "q-d"]
    assert form.buttons == {"decline": "1"}


def test_a_page_without_a_step_has_no_form() -> None:
    assert step_form("<article><p>Thank you</p></article>") is None
    assert (
        step_form('<form method="post" action="/leave/"><button name="stop" value="1"></button></form>')
        is None
    )


def test_any_form_is_found_where_one_is_looked_for() -> None:
    form = only_form(
        '<form method="post" action="/leave/"><button name="stop" value="1">Stop</button></form>'
    )
    assert form is not None
    assert (form.action, form.buttons) == ("/leave/", {"stop": "1"})
