"""``python -m include.embedded demo|inspect|rejudge|history|probes|up`` – the Makefile's way in."""

from __future__ import annotations

import argparse
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from include.embedded import commands, request
from include.embedded.airflow_api import AirflowRefused
from include.embedded.layout import Layout
from include.embedded.services import ServiceFailed

# What each command takes; an empty value is "not said", as the Makefile passes every variable on.
ARGUMENTS = {
    "demo": ("as-of", "out"),
    "inspect": ("registry", "round", "as-of", "profile", "rules", "coverage", "review", "out", "allow-net"),
    "rejudge": ("round", "rules", "registry", "review"),
    "history": ("file",),
    "probes": ("site", "from", "to", "out"),
    "up": ("allow-net",),
}


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    given = {name.replace("-", "_"): "" for names in ARGUMENTS.values() for name in names}
    given |= {name: value for name, value in vars(options).items() if name in given}
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    layout = Layout()
    try:
        return _command(options.command, given, layout)
    except request.BadRequest as error:
        print(error, file=sys.stderr)
        return 2
    except (ServiceFailed, AirflowRefused) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n已停止 (stopped)", file=sys.stderr)
        return 130


def _command(name: str, given: dict[str, str], layout: Layout) -> int:
    cwd, now = Path.cwd(), datetime.now(UTC)
    if name == "demo":
        point = request.as_of(given["as_of"], now)
        round_name = request.demo_round(point)
        city = layout.var / "demo" / "registry"
        out = request.out_folder(given["out"], cwd)
        request.check_out(request.Inspection(round_name, point, city, out))
        return commands.demo(layout, request.Inspection(round_name, point, city, out))
    if name == "inspect":
        return commands.inspect(layout, request.inspection(given, now=now, cwd=cwd, root=layout.root))
    if name == "rejudge":
        if not given["round"]:
            raise request.BadRequest("ROUND：请给出要重新判定的轮次，例如 make rejudge ROUND=2024Q4")
        round_name = request.round_name(given["round"], now)
        rules = request.rule_names(given["rules"], layout.root)
        folder = request.registry_folder(given["registry"], cwd) if given["registry"] else None
        return commands.rejudge(layout, round_name, rules, folder, request.review(given["review"]))
    if name == "history":
        return commands.history(layout, request.notices_file(given["file"], cwd))
    if name == "probes":
        since, until = request.days(given["from"], given["to"], now)
        out = request.out_folder(given["out"], cwd)
        return commands.probes(layout, request.site_code(given["site"]), since, until, out)
    return commands.up(layout, request.networks(given["allow_net"]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m include.embedded", description=__doc__)
    subparsers = parser.add_subparsers(dest="command", required=True)
    for command, names in ARGUMENTS.items():
        subparser = subparsers.add_parser(command)
        for name in names:
            subparser.add_argument(f"--{name}", default="")
    return parser


def _interrupt(number: int, frame: FrameType | None) -> None:
    # Like Ctrl-C: the stack is stopped in order on the way out.
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
