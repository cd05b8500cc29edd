"""`python -m smtp_desktop.composition.demo_worker CA …`: the command line for the couriers and checks of the demo.

They trust the CA in that file for Microsoft's servers, which the demo plays. The program itself takes no such option.
"""

import sys
from functools import partial
from pathlib import Path

from smtp_desktop.cli.app import run
from smtp_desktop.composition.command_line import open_services


def main() -> int:
    """Carries out the command; returns its exit code."""
    path, *arguments = sys.argv[1:]
    return run(arguments, partial(open_services, graph_ca_pem=Path(path).read_text(encoding="ascii")))


if __name__ == "__main__":
    sys.exit(main())
