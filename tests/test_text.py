"""Values in words and in shell lines: in the reader's language, quoted, and lines that are written once for each."""

from __future__ import annotations

import pytest

from albdoctor.text import Text, Value, fill, fill_script, placeholders, show

MENU = Text(en="Name servers", ko="네임서버")


def test_a_text_is_told_in_the_language_of_its_template() -> None:
    assert fill("{menu}, {menu}", {"menu": MENU}) == "Name servers, Name servers"
    assert fill("메뉴: {menu}", {"menu": MENU}, "ko") == "메뉴: 네임서버"
    assert fill("{menus}", {"menus": (MENU, "DNS")}, "ko") == "네임서버, DNS"


@pytest.mark.parametrize(
    ("values", "lines"),
    [
        ({"zone": ("Z1", "Z2"), "batch": ("{a}", "b c")}, ["first", "write Z1 '{a}' x", "write Z2 'b c' x", "last"]),
        ({"zone": ("Z1",), "batch": ("b",)}, ["first", "write Z1 b x", "last"]),
        ({"zone": (), "batch": ()}, ["first", "last"]),
    ],
)
def test_a_line_is_written_once_for_each_part(values: dict[str, Value], lines: list[str]) -> None:
    script = "first\nwrite {zone[]} {batch[]} {a}\nlast"
    assert fill_script(script, values | {"a": "x"}).splitlines() == lines


def test_parts_that_do_not_go_in_step_are_refused() -> None:
    with pytest.raises(IndexError):
        fill_script("write {zone[]} {batch[]}", {"zone": ("Z1", "Z2"), "batch": ("b",)})


def test_the_names_of_values_are_listed_and_shown() -> None:
    template = 'write {zone[]} {batch} ${HOME} {"a": 1} [{Name=$name}]'
    assert placeholders(template) == {"zone", "batch"}
    assert show(template) == 'write <zone> <batch> ${HOME} {"a": 1} [{Name=$name}]'
