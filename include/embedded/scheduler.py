"""Airflow's scheduler, with the libraries of the fetch step already imported.

LocalExecutor's workers are forks of the scheduler and every task is a fork of a worker: what is imported here
once is not imported by every mapped task again.
"""

from __future__ import annotations

import importlib
import sys

PRELOADED = (
    "boto3",
    "bs4",
    "feedparser",
    "httpx_aiohttp",
    "lxml.html",
    "protego",
    "selectolax.lexbor",
    "warcio",
)


def main() -> None:
    for name in PRELOADED:
        importlib.import_module(name)
    from airflow.__main__ import main as airflow

    sys.argv = ["airflow", "scheduler", *sys.argv[1:]]
    airflow()


if __name__ == "__main__":
    main()
