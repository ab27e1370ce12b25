"""``python -m include.demo serve`` and ``python -m include.demo registry``."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from include.demo.dates import monitoring_point
from include.demo.registry import write_registry
from include.demo.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m include.demo", description="虚构城市“澜州市”")
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("serve", help="在回环地址上提供全部网站和账号，直到被停止")
    lists = commands.add_parser("registry", help="写出名单（CSV）")
    for command in (server, lists):
        command.add_argument("--as-of", required=True, help="监测时间点，如 2024-12-31T10:00（北京时间）")
    server.add_argument("--port", type=int, default=0, help="各地址共用的端口，0 表示自动选一个")
    server.add_argument("--ready", type=Path, help="就绪后写出各地址的 JSON 文件")
    lists.add_argument("--port", type=int, required=True, help="网站所用的端口")
    lists.add_argument("--out", type=Path, required=True, help="写到哪个目录")
    chosen = parser.parse_args()
    as_of = monitoring_point(chosen.as_of)
    if chosen.command == "serve":
        asyncio.run(serve(as_of, chosen.port, chosen.ready))
    else:
        for path in write_registry(chosen.out, as_of, chosen.port):
            print(path)


if __name__ == "__main__":
    main()
