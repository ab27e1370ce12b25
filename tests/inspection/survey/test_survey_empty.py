"""Sections that hold nothing, in the forms that sites give them, and sections that hold something in the same forms."""

from __future__ import annotations

from datetime import timedelta

import pytest

from include.inspection.facts import SectionFacts, SectionState
from tests.inspection.survey.site_shapes import SHAPES, make_site
from tests.inspection.survey.site_source import HOME, TODAY, look_at, measures

HEAD = "<tr><th>序号</th><th>标题</th><th>发布日期</th></tr>"
EMPTY = {
    "bare list": "<ul class='list'></ul>",
    "nothing at all": "",
    "暂无数据": "<ul class='list'><li>暂无数据</li></ul>",
    "Drupal's words": "<p>目前没有内容被归类到这一术语。</p>",
    "Liferay's words": "<div class='portlet-msg-info'>没有结果。</div>",
    "暂无信息": "<p>暂无信息</p>",
    "暂无相关内容": "<div class='empty'><img src='/logo.png'><p>暂无相关内容！</p></div>",
    "没有找到相关信息": "<div>没有找到相关信息</div>",
    "对不起": "<p>对不起，该栏目下暂无信息。</p>",
    "栏目正在建设中": "<p>栏目正在建设中，敬请期待！</p>",
    "正在建设中": "<h3>正在建设中……</h3>",
    "栏目建设中": "<p>栏目建设中</p>",
    "内容更新中": "<p>内容更新中，敬请期待</p>",
    "head of a table": f"<table class='list'>{HEAD}</table>",
    "head and a word": f"<table class='list'>{HEAD}<tr><td colspan='3'>暂无记录</td></tr></table>",
    "pager of nothing": "<ul></ul><div class='page'>共0条 0/0页 首页 上一页 下一页 尾页</div>",
    "pager, 共 0 条记录": "<div class='con'></div><p>共 <b>0</b> 条记录</p>",
    "only a description": "<p>本栏目主要发布任免通知、干部任前公示等内容。</p><ul class='list'></ul>",
    "records of nothing": '<script>var listData={"total":0,"rows":[]};</script><ul class=\'list\'></ul>',
    "total of a store": "<script>var p={totalRecord: 0,perPage:15};</script><div id='list'></div>",
    "暂未发布": "<p>该栏目暂未发布信息</p>",
    "暂无文章 in a cell": "<table><tr><td align='center'>暂无文章</td></tr></table>",
}
FULL = {
    "rows below the head": f"<table class='list'>{HEAD}<tr><td>1</td><td><a href='/rs/1.html'>关于张某等同志任免职的通知</a></td><td>{{day}}</td></tr></table>",
    "a row in the list": "<ul class='list'><li><a href='/rs/1.html'>关于张某等同志任免职的通知</a><span>{day}</span></li></ul>",
    "a row beside the word of a script": "<ul class='list'><li><a href='/rs/1.html'>关于张某等同志任免职的通知</a><span>{day}</span></li></ul><p style='display:none'>暂无数据</p>",
    "pager of one": "<ul class='list'><li><a href='/rs/1.html'>关于张某等同志任免职的通知</a><span>{day}</span></li></ul><p>共1条 1/1页</p>",
    "a text": "<p>" + "经县委研究决定，张某同志任县应急管理局局长，李某同志任县水利局副局长。" * 20 + "</p>",
    "brought by a script": "<ul id='list'></ul><p>正在加载</p><script src='/js/list.js'></script><script>loadList('/api/list')</script>",
    "in a frame": "<iframe src='http://other.example/list.html'></iframe>",
    "a description that says where it is": "<p>本栏目信息在省人事考试网发布，请点击查看。</p>",
    "a word on part of it": "<p>更新中的内容：张某同志任县水利局局长</p>",
    "a file": "<p><a href='/rs/2026.pdf'>2026年人事任免名单</a></p>",
    "a scan": "<p><img src='/rs/2026.jpg'></p>",
}


def personnel(main: str) -> tuple[SectionFacts, float | None]:
    """The section 人事信息 whose page shows this, and the certain number of empty sections of the site."""
    made = make_site(SHAPES[0])
    url = made.urls["rsxx"]
    for slug, address in list(made.urls.items()):
        page = made.pages.pages[address].body.decode()
        made.pages.put(address, page.replace('<ul class="w1200">', '<img src="/logo.png"><ul class="w1200">'))
        assert slug
    head, found, _ = made.pages.pages[url].body.decode().partition('<div class="position">')
    assert found
    crumb = f"<div class='position'>当前位置：<a href='/'>首页</a> &gt; <a href='{url}'>人事信息</a></div>"
    foot = "<div class='foot'>主办单位：示县人民政府办公室</div></body></html>"
    made.pages.put(url, f"{head}{crumb}<h2>人事信息</h2>{main}{foot}")
    day = TODAY - timedelta(days=40)
    made.pages.put(HOME + "rs/1.html", f"<html><body><h1>任免</h1><p>发布时间：{day}</p></body></html>")
    found_facts = look_at(made.pages)
    section = next(one for one in found_facts.sections if one.url == url)
    return section, measures(found_facts)["W4.3"].low


@pytest.mark.parametrize("form", EMPTY)
def test_an_empty_section_is_found(form: str) -> None:
    section, empty = personnel(EMPTY[form])
    assert section.state is SectionState.EMPTY and empty == 1


@pytest.mark.parametrize("form", FULL)
def test_a_section_that_holds_something_or_may_is_not_empty(form: str) -> None:
    section, empty = personnel(FULL[form].format(day=TODAY - timedelta(days=40)))
    assert section.state is not SectionState.EMPTY and empty == 0
