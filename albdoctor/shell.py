"""Shell text that people paste: words quoted so that no shell reads them, commands that stop at the first error."""

from __future__ import annotations

import shlex
from itertools import pairwise

from albdoctor.literals import Plain, is_seen

END = "ALBDOCTOR"
"""The line that ends a block. No line of a script is like it: what comes from outside is quoted, within one line."""
STRICT = """\
set -Eeuo pipefail
export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off"""
"""Stop at the first error, in functions too; a pager or a prompt of the AWS CLI would wait for a key."""
TRAP = (
    """trap 'test "$BASH_SUBSHELL" -gt 0 || """
    """printf "%s\\n" {stopped} "  ${BASH_COMMAND:0:160}" >&2' ERR"""
)


def quote(word: str) -> str:
    """Write one word so that bash and zsh take it as it is, on one line and with nothing that a terminal acts on.

    A word with control characters needs the quoting of ANSI C (bash manual 3.1.2.4), which zsh has too.
    """
    if word.startswith("="):  # zsh reads =name as the path of a command
        return "'='" + (quote(word[1:]) if word[1:] else "")
    if is_seen(word):
        return shlex.quote(word)
    return "$'" + "".join(map(_ansi_c, word)) + "'"


def words(value: Plain, before: str) -> str:
    """Write a value into a shell line; a tuple becomes several words.

    `before` is what stands before it there: a quote that is open is closed for what needs a quoting of its own.
    """
    parts = value if isinstance(value, tuple) else (value,)
    quoted = " ".join(quote(str(part)) for part in parts)
    mark = _open_quote(before)
    return f"{mark}{quoted}{mark}" if mark and quoted != " ".join(map(str, parts)) else quoted


def _open_quote(before: str) -> str:
    """The quote that is open at the end of a text, if any; $(...) within double quotes begins anew."""
    around, escaped = [""], False
    for last, here in pairwise(" " + before):
        if escaped:
            escaped = False
        elif here == around[-1]:
            around.pop()
        elif around[-1] == "'":
            continue
        elif here == "\\":
            escaped = True
        elif here == '"' or (here == "'" and not around[-1]):
            around.append(here)
        elif last + here == "$(":
            around.append("")
        elif here == ")" and not around[-1] and len(around) > 1:
            around.pop()
    return around[-1]


def _ansi_c(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    if is_seen(character):
        return character
    # By bytes, in octal: bash before 4.2, as on macOS, knows no \\u, and three digits end by themselves.
    return "".join(f"\\{byte:03o}" for byte in character.encode(errors="surrogateescape"))


def body(script: str, stopped: str) -> str:
    """The commands of a script as they run: strict, and saying at which command they stopped.

    `stopped` says that what stood before that command is done and nothing after it.
    """
    return f"{STRICT}\n{TRAP.replace('{stopped}', _in_trap(stopped))}\n{script}"


def block(script: str, stopped: str) -> str:
    """One block to paste into bash, zsh or AWS CloudShell as a whole.

    It runs in a bash of its own, which reads all of it before it runs any of it and gets nothing else that is typed.
    """
    return f"bash <<'{END}'\n{{\n{body(script, stopped)}\n}} </dev/null\n{END}"


def _in_trap(words: str) -> str:
    """Quote words of ours for a double-quoted string inside a single-quoted command."""
    return '"' + "".join(character for character in words if character not in "'\"\\$`!") + '"'
