"""Plays the corpus and prints how much of it the program gets right, by cause and by stage.

python3 dev.py corpus                 the scores of both corpora
python3 dev.py corpus --failing       and what is wrong with each case that is
python3 dev.py corpus limit rcpt-     of the cases alone whose id or cause begins so
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from corpus.case import FILES, Case, cases_of
from corpus.judgement import Judgement, judged
from corpus.loopback import Loopback
from corpus.play import play
from servers.certificates import Authority
from servers.ports import release_ports

_UNSAID = "(not said)"
_HEAD = ("cases", "cause", "first advice", "exit code", "fate", "all right")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A case and the judgement on what came of it."""

    case: Case
    judgement: Judgement


def scored(cases: Iterable[Case]) -> Iterator[Scored]:
    """Plays `cases`, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        authority = Authority(Path(folder))
        with Loopback(Path(folder), authority) as loopback:
            for case in cases:
                yield Scored(case=case, judgement=judged(case, play(case, loopback)))
                release_ports()


def table(title: str, results: Sequence[Scored], group_of: Callable[[Case], str]) -> list[str]:
    """Returns the lines of a table with a row for each group, in their order, and one for all."""
    groups = sorted({group_of(one.case) for one in results})
    rows = [(group, [one for one in results if group_of(one.case) == group]) for group in groups]
    cells = [(title, *_HEAD), *((group, *_cells(members)) for group, members in (*rows, ("all", results)))]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEAD) + 1)]
    return ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in cells]


def _cells(members: Sequence[Scored]) -> tuple[str, ...]:
    judgements = [one.judgement for one in members]
    return (
        str(len(members)),
        _share([one.cause for one in judgements]),
        _share([one.advice for one in judgements]),
        _share([one.exit for one in judgements]),
        _share([one.fate for one in judgements]),
        _share([one.right for one in judgements]),
    )


def _share(verdicts: Iterable[bool | None]) -> str:
    """Returns how many are right, of those that can be."""
    said = [verdict for verdict in verdicts if verdict is not None]
    return f"{sum(said)}/{len(said)}" if said else "-"


def cause_of(case: Case) -> str:
    """Returns the cause that a table groups `case` by."""
    return str(case.cause or _UNSAID)


def _is_wanted(case: Case, beginnings: Sequence[str]) -> bool:
    return not beginnings or any(case.id.startswith(one) or cause_of(case) == one for one in beginnings)


def main(arguments: Sequence[str]) -> int:
    """Prints the scores. Returns 1 where something is wrong."""
    parser = argparse.ArgumentParser(prog="dev.py corpus", description="How much of the corpus is right.")
    parser.add_argument("--failing", action="store_true", help="say what is wrong with each case")
    parser.add_argument("beginnings", nargs="*", metavar="ID|CAUSE", help="of these alone")
    wanted = parser.parse_args(arguments)
    right = True
    for name in FILES:
        results = list(scored(case for case in cases_of(name) if _is_wanted(case, wanted.beginnings)))
        failing = [one for one in results if not one.judgement.right]
        right = right and not failing
        wrong = [f"{one.case.id}: {'; '.join(one.judgement.problems)}\n" for one in failing if wanted.failing]
        by_stage = table("by stage", results, lambda case: case.stage)
        lines = ["", name, "", *wrong, *table("by cause", results, cause_of), "", *by_stage]
        print(*lines, sep="\n")  # noqa: T201 - what the command is for
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
