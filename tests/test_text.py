"""Values in words and in shell lines: in the reader's language, quoted, and lines that are written once for each."""

from __future__ import annotations

import subprocess

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from albdoctor.text import (
    Text,
    Value,
    command,
    fill,
    fill_cloudformation,
    fill_script,
    fill_terraform,
    placeholders,
    show,
)
from tests.support.templates import decoded, terraform

ANY = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12) | st.text(
    "a$%{}'\"\\`#\n\t -:;&(),[]=~!", max_size=12
)
WORDS_OF_YAML = ("yes", "No", "null", "~", "1", "1.5", "0x1f", "1e3", "12:30", "2026-01-01", "=", "<<", "a: b", "- a")
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


def test_a_value_is_one_line_of_prose_and_never_a_line_to_type() -> None:
    told = fill("{who}: see {who}.\n{who}", {"who": "  x\n  rm -rf /\r\u2028"})
    assert told.splitlines() == [
        "x\\n  rm -rf /\\r\\u2028: see   x\\n  rm -rf /\\r\\u2028.",
        "x\\n  rm -rf /\\r\\u2028",
    ]


def test_an_indented_line_is_typed() -> None:
    template = "Ask {host}:\n  curl http://{host}:{port}{path}\n  dig {names}\n  sudo ss 'sport = :{port}'\n  {names[]}"
    values: dict[str, Value] = {"host": "a b", "port": 80, "path": "/x?a=1&b=2", "names": ("n1", "n;2")}
    assert fill(template, values).splitlines() == [
        "Ask a b:",
        "  curl http://'a b':80'/x?a=1&b=2'",
        "  dig n1 'n;2'",
        "  sudo ss 'sport = :80'",
        "  n1",
        "  'n;2'",
    ]


def test_what_stands_between_backticks_is_typed() -> None:
    template = "Ask {name} with `dig NS {name}`, or `{name}` at {name}"
    assert fill(template, {"name": "a;b"}) == "Ask a;b with `dig NS 'a;b'`, or `'a;b'` at a;b"


@settings(max_examples=80, deadline=None)
@given(ANY)
@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize(
    ("template", "before", "after"),
    [
        ("printf '%s\\0' {value}", "", ""),
        ("printf '%s\\0' a{value}z", "a", "z"),
        ("printf '%s\\0' 'a {value} z'", "a ", " z"),
        ("printf '%s\\0' 'it'\\''s \"{value}'", "it's \"", ""),
        ("printf '%s\\0' \"a \\\" {value} 'z\"", 'a " ', " 'z"),
        ('printf \'%s\\0\' "$(printf "%sx" {value})"', "", "x"),
        ('printf \'%s\\0\' "$(printf "%sx" "a {value}")"', "a ", "x"),
    ],
)
def test_a_value_is_one_word_wherever_it_stands(shell: str, template: str, before: str, after: str, value: str) -> None:
    line = command(template, value=value)
    done = subprocess.run([shell, "-fc" if shell == "zsh" else "-c", line], capture_output=True, check=True)
    assert done.stdout == f"{before}{value}{after}\0".encode()


@settings(max_examples=200, deadline=None)
@given(ANY.map(lambda drawn: drawn + "}"))  # python-hcl2 looks for the end of a $${ too
def test_terraform_reads_a_value_as_it_is(value: str) -> None:
    told = fill_terraform(
        '# {value}\none = "{value}"\ntwo = {value}\nall = {all}\nboth = "{all}"\nn = {n}\n',
        {"value": value, "all": (value, "b"), "n": 3},
    )
    read = terraform(told)
    assert [decoded(read[key]) for key in ("one", "two", "both")] == [value, value, f"{value}, b"]
    assert ([decoded(one) for one in read["all"]], read["n"]) == ([value, "b"], 3)


@settings(max_examples=300, deadline=None)
@given(ANY | st.sampled_from(WORDS_OF_YAML) | st.from_regex(r"[a-z/][a-z0-9:./-]{0,9}", fullmatch=True))
def test_cloudformation_reads_a_value_as_it_is(value: str) -> None:
    told = fill_cloudformation(
        '# {value}\nOne: "{value}"\nTwo: {value}\nAll:\n  - {all[]}\nList: {all}\nN: {n}\n',
        {"value": value, "all": (value, "b"), "n": 3},
    )
    assert yaml.safe_load(told) == {"One": value, "Two": value, "All": [value, "b"], "List": [value, "b"], "N": 3}


def test_a_part_of_a_yaml_scalar_is_refused() -> None:
    with pytest.raises(ValueError, match="whole scalar"):
        fill_cloudformation("Name: web-{name}", {"name": "x"})


def test_ordinary_values_are_left_alone() -> None:
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
    assert fill_cloudformation("Arn: {arn}", {"arn": arn}) == f"Arn: {arn}"
    assert fill_terraform('arn = "{arn}"', {"arn": arn}) == f'arn = "{arn}"'
