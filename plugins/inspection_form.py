"""The form of DAG quarterly_inspection: what a person chooses when starting a round."""

from __future__ import annotations

import os
from pathlib import Path

from airflow.sdk import Param

from include.inspection.rules.files import standard_names
from inspection_tasks import default_registry

ROOT = Path(__file__).resolve().parents[1]
PROFILES = sorted(path.parent.name for path in (ROOT / "include" / "templates").glob("*/profile.yaml"))
STANDARDS = standard_names()

REVIEW = Param(
    os.environ.get("INSPECTION_REVIEW", "off"),
    type="string",
    pattern=r"^(off|[1-9][0-9]{0,3}[dhms])$",
    title="人工复核",
    description="等待人工复核和审批的时限，如 3d、12h；时限内无人答复则继续，草稿标明未经复核。off 为不等待。",
)

PARAMS = {
    "round": Param(
        None,
        type=["null", "string"],
        pattern=r"^\d{4}Q[1-4](-[A-Za-z0-9]{1,16})?$",
        title="轮次",
        description="如 2024Q4；同一季度第二轮写 2024Q4-2。留空为监测时间点所在季度。",
    ),
    "as_of": Param(
        None,
        type=["null", "string"],
        title="监测时间点",
        description="如 2024-12-31T10:00（北京时间）。留空为本次运行的时间；已开始的轮次沿用原时间点。",
    ),
    "coverage": Param(
        "full",
        type="string",
        title="覆盖范围",
        description="full 为全部，或写比例，如 30%；也可分组，如 category:区政府=full,sites=10%>=5,accounts=20%。",
    ),
    "profile": Param("zhanjiang", type="string", enum=PROFILES, title="通报体例"),
    "rules": Param(
        ["national-2019"], type="array", items={"type": "string"}, examples=STANDARDS, title="规则文件"
    ),
    "review": REVIEW,
    "registry": Param(
        default_registry(),
        type="string",
        title="名单目录",
        description="sites.csv 等名单所在的目录，由执行任务的机器读取。",
    ),
}
