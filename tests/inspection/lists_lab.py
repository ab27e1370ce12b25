"""An office's lists written for a test."""

from __future__ import annotations

from include.inspection.model import Registry

GOOD = "4408000001,湛江市人民政府,http://www.example.gov.cn/,门户,市级,湛江,市府办,是,正常运行,否"
HEADER = "site_code,name,url,kind,category,region,sponsor,has_services,status,authorised"
CHINESE = "网站标识码,网站名称,首页网址,类型,分类,地区,主办单位,是否提供办事服务,运行状态,是否授权检查"


def with_sites(*rows: str) -> str:
    return "\n".join((HEADER, *rows)) + "\n"


def the_problem(registry: Registry) -> tuple[str, int | None, str]:
    (problem,) = registry.problems
    assert problem.reason
    return problem.file, problem.line, problem.field
