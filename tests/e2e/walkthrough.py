"""The commands of a document, what they really print, and the document with these answers.

A `bash` block holds commands. The `text` block that follows, if one does, holds their whole output;
commands without such a block must print nothing. All blocks of a document run in one bash.

An answer of the document and the real one are compared line by line:

- A line `...` stands for any number of lines that are indented at least as far. In printed JSON it
  therefore stands for the rest of one object or array. Inside a line `...` stands for any text.
- `VOLATILE` lists the values that may differ. A UUID may differ too, but one UUID of the document
  must always stand for the same real one.
- `http://127.0.0.1:8000` stands for the address of the running system.
"""

import difflib
import os
import re
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ADDRESS = "127.0.0.1:8000"
REST = "..."
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
VOLATILE = (
    UUID,
    r"[\d,]+(?= rows/s)",
    r"(?<= in )[\d.]+(?= s;)",  # a duration
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)",  # a time
    r'(?<="trace_id": ")[0-9a-f]{32}',
    r'(?<=id": )\d+',
    r"(?<=cursor=)[\w%-]+",
    r"(?<=_total )[\d.]+",  # a counter of Prometheus
)
_MARKER = "end of block"
_SHOWN = 1000
"""How many characters are shown of a block that does not end."""
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
_VOLATILE = re.compile("|".join(f"({rule})" for rule in (*VOLATILE, re.escape(REST))))


@dataclass(frozen=True)
class Block:
    """Commands and the answer that the document gives."""

    line: int
    commands: str
    answer: str
    start: int
    """Where the answer begins in the text of the document."""
    has_fence: bool = True
    """Whether the document has a place for the answer."""


def console(text: str) -> Block:
    """Find the first `console` block: its commands begin with `$ `."""
    fence = next(fence for fence in _FENCE.finditer(text) if fence[1] == "console")
    commands = "".join(re.findall(r"^\$ (.*\n)", fence[2], re.MULTILINE))
    answer = re.sub(r"^\$ .*\n", "", fence[2], flags=re.MULTILINE)
    return Block(_line(text, fence.start()), commands, answer, fence.end(2) - len(answer))


def blocks(text: str) -> list[Block]:
    """Find the `bash` blocks of a document and their answers."""
    fences = list(_FENCE.finditer(text))
    found = []
    for fence, following in zip(fences, [*fences[1:], None], strict=True):
        if fence[1] != "bash":
            continue
        line = _line(text, fence.start())
        if following and following[1] == "text":
            found.append(Block(line, fence[2], following[2], following.start(2)))
        else:
            found.append(Block(line, fence[2], "", fence.end(), has_fence=False))
    return found


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def printed(output: str, url: str) -> str:
    """Return the output with the address that the documents use."""
    return output.replace(url.removeprefix("http://"), ADDRESS)


def run(blocks: Sequence[Block], folder: Path, url: str, *, seconds: float = 180) -> list[str]:
    """Run the commands in one bash and return what each block printed, errors included.

    A block that ends with an error prints `exit code N` last. After a block that does not end the
    answers are those of the document.
    """
    address = url.removeprefix("http://")
    ends = f'printf "\\n{_MARKER} %s\\n" $?\n'
    script, output = folder / "blocks.sh", folder / "blocks.txt"
    script.write_text("".join(block.commands.replace(ADDRESS, address) + ends for block in blocks))
    with output.open("wb") as file, subprocess.Popen(
        ["bash", str(script)],  # noqa: S607
        cwd=folder, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True,
    ) as bash:  # fmt: skip
        try:
            bash.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(bash.pid, signal.SIGKILL)
    shown = printed(output.read_text(encoding="utf-8"), url)
    *pairs, rest = re.split(rf"\n{_MARKER} (\d+)\n", shown)
    answers = [
        answer if code == "0" else f"{answer}exit code {code}\n"
        for answer, code in zip(pairs[::2], pairs[1::2], strict=True)
    ]
    if len(answers) < len(blocks):
        answers.append(f"{rest[-_SHOWN:]}\ndid not end within {seconds:g} s\n")
    return answers + [block.answer for block in blocks[len(answers) :]]


class _Ids:
    """The UUIDs of the document and the real ones, one for one."""

    def __init__(self) -> None:
        self._real: dict[str, str] = {}
        self._written: dict[str, str] = {}

    def agree(self, written: str, real: str) -> bool:
        """Return whether the UUIDs of two lines stand for each other, here and before."""
        pairs = zip(re.findall(UUID, written), re.findall(UUID, real), strict=False)
        return all(
            self._real.setdefault(ours, theirs) == theirs
            and self._written.setdefault(theirs, ours) == ours
            for ours, theirs in pairs
        )

    def write(self, real: str) -> str:
        """Return the line with the document's UUIDs, as far as they are known."""
        return re.sub(UUID, lambda uuid: self._written.get(uuid[0], uuid[0]), real)


def _exact(line: str) -> str:
    """Return a pattern for real lines that say the same."""
    pattern, end = "", 0
    for found in _VOLATILE.finditer(line):
        rule = ".*" if found[0] == REST else VOLATILE[(found.lastindex or 0) - 1]
        pattern += re.escape(line[end : found.start()]) + rule
        end = found.end()
    return pattern + re.escape(line[end:])


def _alike(line: str) -> str:
    """Return a pattern for real lines in the same place.

    In JSON they have the same key or bracket, elsewhere the same text before the first digit.
    """
    if line.strip(" ,") in {"{", "}", "[", "]"}:
        return re.escape(line)
    key = re.match(r'\s*"[^"]+": ', line)
    beginning = key[0] if key else re.split(r"\d|\.\.\.", line, maxsplit=1)[0]
    return re.escape(beginning) + ".*"


def _is_rest(line: str) -> bool:
    return line.strip() == REST


def _group(line: str, pattern_of: Callable[[str], str]) -> str:
    """Return a group of a pattern for the real lines that this line stands for."""
    if _is_rest(line):
        return rf"((?:{line.partition(REST)[0]}.*\n)*?)"
    return rf"({pattern_of(line)}\n)"


def _aligned(written: Sequence[str], real: str) -> Sequence[str] | None:
    """Return the real lines that each line of the document stands for, or None."""
    for pattern_of in (_exact, _alike):
        pattern = "".join(_group(line, pattern_of) for line in written)
        match = re.fullmatch(pattern, real)
        if match:
            return match.groups()
    return None


def _updated_answer(answer: str, real: str, ids: _Ids) -> str:
    written = answer.splitlines()
    aligned = _aligned(written, real)
    if aligned is None:
        return ids.write(real)
    return "".join(
        f"{line}\n"
        if _is_rest(line) or (re.fullmatch(_exact(line) + "\n", lines) and ids.agree(line, lines))
        else ids.write(lines)
        for line, lines in zip(written, aligned, strict=True)
    )


def updated(text: str, blocks: Sequence[Block], answers: Sequence[str]) -> str:
    """Return the document with the real answers; where they say the same it stays as it is."""
    ids, result, end = _Ids(), "", 0
    for block, real in zip(blocks, answers, strict=True):
        answer = _updated_answer(block.answer, real, ids)
        result += text[end : block.start]
        result += answer if block.has_fence or not answer else f"\n```text\n{answer}```\n"
        end = block.start + len(block.answer)
    return result + text[end:]


def difference(before: str, after: str, name: str) -> str:
    """Return how the document differs from its update; nothing where it does not."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), name, "the running system", n=6, lineterm=""
    )
    return "\n".join(lines)
